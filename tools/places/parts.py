"""Tells parts of municipalities where the source gives proof; the rest stays unknown."""

from __future__ import annotations

from collections.abc import Iterator

from tools.places.gazetteer import Gazetteer, kilometres, state
from tools.places.sources import Settlement
from tools.places.towns import Towns

_REACH_KM = 25.0
_OWN_STATE = {"BE": "Berlin", "HH": "Hamburg"}
_CITIES_ONLY = frozenset({"BE", "HH", "HB"})


class Parts:
    """Proof is a state that consists of cities only, or a name such as "Bochum-Langendreer" beside "Langendreer"."""

    def __init__(self, gazetteer: Gazetteer, towns: Towns) -> None:
        self._gazetteer = gazetteer
        self._towns = towns

    def is_part(self, place: Settlement) -> bool:
        """Whether this certainly is no municipality of its own."""
        if self._towns.is_city(place):
            return False
        return state(place) in _CITIES_ONLY or self.municipality_of(place) is not None

    def municipality_of(self, place: Settlement) -> str | None:
        """Name of the municipality this is part of, or None where nothing tells."""
        if self._towns.is_city(place):
            return None
        if state(place) in _OWN_STATE:
            return _OWN_STATE[state(place)]
        return next((self._towns.name(town) for town in self._towns_named_with(place)), None)

    def _towns_named_with(self, place: Settlement) -> Iterator[Settlement]:
        suffix = f"-{place.name}"
        named = [name.removesuffix(suffix) for name in sorted(place.alternate_names) if name.endswith(suffix)]
        for name in [*named, *self._city_in_front(place)]:
            town = self._gazetteer.largest(name, state(place))
            if town and town.population > place.population and kilometres(place, town) <= _REACH_KM:
                yield town

    def _city_in_front(self, place: Settlement) -> Iterator[str]:
        # "Düsseldorf-Pempelfort" is proof; "Horn-Bad Meinberg" is one town of two, so only cities count.
        front = place.name.partition("-")[0]
        if front != place.name and self._towns.is_city_name(front):
            yield front
