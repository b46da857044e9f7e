"""Outlines for the map: fewer points, and no gap between neighbours."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from app.kickoff.places.map import HEIGHT, WIDTH, outlines
from app.shared.config import PROJECT_ROOT
from tools.places import outlines as made
from tools.setup.place_list import PACKAGE

INSTALLED = PROJECT_ROOT / "node_modules" / PACKAGE
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


@pytest.mark.skipif(not INSTALLED.is_dir(), reason="the npm package is not installed")
def test_the_outlines_of_the_package_are_small_and_lie_in_the_frame(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "made" / "outlines.json"
    monkeypatch.setattr(sys, "argv", ["outlines", str(INSTALLED), str(target)])
    made.main()
    found = outlines(target)
    assert found is not None
    assert (len(found.paths), found.year) == (16, "2016")
    assert target.stat().st_size < 30_000
    points = [point for path in found.paths for ring in path.split("z")[:-1] for point in corners(ring)]
    assert all(0 < x < WIDTH and 0 < y < HEIGHT for x, y in points)


def test_a_file_that_says_nothing_gives_no_outlines(tmp_path: Path) -> None:
    path = tmp_path / "outlines.json"
    for text in ("", "[]", json.dumps({"form": 0})):
        path.write_text(text, "utf-8")
        assert outlines(path) is None
