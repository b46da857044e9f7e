"""Which records share a mark on the map: those of one district, and those so near that two could not be told apart."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby

from app.web.map.pins import OUTCOMES, Pin, Spot
from app.web.shell.wording import _

NEAR = 57.0
"""Units of the frame; on a telephone that is as wide as a finger needs (24 pixels)."""
Placed = tuple[Spot, Pin]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A sign on the map: one record, or several with their number. `counts` tells how many have which outcome.

    `pins` are the records of `placed`, each once.
    """

    number: int
    x: int
    y: int
    name: str
    region: str
    placed: tuple[Placed, ...]
    pins: tuple[Pin, ...]
    counts: tuple[tuple[str, int], ...]

    @property
    def towns(self) -> Iterator[tuple[Spot, list[Pin]]]:
        """Yield each place with its records."""
        for spot, found in groupby(self.placed, lambda one: one[0]):
            yield spot, [pin for _spot, pin in found]


@dataclass(slots=True)
class _Heap:
    x: float
    y: float
    name: str
    region: str
    placed: list[Placed]
    joined: bool = False


def marks(placed: Iterable[Placed]) -> tuple[Mark, ...]:
    """Return the marks by region and name, which is the order of the list and of the keyboard as well."""
    heaps = sorted(_together(_by_district(placed)), key=lambda heap: (heap.region.casefold(), heap.name.casefold()))
    return tuple(_mark(number, heap) for number, heap in enumerate(heaps, 1))


def counted(pins: Iterable[Pin]) -> tuple[tuple[str, int], ...]:
    """Return how many records have which outcome, in the order of the legend; those that none has are left out."""
    found = Counter(pin.outcome for pin in pins)
    return tuple((code, found[code]) for code in OUTCOMES if found[code])


def _by_district(found: Iterable[Placed]) -> list[_Heap]:
    districts: defaultdict[tuple[str, str], list[Placed]] = defaultdict(list)
    for spot, pin in dict.fromkeys(found):
        if spot.x is not None:
            districts[spot.state, spot.district].append((spot, pin))
    return [_heap(name, placed) for (_state, name), placed in districts.items()]


def _heap(district: str, placed: list[Placed]) -> _Heap:
    spots = {spot for spot, _pin in placed}
    name = next(iter(spots)).name if len(spots) == 1 else district
    x = sum(spot.x or 0 for spot in spots) / len(spots)
    y = sum(spot.y or 0 for spot in spots) / len(spots)
    return _Heap(x, y, name, placed[0][0].region, placed)


def _together(heaps: list[_Heap]) -> list[_Heap]:
    """Join those that lie too near to a larger one; only the fields around each have to be looked at."""
    fields: defaultdict[tuple[int, int], list[_Heap]] = defaultdict(list)
    kept: list[_Heap] = []
    for heap in sorted(heaps, key=lambda heap: (-len(heap.placed), heap.x, heap.y)):
        column, row = int(heap.x // NEAR), int(heap.y // NEAR)
        around = (one for dx in (-1, 0, 1) for dy in (-1, 0, 1) for one in fields[column + dx, row + dy])
        near = min(around, key=lambda one: _apart(one, heap), default=None)
        if near is not None and _apart(near, heap) < NEAR:
            near.placed += heap.placed
            near.joined = True
        else:
            fields[column, row].append(heap)
            kept.append(heap)
    return kept


def _apart(one: _Heap, other: _Heap) -> float:
    return float(((one.x - other.x) ** 2 + (one.y - other.y) ** 2) ** 0.5)


def _mark(number: int, heap: _Heap) -> Mark:
    placed = sorted(heap.placed, key=lambda one: (one[0].words.casefold(), one[1].title.casefold()))
    pins = tuple(dict.fromkeys(pin for _spot, pin in placed))
    return Mark(
        number=number,
        x=round(heap.x),
        y=round(heap.y),
        name=_("%(place)s and surroundings", place=heap.name) if heap.joined else heap.name,
        region=heap.region,
        placed=tuple(placed),
        pins=pins,
        counts=counted(pins),
    )
