from __future__ import annotations

from dataclasses import replace

from app.survey.facts import CONTACT, COST
from app.survey.gaps import missing
from tests.unit.survey.examples import facts


def test_what_is_left_open_is_told_by_kind() -> None:
    case, told, solution = facts(unknown=frozenset({COST, CONTACT})), facts(), facts("solution", unknown={CONTACT})
    found = missing([case, told, solution], ["case-study", "solution"])
    assert [(one.what, one.kind, one.facts, one.total) for one in found] == [
        (COST, "case-study", (case,), 2),
        (CONTACT, "case-study", (case,), 2),
        (CONTACT, "solution", (solution,), 1),
    ]


def test_records_of_other_nodes_are_for_others_to_complete() -> None:
    theirs = facts(unknown=frozenset({COST}))
    assert missing([replace(theirs, entry=replace(theirs.entry, origin="b"))], ["case-study"]) == ()
