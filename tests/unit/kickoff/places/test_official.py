import sys
from pathlib import Path

import pytest

from app.kickoff.places.directory import PlaceDirectory
from app.kickoff.places.official import import_official, read_official
from app.kickoff.places.table import NO_PLACE, NOT_UTF8, WRONG_ROW, OfficialReaderMissing, PlaceEntry, PlaceListInvalid
from tests.unit.kickoff.places.gv100ad import EXAMPLE, line, written


@pytest.fixture
def places(tmp_path: Path) -> dict[str, PlaceEntry]:
    entries = read_official(written(tmp_path / "gv100ad.txt"), {"08421": "DE144"}, "2024-12-31")
    return {entry.name: entry for entry in entries}


def test_kinds_follow_the_marks_of_the_directory(places: dict[str, PlaceEntry]) -> None:
    assert {name: entry.kind for name, entry in places.items()} == {
        "Landkreis Musterland": "district",
        "Verbandsgemeinde Muster-Süd": "municipal_association",
        "Musterstadt": "town",
        "Großmusterdorf": "municipality",
        "Mustermarkt": "municipality",
        "Ulm": "independent_city",
        "Berlin": "city_state",
        "Bremerhaven": "independent_city",
    }


def test_districts_and_associations_have_the_inhabitants_of_their_municipalities(places: dict[str, PlaceEntry]) -> None:
    assert places["Landkreis Musterland"].population == 14_800
    assert places["Verbandsgemeinde Muster-Süd"].population == 2_800


def test_everything_the_file_tells_about_a_municipality_is_kept(places: dict[str, PlaceEntry]) -> None:
    assert places["Musterstadt"] == PlaceEntry(
        name="Musterstadt",
        state="HE",
        kind="town",
        population=12_000,
        population_as_of="2024-12-31",
        as_of="2025-12-31",
        ars="06999001",
        within="Landkreis Musterland",
        source="gv100ad",
    )
    assert places["Ulm"].nuts == "DE144"
    assert places["Ulm"].within is None


@pytest.mark.parametrize(
    ("lines", "reason", "number"),
    [
        ((EXAMPLE[0], "Gemeindeverzeichnis"), WRONG_ROW, 2),
        ((EXAMPLE[0], EXAMPLE[4][:140]), WRONG_ROW, 2),
        ((line(60, "99999001", "Nirgendwo", association="0001", mark=64, people=1),), WRONG_ROW, 1),
        ((line(60, "06999001", " ", association="0001", mark=64, people=1),), WRONG_ROW, 1),
        ((EXAMPLE[0],), NO_PLACE, None),
        (("",), NO_PLACE, None),
    ],
    ids=["other file", "cut off", "no such state", "no name", "no municipality", "nothing"],
)
def test_what_is_no_directory_is_refused_with_the_line(
    tmp_path: Path, lines: tuple[str, ...], reason: str, number: int | None
) -> None:
    with pytest.raises(PlaceListInvalid) as refused:
        read_official(written(tmp_path / "file.txt", *lines), {})
    assert (refused.value.reason, refused.value.line) == (reason, number)


def test_an_old_edition_in_another_encoding_is_refused_rather_than_read_with_wrong_umlauts(tmp_path: Path) -> None:
    with pytest.raises(PlaceListInvalid) as refused:
        read_official(written(tmp_path / "old.txt", encoding="cp850"), {})
    assert refused.value.reason == NOT_UTF8


def test_a_missing_reader_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "gv100ad", None)
    with pytest.raises(OfficialReaderMissing):
        read_official(written(tmp_path / "gv100ad.txt"), {})


def test_an_import_is_what_the_directory_then_answers_with(tmp_path: Path) -> None:
    own = tmp_path / "node" / "places.csv"
    imported = import_official(written(tmp_path / "gv100ad.txt"), own)
    directory = PlaceDirectory(own)
    assert imported.total == len(directory) == 8
    assert imported.as_of == "2025-12-31"
    assert [entry.name for entry in directory.find("grossmuster")] == ["Großmusterdorf"]
    # The region of a real city is known from the shipped list, for the official one leaves it out.
    ulm = directory.get("08421000")
    assert ulm is not None
    assert ulm.nuts == "DE144"
    attribution = directory.attributions()
    assert [(used.source, used.as_of) for used in attribution] == [("gv100ad", "2025-12-31")]


def test_a_refused_file_leaves_the_list_as_it_was(tmp_path: Path) -> None:
    own = tmp_path / "places.csv"
    import_official(written(tmp_path / "gv100ad.txt"), own)
    before = own.read_bytes()
    with pytest.raises(PlaceListInvalid):
        import_official(written(tmp_path / "broken.txt", *EXAMPLE, "60"), own)
    assert own.read_bytes() == before
