"""The towns everybody knows: cities without a district, and towns that districts are named after."""

from __future__ import annotations

from collections.abc import Iterable

from app.kickoff.places.names import proper_name
from tools.places.gazetteer import Gazetteer, kilometres
from tools.places.sources import DistrictRow, Settlement

_LEAST_INHABITANTS = 5_000
_NEARBY_KM = 30.0
_INNER_CITY_KM = 5.0


class Towns:
    """Both kinds of towns as GeoNames lists them; the cities under their official names."""

    def __init__(self, gazetteer: Gazetteer, rows: Iterable[DistrictRow]) -> None:
        found = [(row, gazetteer.largest(proper_name(row.name), row.state)) for row in rows]
        self._cities = {place: row.name for row, place in found if place and row.is_city}
        self._all = {
            place: self._cities.get(place, place.name)
            for _, place in found
            if place and (place in self._cities or place.population >= _LEAST_INHABITANTS)
        }

    def is_city(self, place: Settlement) -> bool:
        """Whether this is a city that belongs to no district."""
        return place in self._cities

    def is_city_name(self, name: str) -> bool:
        """Whether a city that belongs to no district has this name."""
        return name in self._cities.values()

    def name(self, town: Settlement) -> str:
        """The official name of a city, else GeoNames' name."""
        return self._cities.get(town, town.name)

    def nearest(self, place: Settlement) -> str | None:
        """Name of the nearest town, at most 30 km away; None for the towns themselves."""
        if place in self._all:
            return None
        distance, name = min((kilometres(place, town), name) for town, name in self._all.items())
        return name if distance <= _NEARBY_KM else None

    def population(self, place: Settlement) -> int | None:
        """Inhabitants, or None where there is no number or one that is that of the whole city around the place."""
        inside = (city for city in self._cities if city is not place and kilometres(place, city) <= _INNER_CITY_KM)
        if any(city.admin1 == place.admin1 and place.population * 2 > city.population for city in inside):
            return None
        return place.population or None
