"""A condition and a decision that do not go together are named, and nothing else is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from app.kickoff.memo.check import Contradiction, conflicts
from app.kickoff.memo.memo import Decision, Duty, DutyAnswer, DutyState, Figures, Find, ReuseMemo, Way
from tests.unit.kickoff.memo.examples import empty_memo, full_memo, record


def memo(find: Find, *met: Duty, **limits: Any) -> ReuseMemo:
    begun = replace(full_memo(), finds=(find,), duties=tuple(DutyAnswer(duty=one, state=DutyState.MET) for one in met))
    none = {"open_source_only": False, "months": None, "budget": None}
    return replace(begun, situation=replace(begun.situation, **{**none, **limits}))


def found(openness: str = "open", decision: Decision = Decision.TAKEN, verdict: str = "") -> Find:
    way = Way(verdict=verdict) if verdict else None
    return Find(record=record(openness=openness), decision=decision, way=way, in_scope=True)


def codes(given: ReuseMemo) -> list[Contradiction]:
    return [one.code for one in conflicts(given)]


@pytest.mark.parametrize("openness", ["unknown", "closed", "partly"])
def test_only_open_source_and_code_that_is_not_known_to_be_open(openness: str) -> None:
    (conflict,) = conflicts(memo(found(openness), open_source_only=True))
    assert (conflict.code, conflict.find, conflict.title) == (Contradiction.NOT_OPEN, 0, record().title)


@pytest.mark.parametrize("openness", ["open", ""])
def test_open_code_and_no_code_at_all_fit_the_condition(openness: str) -> None:
    assert conflicts(memo(found(openness), open_source_only=True)) == ()


def test_what_is_not_taken_contradicts_no_condition() -> None:
    for decision in (Decision.NOTED, Decision.REJECTED):
        assert conflicts(memo(found("closed", decision, "no"), open_source_only=True, obtainable_only=True)) == ()


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ("yes", []),
        ("possible", []),
        ("unknown", [Contradiction.NOT_OBTAINABLE]),
        ("undocumented", [Contradiction.NOT_OBTAINABLE]),
        ("no", [Contradiction.NOT_OBTAINABLE]),
        ("", []),
    ],
)
def test_only_what_we_can_obtain_and_a_way_that_is_not_shown(verdict: str, expected: list[Contradiction]) -> None:
    assert codes(memo(found(verdict=verdict), obtainable_only=True)) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"budget": 37_999}, [Contradiction.OVER_BUDGET]),
        ({"budget": 38_000}, []),
        ({"months": 21}, [Contradiction.TOO_LONG]),
        ({"months": 22}, []),
    ],
)
def test_what_took_more_there_than_we_have(limits: dict[str, int], expected: list[Contradiction]) -> None:
    assert codes(memo(found(), **limits)) == expected
    unknown = replace(found(), record=record(figures=Figures()))
    assert codes(memo(unknown, **limits)) == [], "what is not known contradicts nothing"
    assert codes(memo(replace(found(), in_scope=False), **limits)) == [], "thirty projects are no measure for one"


@pytest.mark.parametrize(
    ("duty", "find", "expected"),
    [
        (Duty.USED, found(decision=Decision.REJECTED), Contradiction.NOTHING_TAKEN),
        (Duty.OPEN_SOURCE, found("unknown"), Contradiction.NOT_PREFERRED),
    ],
)
def test_a_duty_that_is_called_met_against_the_finds(duty: Duty, find: Find, expected: Contradiction) -> None:
    (conflict,) = conflicts(memo(find, duty))
    assert (conflict.code, conflict.duty, conflict.find) == (expected, duty, None)
    assert conflicts(memo(find)) == ()


def test_a_check_that_is_called_met_without_a_search() -> None:
    checked = replace(empty_memo(), duties=(DutyAnswer(duty=Duty.CHECKED, state=DutyState.MET),))
    assert codes(checked) == [Contradiction.NOT_SEARCHED]
    assert conflicts(empty_memo()) == ()
