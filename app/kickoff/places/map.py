"""The map of Germany: positions of points, and the outlines of the Länder beneath them.

Mercator projection in whole units of a frame around the country. The outlines are a small file created at set-up, see
`tools.places.outlines`.
"""

import json
import math
import re
from dataclasses import dataclass
from functools import cache
from pathlib import Path

FORM = 1
"""Version of the file format; a file of another version or projection is not read."""
_PATH = re.compile(r"[Mlz0-9 -]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlines:
    """One SVG path for each of the Länder, and the year of the borders."""

    paths: tuple[str, ...]
    year: str


@cache
def outlines(path: Path | None) -> Outlines | None:
    """Return the outlines in the file; None if there are none that this release reads."""
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path else {}
    except (OSError, ValueError):
        return None
    if not isinstance(found, dict) or found.get("form") != FORM:
        return None
    # Paths are put into pages unescaped, so check them.
    paths = tuple(one for one in found["paths"] if _PATH.fullmatch(one))
    return Outlines(paths=paths, year=str(found["year"])[:4])


WIDTH, HEIGHT = 800, 1100
"""Units of the frame; on a telephone two units are less than a pixel."""
_WEST, _EAST, _NORTH = 5.75, 15.15, 55.12
_SCALE = WIDTH / math.radians(_EAST - _WEST)


def projected(latitude: float, longitude: float) -> tuple[float, float]:
    """Return the distances of a point from the left and upper edge of the frame; it may be outside."""
    return _SCALE * math.radians(longitude - _WEST), _SCALE * (_stretched(_NORTH) - _stretched(latitude))


def in_frame(x: float, y: float) -> bool:
    """Return whether a projected point is inside the frame."""
    return 0 <= x <= WIDTH and 0 <= y <= HEIGHT


def _stretched(latitude: float) -> float:
    return math.log(math.tan(math.pi / 4 + math.radians(latitude) / 2))
