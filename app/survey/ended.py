"""What ended, for which reasons, and what was learned from it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from app.records.five_lines.lines import EVENT
from app.records.record import Lesson
from app.survey.facts import Facts


class End(StrEnum):
    """How something ended: as a whole, in a part (a reason is told, but it was not stopped), or as it was planned."""

    STOPPED = "stopped"
    PARTLY = "partly"
    OVER = "over"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """A case that ended."""

    facts: Facts
    end: End


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """How many cases name a reason, and the share in per cent of those that name any."""

    value: str
    count: int
    share: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Endings:
    """Everything that ended; `told` of them name one reason or several, so that shares come to more than 100."""

    cases: tuple[Ended, ...]
    reasons: tuple[Reason, ...]
    told: int

    def of(self, end: End) -> tuple[Ended, ...]:
        """Return the cases that ended in one way."""
        return tuple(case for case in self.cases if case.end is end)


def end_of(facts: Facts) -> End | None:
    """Return how a case ended; None for what goes on, for what was no project, and for other kinds."""
    if facts.outcome == EVENT:
        return None
    if facts.outcome == "stopped":
        return End.STOPPED
    if facts.reasons:
        return End.PARTLY
    return End.OVER if facts.phase == "ended" else None


def endings(facts: Iterable[Facts], reasons: Sequence[str], topic: str = "") -> Endings:
    """Return what ended in a field of action (in all with ""), the last changed first.

    The most frequent reason comes first, equals in the order of `reasons`, all there are.
    """
    cases = [
        Ended(facts=each, end=end) for each in facts if (end := end_of(each)) and (not topic or topic in each.topics)
    ]
    cases.sort(key=lambda case: case.facts.entry.seq, reverse=True)
    counted = Counter(reason for case in cases for reason in case.facts.reasons)
    told = sum(1 for case in cases if case.facts.reasons)
    ordered = sorted((value for value in reasons if counted[value]), key=lambda value: -counted[value])
    found = [Reason(value=value, count=counted[value], share=round(100 * counted[value] / told)) for value in ordered]
    return Endings(cases=tuple(cases), reasons=tuple(found), told=told)


LESSONS = 2
"""So many lessons of a case are told; its page has all."""
_WORTH = {"did_not_work": 0, "would_do_differently": 0, "surprise": 1}
"""What worked and what is merely advised tells less about an end."""


def telling(lessons: Sequence[Lesson]) -> tuple[Lesson, ...]:
    """Return the lessons that tell most about an end: what did not work, and what is best supported."""
    return tuple(sorted(lessons, key=lambda one: (_WORTH.get(one.kind, 2), -(one.evidence_level or 0)))[:LESSONS])
