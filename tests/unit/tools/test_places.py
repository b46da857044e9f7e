"""How the list of places is built from its two sources."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.table import PlaceEntry, write_places
from tools.places.build import build
from tools.places.packages import DISTRICT_FILE, SETTLEMENT_FILE, read_districts, read_settlements
from tools.places.sources import DistrictRow, Settlement

# Degrees are about 111 km from north to south; "01" is GeoNames' number of Baden-Württemberg, "16" of Berlin.
ULM = DistrictRow(key="08421", type="Stadtkreis", listed_name="Ulm", nuts="DE144", population=126_329)
DISTRICT = DistrictRow(key="08999", type="Landkreis", listed_name="Muster", nuts="DE1ZZ", population=90_000)
BERLIN = DistrictRow(
    key="11000", type="Kreisfreie Stadt", listed_name="Berlin, Stadt", nuts="DE300", population=3_644_826
)


def settlement(name: str, people: int = 900, north: float = 48.4, admin1: str = "01", *others: str) -> Settlement:
    return Settlement(
        name=name, admin1=admin1, population=people, latitude=north, longitude=10.0, alternate_names=others
    )


SETTLEMENTS = (
    settlement("Ulm", 120_451),
    settlement("Muster", 20_000, 49.0),
    settlement("Nahdorf", 900, 48.5),
    settlement("Ferndorf", 900, 50.5),
    settlement("Söflingen", 11_000, 48.41, "01", "Ulm-Söflingen"),
    settlement("Ulm-West", 9_000, 48.41),
    settlement("Doppelt", 800, 48.6),
    settlement("Doppelt", 0, 48.61),
    settlement("Stadtmitte", 119_000, 48.405),
    settlement("Berlin", 3_426_354, 52.5, "16"),
    settlement("Kreuzberg", 153_135, 52.6, "16"),
)
ROWS = (ULM, DISTRICT, BERLIN)


@pytest.fixture(scope="module")
def built() -> dict[str, PlaceEntry]:
    return {entry.name: entry for entry in build(SETTLEMENTS, ROWS)}


def test_a_city_in_both_sources_is_kept_once_with_its_official_numbers(built: dict[str, PlaceEntry]) -> None:
    assert len(build(SETTLEMENTS, ROWS)) == len(built)
    assert (built["Ulm"].ars, built["Ulm"].population) == ("08421000", 126_329)
    assert (built["Berlin"].kind, built["Landkreis Muster"].kind) == ("city_state", "district")


def test_parts_are_marked_where_a_name_or_the_state_proves_it(built: dict[str, PlaceEntry]) -> None:
    marked = {name: entry.within for name, entry in built.items() if entry.kind == "village"}
    assert marked == {"Söflingen": "Ulm", "Ulm-West": "Ulm", "Kreuzberg": "Berlin"}


def test_the_nearest_town_is_named_within_reach_only(built: dict[str, PlaceEntry]) -> None:
    assert built["Nahdorf"].near == "Ulm"
    assert built["Ferndorf"].near is None
    assert built["Muster"].near is None


def test_a_place_listed_twice_is_kept_once_and_a_number_of_the_city_around_left_out(
    built: dict[str, PlaceEntry],
) -> None:
    assert built["Doppelt"].population == 800
    assert built["Stadtmitte"].population is None
    assert built["Söflingen"].population == 11_000


def test_the_order_of_the_sources_makes_no_difference(tmp_path: Path) -> None:
    shuffled = random.Random(4)
    written = []
    for turn in range(2):
        path = tmp_path / f"{turn}.csv"
        write_places(path, build(shuffled.sample(SETTLEMENTS, len(SETTLEMENTS)), shuffled.sample(ROWS, len(ROWS))))
        written.append(path.read_bytes())
    assert written[0] == written[1]


@pytest.mark.slow
@pytest.mark.skipif(
    not (SETTLEMENT_FILE.exists() and DISTRICT_FILE.exists()),
    reason="NOT RUN: the two packages are not there; `make places` fetches them",
)
def test_the_committed_list_is_what_the_packages_give(tmp_path: Path) -> None:
    write_places(tmp_path / "places.csv", build(read_settlements(), read_districts()))
    assert (tmp_path / "places.csv").read_bytes() == SHIPPED.read_bytes()
