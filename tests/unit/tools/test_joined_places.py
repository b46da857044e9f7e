"""How the list of set-up is joined from administrative areas and the list that comes with the program."""

import json
from collections.abc import Mapping

import pytest

from app.kickoff.places.directory import SHIPPED
from app.kickoff.places.table import PlaceEntry, read_places
from app.shared.config import PROJECT_ROOT
from tools.places.join import joined
from tools.setup.place_list import PACKAGE

INSTALLED = PROJECT_ROOT / "node_modules" / PACKAGE


def square(west: float, south: float, size: float = 0.1, hole: float = 0) -> list[list[list[float]]]:
    def ring(x: float, y: float, side: float) -> list[list[float]]:
        return [[x, y], [x + side, y], [x + side, y + side], [x, y + side], [x, y]]

    inner = [ring(west + (size - hole) / 2, south + (size - hole) / 2, hole)] if hole else []
    return [ring(west, south, size), *inner]


def area(key: str, name: str, word: str, shape: list[list[list[float]]], land: int = 4) -> dict[str, object]:
    told = {"RS": key, "AGS": key[:5] + key[9:], "GEN": name, "BEZ": word, "NUTS": "DE700", "WSK": "2016/01/01"}
    return {
        "type": "Feature", "properties": {**told, "GF": land}, "geometry": {"type": "Polygon", "coordinates": shape},
    }  # fmt: skip


def settled(name: str, east: float, north: float, people: int | None = 900) -> PlaceEntry:
    return PlaceEntry(
        name=name, state="HE", kind="unknown", source="geonames", population=people, latitude=north, longitude=east
    )


DISTRICT = PlaceEntry(
    name="Landkreis Muster", state="HE", kind="district", source="destatis", population=90_000,
    population_as_of="2018-12-31", ars="06999", nuts="DE799",
)  # fmt: skip
CITY = PlaceEntry(
    name="Stadtmuster", state="HE", kind="independent_city", source="destatis", population=150_000, ars="06998000"
)
LISTED = [
    DISTRICT, CITY, settled("Musterstadt", 9.05, 50.05, 12_000), settled("Neudorf", 9.02, 50.02),
    settled("Wörth an der Muster", 9.15, 50.05, 2_000), settled("Oberdorf", 9.25, 50.05, 600),
    settled("Westend", 9.55, 50.05), settled("Im Loch", 9.35, 50.05), settled("Außerhalb", 12.0, 52.0),
]  # fmt: skip
LEVELS: Mapping[str, list[dict[str, object]]] = {
    "laender": [area("06", "Hessen", "Land", square(9, 50, 1))],
    "kreise": [
        {"type": "FeatureCollection", "features": [
            area("06999", "Muster", "Landkreis", square(9, 50, 0.4)),
            area("06999", "Muster", "Landkreis", square(9, 51, 0.4), land=2),
        ]},
        area("06998", "Stadtmuster", "Kreisfreie Stadt", square(9.5, 50)),
    ],
    "gemeinden": [
        area("069990001001", "Musterstadt", "Stadt", square(9, 50)),
        area("069995101002", "Wörth a.d. Muster", "Gemeinde", square(9.1, 50)),
        area("069995101003", "Bergmuster (Hessen)", "Gemeinde", square(9.2, 50)),
        area("069990004004", "Ringmuster", "Gemeinde", square(9.3, 50, 0.1, 0.02)),
        area("069999444444", "Musterwald", "Gemeindefreies Gebiet", square(9.34, 50.04, 0.02)),
        area("069980000000", "Stadtmuster", "Stadt", square(9.5, 50)),
    ],
    "verwaltungsgemeinschaften": [
        area("069990001", "Musterstadt", "Einheitsgemeinde", square(9, 50)),
        area("069995101", "Muster-Süd", "Verbandsgemeinde", square(9.1, 50, 0.2)),
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> dict[str, PlaceEntry]:
    folder = tmp_path_factory.mktemp("package")
    for level, areas in LEVELS.items():
        (folder / f"{level}.geo.json").write_text(json.dumps(areas), encoding="utf-8")
    found = joined(folder, LISTED)
    named = {entry.name: entry for entry in found}
    assert len(named) == len(found)
    return named


def test_a_municipality_has_its_inhabitants_from_the_list_all_else_from_its_area(places: dict[str, PlaceEntry]) -> None:
    assert places["Musterstadt"] == PlaceEntry(
        name="Musterstadt", state="HE", kind="town", source="vg250", population=12_000, as_of="2016-01-01",
        ars="06999001", nuts="DE799", within="Landkreis Muster", latitude=50.05, longitude=9.05,
    )  # fmt: skip


def test_a_short_form_is_found_written_out(places: dict[str, PlaceEntry]) -> None:
    town = places["Wörth a.d. Muster"]
    assert (town.also, town.population, town.ars) == ("Wörth an der Muster", 2_000, "06999002")


def test_what_lies_in_a_municipality_under_another_name_is_part_of_it(places: dict[str, PlaceEntry]) -> None:
    parts = {name: entry.within for name, entry in places.items() if entry.kind == "village"}
    assert parts == {
        "Neudorf": "Musterstadt",
        "Oberdorf": "Bergmuster (Hessen)",
        "Westend": "Stadtmuster",
        "Im Loch": "Musterwald",
    }
    assert places["Bergmuster (Hessen)"].population is None
    assert places["Verbandsgemeinde Muster-Süd"].population is None


def test_associations_districts_and_states_are_there(places: dict[str, PlaceEntry]) -> None:
    kinds = {name: (entry.kind, entry.ars) for name, entry in places.items() if entry.kind not in {"village", "town"}}
    assert kinds == {
        "Hessen": ("state", None),
        "Landkreis Muster": ("district", "06999"),
        "Stadtmuster": ("independent_city", "06998000"),
        "Verbandsgemeinde Muster-Süd": ("municipal_association", "069995101"),
        "Wörth a.d. Muster": ("municipality", "06999002"),
        "Bergmuster (Hessen)": ("municipality", "06999003"),
        "Ringmuster": ("municipality", "06999004"),
        "Außerhalb": ("unknown", None),
    }
    assert (places["Hessen"].population, places["Hessen"].population_as_of) == (240_000, "2018-12-31")
    assert (places["Landkreis Muster"].latitude, places["Landkreis Muster"].longitude) == (50.2, 9.2)


@pytest.mark.slow
@pytest.mark.skipif(
    not (INSTALLED / "package.json").exists(),
    reason="NOT RUN: the package of areas is not there; make setup fetches it",
)
def test_the_package_gives_every_municipality_a_key() -> None:
    found = joined(INSTALLED, read_places(SHIPPED))
    towns = [entry for entry in found if entry.kind in {"town", "municipality"}]
    assert len(towns) > 10_900
    # Those of two districts that were merged have other keys since.
    assert sum(1 for entry in towns if not entry.ars) < 60
    assert sum(1 for entry in towns if entry.population) > 9_000
    assert all(entry.latitude and entry.longitude for entry in found)
    assert sum(1 for entry in found if entry.kind == "unknown") < 10
    assert sum(entry.population or 0 for entry in found if entry.kind == "state") > 76_000_000
