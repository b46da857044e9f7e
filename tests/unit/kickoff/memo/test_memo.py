from __future__ import annotations

from dataclasses import fields, replace

from app.kickoff.memo.check import Missing, open_points
from app.kickoff.memo.memo import Asked, Decision, Duty, DutyAnswer, DutyState, Find, Inquiry, MemoSituation, SearchDone
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


def test_an_empty_memo_lacks_everything_but_decisions() -> None:
    lacking = [Missing.CONCLUSION, Missing.OCCASION, Missing.QUESTION, Missing.SEARCH, Missing.INQUIRIES]
    assert [point.code for point in open_points(empty_memo())] == [*lacking, *[Missing.DUTY] * 4]


def test_a_decision_without_a_reason_and_a_find_without_a_decision_are_open() -> None:
    finds = (Find(record=record(1), decision=Decision.TAKEN), Find(record=record(2)))
    memo = replace(full_memo(), finds=finds)
    points = {point.code: point.params for point in open_points(memo)}
    assert points[Missing.REASON] == {"title": record(1).title}
    assert points[Missing.UNDECIDED] == {"count": "1"}
    assert points[Missing.DUTY] == {"duty": "shown"}


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
