"""GeoNames' places by name and by distance."""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Iterable

from tools.places.sources import Settlement

_STATES = {
    "01": "BW", "02": "BY", "03": "HB", "04": "HH", "05": "HE", "06": "NI", "07": "NW", "08": "RP",
    "09": "SL", "10": "SH", "11": "BB", "12": "MV", "13": "SN", "14": "ST", "15": "TH", "16": "BE",
}  # fmt: skip
_KM_PER_DEGREE = 111.2
_SAME_PLACE_KM = 3.0
_ADDITION = re.compile(r" \(.*| i\.d\..*")


def state(place: Settlement) -> str:
    """Code of the state; GeoNames numbers states by their English names of old, not as the official key does."""
    return _STATES[place.admin1]


def kilometres(one: Settlement, other: Settlement) -> float:
    """Straight distance, precise enough within Germany (flat approximation)."""
    north = (one.latitude - other.latitude) * _KM_PER_DEGREE
    east = (one.longitude - other.longitude) * _KM_PER_DEGREE * math.cos(math.radians(one.latitude))
    return math.hypot(north, east)


class Gazetteer:
    """Look-up by name within a state, under other names too, and by nearness."""

    def __init__(self, places: Iterable[Settlement]) -> None:
        self._places = sorted(places, key=lambda place: (place.name, state(place), -place.population, place.latitude))
        self._by_name: dict[tuple[str, str], list[Settlement]] = defaultdict(list)
        for place in self._places:
            for name in {place.name, *place.alternate_names}:
                self._by_name[name, state(place)].append(place)

    def distinct(self) -> list[Settlement]:
        """All places, without those listed once more without inhabitants at the same spot."""
        return [place for place in self._places if place.population or not self._listed_better(place)]

    def largest(self, name: str, code: str) -> Settlement | None:
        """The place of this name with most inhabitants in the state, also without an addition such as "(Pfalz)"."""
        found = self._by_name.get((name, code)) or self._by_name.get((_ADDITION.sub("", name), code), [])
        return max(found, key=lambda place: place.population, default=None)

    def _listed_better(self, place: Settlement) -> bool:
        twins = self._by_name[place.name, state(place)]
        return any(twin.population and kilometres(place, twin) <= _SAME_PLACE_KM for twin in twins)
