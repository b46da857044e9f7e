from dataclasses import replace
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.index import write_index
from app.kickoff.places.table import PlaceEntry, write_places


def example(name: str, *, kind: str = "town", population: int | None = None) -> PlaceEntry:
    return PlaceEntry(name=name, state="HE", kind=kind, source="gv100ad", as_of="2025-12-31", population=population)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "places.csv"


def test_an_own_list_takes_precedence_and_is_taken_up_without_a_restart(own: Path) -> None:
    directory = PlaceDirectory(own)
    assert len(directory) > 10_000
    assert [entry.name for entry in directory.find("Ulm", 1)] == ["Ulm"]
    write_places(own, [example("Musterstadt")])
    assert [entry.name for entry in directory.find("muster")] == ["Musterstadt"]
    assert directory.find("Ulm") == ()
    write_places(own, [example("Musterstadt"), example("Musterdorf")])
    assert len(directory) == 2
    own.unlink()
    assert len(directory) > 10_000


def test_a_name_that_looks_like_a_place_of_the_list_in_use_is_told_from_the_place(own: Path) -> None:
    directory = PlaceDirectory(own)
    assert [directory.is_imitated_by(name) for name in ("Stadt UIm", "Stadt Ulm", "Stadt Musterdorf")] == [
        True,
        False,
        False,
    ]
    write_places(own, [example("Mustendorf")])
    assert [directory.is_imitated_by(name) for name in ("Stadt UIm", "Stadt Mustenclorf")] == [False, True]


def test_places_are_near_a_misspelt_name(own: Path) -> None:
    write_places(own, [example("Büdingen"), example("Frankfurt am Main"), example("Frankfurt (Oder)")])
    directory = PlaceDirectory(own)
    for name in ("Büdingn", "Stadt Büdingn", "Büdingn, Stadt"):
        assert [entry.name for entry in directory.near(name)] == ["Büdingen"]
    assert [entry.name for entry in directory.near("Frankfrut")] == ["Frankfurt (Oder)", "Frankfurt am Main"]
    assert directory.near("Büdingen") == directory.near("Nirgendwohausen") == directory.near("") == ()


def test_a_word_for_the_kind_beside_a_misspelt_name_brings_places_of_that_kind_first(own: Path) -> None:
    write_places(own, [example("Fulda", population=60_000), example("Landkreis Fulda", kind="district")])
    directory = PlaceDirectory(own)
    assert [entry.name for entry in directory.near("Lkr. Fudla")][:1] == ["Landkreis Fulda"]
    assert [entry.name for entry in directory.near("Fudla, Kreis")][:1] == ["Landkreis Fulda"]
    assert [entry.name for entry in directory.near("Fudla")][:1] == ["Fulda"]


def test_an_own_list_that_cannot_be_read_is_logged_and_stops_nobody(own: Path) -> None:
    own.write_text("Ulm\n", encoding="utf-8")
    with capture_logs() as events:
        assert PlaceDirectory(own).find("Ulm", 1)[0].name == "Ulm"
    assert [(event["event"], event["log_level"]) for event in events] == [("places.unreadable", "warning")]


def test_an_own_list_that_cannot_be_reached_is_logged_once_and_stops_nobody(own: Path) -> None:
    own.write_text("no folder", encoding="utf-8")
    directory = PlaceDirectory(own / "places.csv")
    with capture_logs() as events:
        assert [directory.find("Ulm", 1)[0].name for _ in range(2)] == ["Ulm", "Ulm"]
        assert directory.state() == directory.state()
    assert [(event["event"], event["log_level"]) for event in events] == [("places.unreadable", "warning")]


def test_the_list_that_set_up_made_comes_before_the_shipped_one_and_after_an_own_one(own: Path, tmp_path: Path) -> None:
    made = tmp_path / "made.sqlite"
    assert len(PlaceDirectory(own, made)) > 10_000
    other = tmp_path / "other.sqlite"
    write_index(other, [replace(example("Musterstadt"), ars="06999001", population=12_000)])
    directory = PlaceDirectory(own, other)
    assert [entry.name for entry in directory.find("muster")] == ["Musterstadt"]
    known = directory.known("Musterstadt", "HE", "municipality")
    assert (
        known == directory.known("anders geschrieben", "HE", "town", "069990000001") == directory.meant("Musterstadt")
    )
    write_places(own, [example("Musterdorf")])
    assert [entry.name for entry in directory.find("muster")] == ["Musterdorf"]
