"""Joins the two sources into one list."""

from __future__ import annotations

from collections.abc import Sequence

from app.kickoff.places.table import DESTATIS, GEONAMES, PART, UNKNOWN, PlaceEntry
from app.shared.official_key import city_kind
from tools.places.gazetteer import Gazetteer, state
from tools.places.parts import Parts
from tools.places.sources import DistrictRow, Settlement
from tools.places.towns import Towns

AS_OF = "2018-12-31"
DECIMALS = 4
"""Of degrees: ten metres, which is enough to tell in which municipality a place lies."""


def build(settlements: Sequence[Settlement], districts: Sequence[DistrictRow]) -> list[PlaceEntry]:
    """Return all places; the order of the input makes no difference.

    A city that is its own district stands in both sources; the official one is kept, which has key and date.
    """
    gazetteer = Gazetteer(settlements)
    towns = Towns(gazetteer, districts)
    parts = Parts(gazetteer, towns)
    rest = [place for place in gazetteer.distinct() if not towns.is_city(place)]
    return [_official(row) for row in districts] + [_settlement(place, parts, towns) for place in rest]


def _official(row: DistrictRow) -> PlaceEntry:
    return PlaceEntry(
        name=row.name,
        state=row.state,
        kind=city_kind(row.key) if row.is_city else "district",
        population=row.population,
        population_as_of=AS_OF,
        as_of=AS_OF,
        # The key of a city that is its own district ends in three zeros.
        ars=f"{row.key}000" if row.is_city else row.key,
        nuts=row.nuts,
        source=DESTATIS,
    )


def _settlement(place: Settlement, parts: Parts, towns: Towns) -> PlaceEntry:
    is_part = parts.is_part(place)
    return PlaceEntry(
        name=place.name,
        state=state(place),
        kind=PART if is_part else UNKNOWN,
        population=towns.population(place),
        within=parts.municipality_of(place),
        near=None if is_part else towns.nearest(place),
        latitude=round(place.latitude, DECIMALS),
        longitude=round(place.longitude, DECIMALS),
        source=GEONAMES,
    )
