"""Where a place lies: a German state, or a region abroad."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from babel import Locale

from app.records.schema import SchemaSet

HOME = "DE"


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A state by its code, or abroad a country by its ISO 3166-1 code with the name of a province or canton."""

    state: str = ""
    country: str = HOME
    name: str = ""

    @classmethod
    def of(cls, place: Mapping[str, Any]) -> Region:
        """Return where a municipality lies, as a record writes it; one that names no country is German."""
        return cls(
            state=str(place.get("state") or ""),
            country=str(place.get("country") or HOME),
            name=str(place.get("region") or ""),
        )

    @property
    def is_abroad(self) -> bool:
        """Tell whether it is no part of Germany."""
        return self.country != HOME

    def words(self, schemas: SchemaSet, lang: str) -> str:
        """Return "Hessen", "Südtirol, Italien"; "" where nothing is known, and a code that nobody knows as it is."""
        if not self.is_abroad:
            return schemas.label("state", self.state, lang) if self.state else ""
        countries = Locale.parse(lang.partition("-")[0]).territories
        return ", ".join(part for part in (self.name, str(countries.get(self.country, self.country))) if part)
