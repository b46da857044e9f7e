"""Where points lie on the map."""

from __future__ import annotations

import pytest

from app.kickoff.places.map import in_frame, projected


@pytest.mark.parametrize(
    ("latitude", "longitude"), [(55.05, 8.41), (47.28, 10.18), (51.05, 5.88), (51.27, 15.04), (54.68, 13.43)]
)
def test_the_utmost_points_of_the_country_lie_in_the_frame(latitude: float, longitude: float) -> None:
    assert in_frame(*projected(latitude, longitude))


@pytest.mark.parametrize(("latitude", "longitude"), [(46.5, 11.35), (46.95, 7.45), (55.7, 12.6)])
def test_what_lies_elsewhere_lies_outside(latitude: float, longitude: float) -> None:
    assert not in_frame(*projected(latitude, longitude))


def test_north_is_above_and_east_on_the_right() -> None:
    (west, north), (east, south) = projected(53.55, 10.0), projected(48.14, 11.58)
    assert west < east
    assert north < south
