"""Simplifies the outlines of the Länder for the map; set-up calls `python -m tools.places.outlines PACKAGE TARGET`.

Neighbours share the points of their border. It is cut into lines where three meet, and every line is simplified once
(Douglas and Peucker), so that both sides stay the same and no gap opens between them.
"""

from __future__ import annotations

import json
import math
import re
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from app.kickoff.places.map import FORM, projected
from tools.places.areas import read_areas

TOLERANCE = 1.2
"""Units of the frame by which a line may leave the border: half a pixel on a telephone."""
SMALLEST = 12.0
"""Square units; smaller islands and enclaves could not be seen."""
_CHANGED = re.compile(r'"WSK": ?"(\d{4})')

Point = tuple[float, float]


def simplified(states: Iterable[Sequence[Sequence[Point]]]) -> list[str]:
    """Return the rings of each area as one path in whole units."""
    kept = [[_open(ring) for ring in rings if _size(ring) >= SMALLEST] for rings in states]
    junctions = _junctions(ring for rings in kept for ring in rings)
    return ["".join(_path(_ring(ring, junctions)) for ring in rings) for rings in kept]


def _open(ring: Sequence[Point]) -> list[Point]:
    return list(ring[:-1] if ring[0] == ring[-1] else ring)


def _junctions(rings: Iterable[Sequence[Point]]) -> set[Point]:
    """Return the points where borders meet: they have more than two neighbours over all rings."""
    near: dict[Point, set[Point]] = defaultdict(set)
    for ring in rings:
        for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
            near[one].add(other)
            near[other].add(one)
    return {point for point, others in near.items() if len(others) > 2}


def _ring(ring: list[Point], junctions: set[Point]) -> list[Point]:
    """Return a ring with each line between two meetings simplified; an island is cut at its utmost points."""
    cuts = [place for place, point in enumerate(ring) if point in junctions]
    if len(cuts) < 2:
        first, last = ring.index(min(ring)), ring.index(max(ring))
        cuts = sorted({first, last, *cuts})
    turned = [*ring[cuts[0] :], *ring[: cuts[0]], ring[cuts[0]]]
    ends = [*(cut - cuts[0] for cut in cuts), len(ring)]
    found: list[Point] = []
    for start, end in pairwise(ends):
        found += _line(turned[start : end + 1])[:-1]
    return found


def _line(points: list[Point]) -> list[Point]:
    """Return a simplified line; both neighbours get the same, whichever way they walk along it."""
    if points[0] > points[-1]:
        return _line(points[::-1])[::-1]
    kept, parts = {0, len(points) - 1}, [(0, len(points) - 1)]
    while parts:
        start, end = parts.pop()
        far, place = max(
            ((_distance(points[at], points[start], points[end]), at) for at in range(start + 1, end)), default=(0.0, 0)
        )
        if far > TOLERANCE:
            kept.add(place)
            parts += [(start, place), (place, end)]
    return [points[place] for place in sorted(kept)]


def _distance(point: Point, start: Point, end: Point) -> float:
    across, down = end[0] - start[0], end[1] - start[1]
    length = math.hypot(across, down)
    if not length:
        return math.dist(point, start)
    return abs(across * (start[1] - point[1]) - (start[0] - point[0]) * down) / length


def _size(ring: Sequence[Point]) -> float:
    pairs = zip(ring, (*ring[1:], ring[0]), strict=True)
    return abs(sum(one[0] * other[1] - other[0] * one[1] for one, other in pairs)) / 2


def _path(ring: Sequence[Point]) -> str:
    """Return a closed path: from its first point in steps, of which those that are none are left out."""
    places = [(round(x), round(y)) for x, y in ring]
    steps = [(x - before[0], y - before[1]) for before, (x, y) in pairwise(places)]
    walked = " ".join(f"{x} {y}" for x, y in steps if (x, y) != (0, 0))
    return f"M{places[0][0]} {places[0][1]}l{walked.replace(' -', '-')}z"


def read_states(package: Path) -> Iterator[list[list[Point]]]:
    """Yield the projected rings of each of the Länder."""
    for area in read_areas(package / "laender.geo.json"):
        yield [[projected(point[1], point[0]) for point in ring] for polygon in area.polygons for ring in polygon]


def newest(package: Path) -> str:
    """Return the year of the last change of any municipality, which is that of the whole list."""
    text = (package / "gemeinden.geo.json").read_text(encoding="utf-8")
    return max(found[1] for found in _CHANGED.finditer(text))


def main() -> int:
    """Write the outlines to the second path given, from the package in the first."""
    package, target = map(Path, sys.argv[1:3])
    found = {"form": FORM, "year": newest(package), "paths": simplified(read_states(package))}
    target.parent.mkdir(parents=True, exist_ok=True)
    draft = target.with_suffix(".new")
    draft.write_text(json.dumps(found), encoding="utf-8")
    draft.replace(target)
    return 0


if __name__ == "__main__":
    sys.exit(main())
