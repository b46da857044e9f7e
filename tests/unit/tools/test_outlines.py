"""Outlines for the map: fewer points, and no gap between neighbours."""

import json
import re
from pathlib import Path

from app.kickoff.places.map import outlines
from tools.places import outlines as made

BORDER = [(50.0, 0.0), (50.4, 20.0), (49.8, 40.0), (60.0, 60.0), (50.2, 80.0), (50.0, 100.0)]
WEST = [(0.0, 0.0), *BORDER, (0.0, 100.0), (0.0, 0.0)]
EAST = [(100.0, 0.0), (100.0, 100.0), *BORDER[::-1], (100.0, 0.0)]


def corners(path: str) -> set[tuple[int, int]]:
    numbers = [int(one) for one in re.findall(r"-?\d+", path)]
    x, y = numbers[:2]
    found = {(x, y)}
    for dx, dy in zip(numbers[2::2], numbers[3::2], strict=True):
        x, y = x + dx, y + dy
        found.add((x, y))
    return found


def test_neighbours_keep_the_same_border_with_fewer_points() -> None:
    west, east = map(corners, made.simplified([[WEST], [EAST]]))
    assert west & east == {(50, 0), (50, 40), (60, 60), (50, 80), (50, 100)}


def test_a_file_that_says_nothing_gives_no_outlines(tmp_path: Path) -> None:
    path = tmp_path / "outlines.json"
    for text in ("", "[]", json.dumps({"form": 0})):
        path.write_text(text, "utf-8")
        assert outlines(path) is None
