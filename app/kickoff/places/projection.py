"""Where a point of Germany lies on the map: true to angles (Mercator), in whole units of a frame around the country."""

from __future__ import annotations

import math

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
