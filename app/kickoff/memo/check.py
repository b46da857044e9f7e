"""Open points and contradictions of a memo, before it goes into a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from app.kickoff.comparison import cost_against, time_against
from app.kickoff.memo.memo import Decision, Duty, DutyState, Find, ReuseMemo
from app.kickoff.offers import Openness
from app.reuse.obtaining.answer import Verdict


class Missing(StrEnum):
    """A missing part; `reason` has the parameter `title`, `undecided` and `inquiries` `count`, `duty` `duty`."""

    OCCASION = "occasion"
    QUESTION = "question"
    SEARCH = "search"
    INQUIRIES = "inquiries"
    UNDECIDED = "undecided"
    REASON = "reason"
    DUTIES = "duties"
    CONCLUSION = "conclusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One missing part, and the parameters of its text."""

    code: Missing
    params: dict[str, str] = field(default_factory=dict)


def open_points(memo: ReuseMemo) -> tuple[OpenPoint, ...]:
    """Return the missing parts in the order of the document; a memo may be exported without them."""
    return tuple(_open_points(memo))


def _open_points(memo: ReuseMemo) -> Iterator[OpenPoint]:
    if not memo.conclusion:
        yield OpenPoint(code=Missing.CONCLUSION)
    opening = {Missing.OCCASION: memo.occasion, Missing.QUESTION: memo.question, Missing.SEARCH: memo.searches}
    yield from (OpenPoint(code=code) for code, given in opening.items() if not given)
    unasked = [inquiry for inquiry in memo.inquired if not inquiry.answered]
    if unasked:
        yield OpenPoint(code=Missing.INQUIRIES, params={"count": str(len(unasked))})
    noted = memo.decided(Decision.NOTED)
    if noted:
        yield OpenPoint(code=Missing.UNDECIDED, params={"count": str(len(noted))})
    for find in memo.finds:
        if find.decision is not Decision.NOTED and not find.reason:
            yield OpenPoint(code=Missing.REASON, params={"title": find.record.title})
    unmet = [answer for answer in memo.answers if answer.state is DutyState.OPEN]
    if unmet:
        yield OpenPoint(code=Missing.DUTIES, params={"count": str(len(unmet))})


class Contradiction(StrEnum):
    """Kinds of contradictions; the first ones concern a find, the others the answer to a duty."""

    NOT_OPEN = "not_open"
    NOT_OBTAINABLE = "not_obtainable"
    OVER_BUDGET = "over_budget"
    TOO_LONG = "too_long"
    NOTHING_TAKEN = "nothing_taken"
    NOT_PREFERRED = "not_preferred"
    NOT_SEARCHED = "not_searched"


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundContradiction:
    """One contradiction; `find` is the index of its find (from 0), None for a duty."""

    code: Contradiction
    title: str = ""
    find: int | None = None
    duty: Duty | None = None


def conflicts(memo: ReuseMemo) -> tuple[FoundContradiction, ...]:
    """Return the contradictions in the order of the document."""
    return (*_of_finds(memo), *_of_duties(memo))


def _of_finds(memo: ReuseMemo) -> Iterator[FoundContradiction]:
    limits = memo.situation
    for number, find in enumerate(memo.finds):
        figures, verdict = find.record.figures, find.way.verdict if find.way else ""
        cost, time = cost_against(figures.cost, limits.budget), time_against(figures.duration, limits.months)
        wrong = {
            Contradiction.NOT_OPEN: limits.open_source_only and _is_not_open(find),
            Contradiction.NOT_OBTAINABLE: limits.obtainable_only and verdict not in ("", Verdict.YES, Verdict.POSSIBLE),
            Contradiction.OVER_BUDGET: find.in_scope and bool(cost and cost.is_over),
            Contradiction.TOO_LONG: find.in_scope and bool(time and time.is_over),
        }
        for code, is_wrong in wrong.items():
            if is_wrong and find.is_reused:
                yield FoundContradiction(code=code, title=find.record.title, find=number)


def _of_duties(memo: ReuseMemo) -> Iterator[FoundContradiction]:
    taken = memo.reused
    wrong = {
        Duty.CHECKED: (Contradiction.NOT_SEARCHED, not memo.searches),
        Duty.USED: (Contradiction.NOTHING_TAKEN, not taken),
        Duty.OPEN_SOURCE: (Contradiction.NOT_PREFERRED, any(map(_is_not_open, taken))),
    }
    for duty, (code, is_wrong) in wrong.items():
        if is_wrong and memo.answer(duty).state is DutyState.MET:
            yield FoundContradiction(code=code, duty=duty)


def _is_not_open(find: Find) -> bool:
    """Return whether it is software whose source code is not known to be entirely open."""
    return find.record.openness not in ("", Openness.OPEN)
