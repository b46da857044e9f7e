from dataclasses import fields, replace
from typing import Any

import pytest

from app.kickoff.memo.check import Contradiction, Missing, conflicts, open_points
from app.kickoff.memo.memo import (
    Asked,
    Decision,
    Duty,
    DutyAnswer,
    DutyState,
    Figures,
    Find,
    Inquiry,
    MemoSituation,
    ReuseMemo,
    SearchDone,
    Way,
)
from app.kickoff.memo.pinning import kept, without_words
from app.kickoff.situation import Situation
from app.reuse.place import Place
from tests.unit.kickoff.memo.examples import NOW, PARTNER, empty_memo, full_memo, record


def test_a_new_decision_takes_the_place_of_the_old_one() -> None:
    memo = empty_memo().with_find(Find(record=record(1))).with_find(Find(record=record(2)))
    later = memo.with_find(Find(record=record(1, ver=5), decision=Decision.REJECTED, reason="zu teuer"))
    assert [(find.record.ver, find.decision) for find in later.finds] == [(5, "rejected"), (2, "noted")]
    assert [find.record.ver for find in memo.finds] == [2, 2]


def test_records_of_two_nodes_are_two_even_under_one_id() -> None:
    memo = empty_memo().with_find(Find(record=record(1))).with_find(Find(record=record(1, home=PARTNER)))
    assert len(memo.finds) == 2


def test_software_is_asked_about_only_where_a_find_is_software_or_none_is_there() -> None:
    bank = Find(record=record(1, openness="unknown"))
    none = replace(empty_memo(), finds=(bank,))
    assert [one.duty for one in none.answers] == [Duty.CHECKED, Duty.USED, Duty.SHOWN]
    assert [one.asked for one in none.inquired] == [Asked.OTHER_SITES, Asked.MARKET]
    assert open_points(none)[-1].params == {"count": "3"}
    told = replace(none, inquiries=(Inquiry(asked=Asked.OPENCODE, on="2026-11-20"),))
    assert told.inquired[0].asked is Asked.OPENCODE, "what was said stays"
    for finds in ((), (bank, Find(record=record(2, openness="closed"))), (Find(record=record(3, kind="solution")),)):
        memo = replace(empty_memo(), finds=finds)
        assert (len(memo.answers), len(memo.inquired)) == (len(Duty), len(Asked))


def test_an_empty_memo_lacks_everything_but_decisions() -> None:
    lacking = [Missing.CONCLUSION, Missing.OCCASION, Missing.QUESTION, Missing.SEARCH, Missing.INQUIRIES]
    assert [point.code for point in open_points(empty_memo())] == [*lacking, Missing.DUTIES]


def test_a_decision_without_a_reason_and_a_find_without_a_decision_are_open() -> None:
    finds = (Find(record=record(1), decision=Decision.TAKEN), Find(record=record(2)))
    memo = replace(full_memo(), finds=finds)
    points = {point.code: point.params for point in open_points(memo)}
    assert points[Missing.REASON] == {"title": record(1).title}
    assert points[Missing.UNDECIDED] == {"count": "1"}
    assert points[Missing.DUTIES] == {"count": "1"}


def test_a_place_that_was_asked_without_day_or_result_is_not_done() -> None:
    half = (Inquiry(asked=Asked.OPENCODE, on="2026-11-20"), Inquiry(asked=Asked.MARKET, result="Nichts."))
    points = {point.code: point.params for point in open_points(replace(full_memo(), inquiries=half))}
    assert points[Missing.INQUIRIES] == {"count": "5"}
    points = {point.code: point.params for point in open_points(full_memo())}
    assert points[Missing.INQUIRIES] == {"count": "3"}


def test_a_finished_memo_lacks_nothing() -> None:
    memo = replace(
        full_memo(),
        finds=full_memo().finds[:2],
        duties=tuple(DutyAnswer(duty=duty, state=DutyState.MET) for duty in Duty),
        inquiries=tuple(Inquiry(asked=asked, on="2026-11-20", result="Nichts Passendes.") for asked in Asked),
    )
    assert open_points(memo) == ()
    assert replace(memo, searches=(SearchDone(at=NOW),)).answer(Duty.SHOWN).state is DutyState.MET


def test_the_situation_is_kept_in_plain_values() -> None:
    place = Place(name="Musterkreis", state="HE", kind="district", population=90_000)
    situation = Situation(place=place, topic="safety", phase="idea", months=12, open_source_only=True)
    assert kept(situation, ["Zweckverband"]) == MemoSituation(
        place="Musterkreis",
        state="HE",
        place_kind="district",
        population=90_000,
        memberships=("Zweckverband",),
        topic="safety",
        phase="idea",
        months=12,
        open_source_only=True,
    )
    assert kept(Situation()) == MemoSituation()


def test_a_memo_keeps_nothing_of_an_erased_record_but_its_address() -> None:
    memo = full_memo()
    pinned = next(find.record for find in memo.finds if find.record.lessons)
    bare = next(find.record for find in without_words(memo, pinned.id).finds if find.record.id == pinned.id)
    told = {one.name for one in fields(bare) if getattr(bare, one.name) == getattr(pinned, one.name)}
    assert not told & {"title", "summary", "places", "figures", "lessons", "sources"}
    assert bare.address == pinned.address


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
        ("yes", []), ("possible", []), ("unknown", [Contradiction.NOT_OBTAINABLE]),
        ("undocumented", [Contradiction.NOT_OBTAINABLE]), ("no", [Contradiction.NOT_OBTAINABLE]), ("", []),
    ],
)  # fmt: skip
def test_only_what_we_can_obtain_and_a_way_that_is_not_shown(verdict: str, expected: list[Contradiction]) -> None:
    assert codes(memo(found(verdict=verdict), obtainable_only=True)) == expected


@pytest.mark.parametrize(
    ("limits", "expected"),
    [
        ({"budget": 37_999}, [Contradiction.OVER_BUDGET]), ({"budget": 38_000}, []),
        ({"months": 21}, [Contradiction.TOO_LONG]), ({"months": 22}, []),
    ],
)  # fmt: skip
def test_what_took_more_there_than_we_have(limits: dict[str, int], expected: list[Contradiction]) -> None:
    assert codes(memo(found(), **limits)) == expected
    unknown = replace(found(), record=record(figures=Figures()))
    assert codes(memo(unknown, **limits)) == [], "what is not known contradicts nothing"
    assert codes(memo(replace(found(), in_scope=False), **limits)) == [], "thirty projects are no measure for one"


@pytest.mark.parametrize(
    ("duty", "find", "expected"),
    [
        (Duty.OPEN_SOURCE, found("closed", Decision.ADAPTED), Contradiction.NOT_PREFERRED),
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
