"""The municipality a person works for. Only the official key identifies it: some thirty places are called Neustadt."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from enum import StrEnum

from app.shared.errors import Invalid
from app.shared.official_key import is_official, shortest, state_of

MAX_NAME_LENGTH = 120


class Wrong(StrEnum):
    """Reasons why three values do not identify a municipality."""

    NAME = "name"
    KEY = "key"
    STATE = "state"


class MunicipalityInvalid(Invalid):
    """The values do not identify a municipality; `wrong` says which one to correct."""

    wrong: Wrong


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedPlace:
    """A place in a text: `state` such as "HE", `ars` its official key and `kind` one of the schema's, or "" each."""

    name: str
    state: str
    ars: str | None = None
    kind: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Municipality:
    """A municipality, district or association. `ars`: AGS of 8 digits or ARS of 12; 5 for districts, 9 associations."""

    name: str
    state: str
    ars: str

    @classmethod
    def of(cls, name: str, state: str, ars: str) -> Municipality:
        """Return the municipality with these values, with spaces normalised; raises MunicipalityInvalid."""
        name, ars = " ".join(name.split()), "".join(ars.split())
        if not 0 < len(name) <= MAX_NAME_LENGTH or not name.isprintable():
            raise MunicipalityInvalid(Wrong.NAME)
        if not is_official(ars):
            raise MunicipalityInvalid(Wrong.KEY)
        if state_of(ars) != state:
            raise MunicipalityInvalid(Wrong.STATE)
        return cls(name=name, state=state, ars=ars)

    @property
    def key(self) -> str:
        """Return the official key in the form that can be compared."""
        return shortest(self.ars)

    def is_meant_by(self, place: NamedPlace) -> bool:
        """Return whether a text means this municipality: compares the keys, or name and state if it gives no key."""
        if place.ars:
            return shortest(place.ars) == self.key
        return place.state == self.state and _compared(place.name) == _compared(self.name)


def _compared(name: str) -> str:
    return " ".join(unicodedata.normalize("NFC", name).casefold().split())
