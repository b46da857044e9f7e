"""What a memo still lacks before it can go into a file."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from enum import StrEnum

from app.kickoff.memo.memo import Asked, Decision, Duty, DutyState, ReuseMemo


class Missing(StrEnum):
    """What is open.

    `reason` names the `title`, `undecided` and `inquiries` the `count`, `duty` the `duty` in its parameters.
    """

    OCCASION = "occasion"
    QUESTION = "question"
    SEARCH = "search"
    INQUIRIES = "inquiries"
    UNDECIDED = "undecided"
    REASON = "reason"
    DUTY = "duty"
    CONCLUSION = "conclusion"


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenPoint:
    """One thing that is missing, and what its wording needs."""

    code: Missing
    params: dict[str, str] = field(default_factory=dict)


def open_points(memo: ReuseMemo) -> tuple[OpenPoint, ...]:
    """Return what is missing, in the order of the document; a memo may be exported all the same."""
    return tuple(_each(memo))


def _each(memo: ReuseMemo) -> Iterator[OpenPoint]:
    if not memo.conclusion:
        yield OpenPoint(code=Missing.CONCLUSION)
    opening = {Missing.OCCASION: memo.occasion, Missing.QUESTION: memo.question, Missing.SEARCH: memo.searches}
    yield from (OpenPoint(code=code) for code, given in opening.items() if not given)
    unasked = [asked for asked in Asked if not memo.inquiry(asked).answered]
    if unasked:
        yield OpenPoint(code=Missing.INQUIRIES, params={"count": str(len(unasked))})
    noted = memo.decided(Decision.NOTED)
    if noted:
        yield OpenPoint(code=Missing.UNDECIDED, params={"count": str(len(noted))})
    for find in memo.finds:
        if find.decision is not Decision.NOTED and not find.reason:
            yield OpenPoint(code=Missing.REASON, params={"title": find.record.title})
    for duty in Duty:
        if memo.answer(duty).state is DutyState.OPEN:
            yield OpenPoint(code=Missing.DUTY, params={"duty": duty.value})
