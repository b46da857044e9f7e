"""The map of Germany: where a point lies on it, and the outlines of the Länder below the points.

It is true to angles (Mercator), in whole units of a frame around the country. The outlines are a small file that set-up
makes, see `tools.places.outlines`.
"""

from __future__ import annotations

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FORM = 1
"""Number of the form of the file; one of another form, or of another projection, is not read."""
_PATH = re.compile(r"[Mlz0-9 -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """One path of a drawing for each of the Länder, and the year that they are of."""

    paths: tuple[str, ...]
    year: str


@cache
def outlines(path: Path | None) -> Outlines | None:
    """Return what the file holds; None where there is none, or none that this release reads."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("form") != FORM:
        return None
    # It goes into pages as it is.
    paths = tuple(one for one in found["paths"] if _PATH.fullmatch(one))
    return Outlines(paths=paths, year=str(found["year"])[:4])


WIDTH, HEIGHT = 800, 1100
"""The frame; on a telephone two units are less than a pixel."""
_WEST, _EAST, _NORTH = 5.75, 15.15, 55.12
_SCALE = WIDTH / math.radians(_EAST - _WEST)


def projected(latitude: float, longitude: float) -> tuple[float, float]:
    """Return how far to the right and how far below the upper left corner a point lies; it may lie outside."""
    return _SCALE * math.radians(longitude - _WEST), _SCALE * (_stretched(_NORTH) - _stretched(latitude))


def in_frame(x: float, y: float) -> bool:
    """Tell whether a projected point lies within the frame."""
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _stretched(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
