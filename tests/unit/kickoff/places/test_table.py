from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.kickoff.places.table import (
    COLUMNS,
    NO_PLACE,
    NOT_UTF8,
    WRONG_COLUMNS,
    WRONG_ROW,
    PlaceEntry,
    PlaceListInvalid,
    read_places,
    write_places,
)

HEAD = ",".join(COLUMNS)
BLANK = "," * (len(COLUMNS) - 4)
# Lone surrogates have no UTF-8 form; control characters and runs of blanks have no place in a name.
LETTERS = st.characters(exclude_categories=["Cs", "Cc"])
TEXTS = st.text(LETTERS, min_size=1, max_size=20).map(lambda text: " ".join(text.split())).filter(bool)
MAYBE = st.none() | TEXTS
ENTRIES = st.builds(
    PlaceEntry,
    name=TEXTS,
    state=TEXTS,
    kind=TEXTS,
    source=TEXTS,
    population=st.none() | st.integers(1, 10**8),
    population_as_of=MAYBE,
    as_of=MAYBE,
    ars=MAYBE,
    nuts=MAYBE,
    within=MAYBE,
    near=MAYBE,
    also=MAYBE,
    latitude=st.none() | st.floats(47, 55),
    longitude=st.none() | st.floats(6, 15),
)


@settings(max_examples=40)
@given(st.lists(ENTRIES, min_size=1, max_size=5))
def test_what_is_written_is_read_again(tmp_path_factory: pytest.TempPathFactory, entries: list[PlaceEntry]) -> None:
    path = tmp_path_factory.mktemp("list") / "places.csv"
    write_places(path, entries)
    found = read_places(path)
    assert set(found) == set(entries)
    assert len(found) == len(entries)
    before = path.read_bytes()
    write_places(path, reversed(entries))
    assert path.read_bytes() == before


def test_a_line_break_in_a_name_does_not_break_the_list(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    write_places(path, [PlaceEntry(name="Bad\r\n  Muster", state="HE", kind="town", source="test")])
    assert [entry.name for entry in read_places(path)] == ["Bad Muster"]


@pytest.mark.parametrize(
    ("text", "reason", "line"),
    [
        ("", WRONG_COLUMNS, 1), ("name,state\nUlm,BW\n", WRONG_COLUMNS, 1), (f"{HEAD}\n", NO_PLACE, None),
        (f"{HEAD}\nUlm,BW\n", WRONG_ROW, 2), (f"{HEAD}\n,BW,town,x{BLANK}\n", WRONG_ROW, 2),
        (f"{HEAD}\nUlm,BW,town,x{BLANK}\nUlm,BW,town,x,viele{BLANK[1:]}\n", WRONG_ROW, 3),
        (f'{HEAD}\n"Ulm,BW\n', WRONG_ROW, 2),
    ],
    ids=["nothing", "other columns", "no place", "short", "no name", "no number", "open quote"],
)  # fmt: skip
def test_a_broken_list_is_refused_with_the_line(tmp_path: Path, text: str, reason: str, line: int | None) -> None:
    path = tmp_path / "places.csv"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(PlaceListInvalid) as refused:
        read_places(path)
    assert (refused.value.reason, refused.value.line) == (reason, line)


def test_a_list_in_another_encoding_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "places.csv"
    path.write_bytes(f"{HEAD}\nKöln,NW,town,x{BLANK}\n".encode("latin-1"))
    with pytest.raises(PlaceListInvalid) as refused:
        read_places(path)
    assert refused.value.reason == NOT_UTF8
