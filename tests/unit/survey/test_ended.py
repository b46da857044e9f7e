from __future__ import annotations

from app.records.record import Lesson
from app.survey.ended import End, endings, telling
from tests.unit.survey.examples import facts

REASONS = ("staff", "budget", "law")
STOPPED = facts(thema="mobility", ergebnis="stopped", phase="ended", grund="budget staff")
PARTLY = facts(thema="mobility safety", ergebnis="partial", phase="ended", grund="budget")
OVER = facts(thema="safety", ergebnis="success", phase="ended")
GOES_ON = facts(thema="safety", ergebnis="success", phase="operation")
ALL = (STOPPED, PARTLY, OVER, GOES_ON)


def test_what_goes_on_is_left_out_and_the_last_change_comes_first() -> None:
    found = endings(ALL, REASONS)
    assert [case.facts for case in found.cases] == [OVER, PARTLY, STOPPED]
    assert [case.end for case in found.cases] == [End.OVER, End.PARTLY, End.STOPPED]
    assert [case.facts for case in found.of(End.PARTLY)] == [PARTLY]


def test_shares_are_of_the_cases_that_name_a_reason() -> None:
    found = endings(ALL, REASONS)
    assert found.told == 2
    assert [(one.value, one.count, one.share) for one in found.reasons] == [("budget", 2, 100), ("staff", 1, 50)]


def test_one_field_of_action_counts_its_own_alone() -> None:
    found = endings(ALL, REASONS, "safety")
    assert [case.facts for case in found.cases] == [OVER, PARTLY]
    assert [(one.value, one.share) for one in found.reasons] == [("budget", 100)]


def test_what_happened_to_a_town_is_no_project_that_ended() -> None:
    assert endings([facts(thema="safety", ergebnis="event", phase="ended", grund="budget")], REASONS).cases == ()


def test_nothing_ended_gives_no_reasons() -> None:
    assert endings([GOES_ON], REASONS).reasons == ()


def test_what_did_not_work_is_told_before_what_did() -> None:
    lessons = [lesson("worked", 3), lesson("did_not_work", 1), lesson("advice", 3), lesson("would_do_differently", 2)]
    assert [one.kind for one in telling(lessons)] == ["would_do_differently", "did_not_work"]


def lesson(kind: str, level: int) -> Lesson:
    return Lesson(
        id=kind, kind=kind, phase="ended", topic="people", statement="", recommendation="", evidence_level=level
    )
