from __future__ import annotations

from dataclasses import replace

from app.search.answering.columns import Columns, name_hash
from app.search.answering.heads import Head


def _head(number: int, wording: str = "") -> Head:
    title = f"Rufbus {number}"
    return Head(f"|{number}", str(number), "", "case-study", "", "", title, {}, number, 0.0, 9, wording=wording)


def test_each_number_stands_for_its_document_or_for_none() -> None:
    columns = Columns.of([None, _head(1), _head(2, wording="the same")])
    assert len(columns) == 3
    assert columns.uids == ["", "|1", "|2"]
    assert list(columns.wordings) == [0, 0, name_hash("the same")]
    assert columns.ids[1] == name_hash("1")


def test_those_of_a_later_state_leave_the_earlier_ones_alone() -> None:
    before = Columns.of([None, _head(1), _head(2)])
    later = before.copied(5)
    assert list(later.taking([(4, _head(4))])) == [(4, _head(4))]
    later.put(1, None)
    later.put(99, None)
    assert (before.uids, later.uids) == (["", "|1", "|2"], ["", "", "|2", "", "|4"])
    assert list(later.published) == [0, 0, 2, 0, 4]
    assert before.copied(2).titles == ["", "Rufbus 1"]


def test_names_of_places_that_many_share_are_kept_once() -> None:
    columns = Columns.of([replace(_head(number), places=["".join(["Hes", "sen"])]) for number in range(2)])
    assert columns.places[0][0] is columns.places[1][0]
