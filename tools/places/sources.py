"""Rows of the two sources."""

from __future__ import annotations

from dataclasses import dataclass

from app.kickoff.places.names import with_kind, without_title
from app.shared.official_key import state_of

_CITY_TYPES = frozenset({"Kreisfreie Stadt", "Stadtkreis"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """A populated place of GeoNames: 500 inhabitants or more, or the seat of a municipality.

    `admin1` is GeoNames' code of the state. The package leaves out GeoNames' feature codes, so nothing
    tells a municipality from a town district.
    """

    name: str
    admin1: str
    population: int
    latitude: float
    longitude: float
    alternate_names: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class DistrictRow:
    """A district or a city without one, as of 2018-12-31; `type` and `listed_name` in the words of the source."""

    key: str
    type: str
    listed_name: str
    nuts: str
    population: int

    @property
    def state(self) -> str:
        """Code of the state."""
        return state_of(self.key)

    @property
    def is_city(self) -> bool:
        """Whether this is a city that belongs to no district."""
        return self.type in _CITY_TYPES

    @property
    def name(self) -> str:
        """Full name: "Kiel", "Landkreis Fulda", "Bodenseekreis"."""
        bare = without_title(self.listed_name)
        return bare if self.is_city else with_kind(self.type, bare)
