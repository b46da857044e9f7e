"""Records side by side say what the records say, and the table is safe to open."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.documents.writing.exports import csv_bytes
from app.kickoff.comparison import RowCode, compare
from app.records.record import Record
from app.wiring import Services


def record(services: Services, ref: str) -> Record:
    return services.catalogue.record(services.catalogue.head_by_slug(*ref.split("/")))


def test_a_case_shows_routes_and_maturity_of_the_solution_it_used(seeded: Services) -> None:
    case, solution = (
        record(seeded, ref) for ref in ("case-study/herrenberg-stadtnavi", "solution/herrenberg-stadtnavi-loesung")
    )
    assert all(one.code is not RowCode.ROUTES for one in compare([case], {}, {}))
    rows = {one.code: one.cells[0] for one in compare([case], {solution.ref: solution}, {})}
    assert {found.record for found in rows[RowCode.ROUTES]} == {solution.ref}
    assert rows[RowCode.ROUTES][0].values["route"] == "self_host_oss"
    assert rows[RowCode.MATURITY][0].values["openness"] == "open_source"


def test_writes_the_table_as_rfc_4180_with_a_mark_for_utf_8() -> None:
    table = [["Merkmal", "Fulda"], ["Kosten", "4.500 €\n„im Jahr“; 2"]]
    written = csv_bytes(table)
    assert written.startswith(b"\xef\xbb\xbf")
    assert b"\r\n" in written
    assert list(csv.reader(io.StringIO(written.decode("utf-8-sig"), newline=""))) == table


cells = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), min_size=1, max_size=30)


@given(st.lists(st.tuples(cells, cells), min_size=1, max_size=4))
def test_any_text_comes_back_and_none_is_a_formula(rows: list[tuple[str, str]]) -> None:
    written = csv_bytes(rows).decode("utf-8-sig")
    read = list(csv.reader(io.StringIO(written, newline=""), strict=True))
    assert len(read) == len(rows)
    for texts, line in zip(rows, read, strict=True):
        for text, cell in zip(texts, line, strict=True):
            assert cell in (text, f"'{text}")
            assert cell.strip(" ")[:1] not in {"=", "+", "-", "@", "\t", "\r"}


@pytest.mark.parametrize("text", ["=1+1", "+49", "-3", "@SUM(A1)", "\t=1", "  =cmd|' /C calc'!A0", "＝1"])
def test_cells_that_look_like_formulas_are_written_as_text(text: str) -> None:
    assert f'"\'{text}"' in csv_bytes([[text]]).decode("utf-8-sig")
