"""Which lessons of a record tell a reader most."""

from collections.abc import Iterable, Sequence

from app.records.record import Lesson


def coming_phase(phase: str, phases: Sequence[str]) -> str:
    """Return the phase after `phase`; the last phase returns itself, an unknown one ""."""
    if phase not in phases:
        return ""
    return phases[min(phases.index(phase) + 1, len(phases) - 1)]


MAX_LESSONS = 3
"""Lessons shown of one record."""
SOBERING = ("did_not_work", "would_do_differently", "open_question", "surprise")
"""Kinds of lessons about failures, disputes or surprises, weightiest first."""
_WORTH = {kind: number for number, kind in enumerate((*SOBERING, "worked", "advice"))}
"""Failures help others most; advice without evidence ranks after experience."""


def by_consequence(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """Return lessons, failures and disputes before successes, and among equals the best supported first."""
    return tuple(sorted(lessons, key=lambda one: (_WORTH.get(one.kind, len(_WORTH)), -(one.evidence_level or 0))))


def most_telling(lessons: Sequence[Lesson], phase: str, phases: Sequence[str]) -> tuple[Lesson, ...]:
    """Return the most useful lessons of a record for an asker in this phase, those for the next phase first."""
    coming = coming_phase(phase, phases)
    ranked = sorted(by_consequence(lessons), key=lambda lesson: _distance(lesson.phase, coming, phases))
    return tuple(ranked[:MAX_LESSONS])


def _distance(phase: str, coming: str, phases: Sequence[str]) -> int:
    """Return the number of phases between; 0 for all if no phase is coming."""
    if not coming or phase not in phases:
        return 0 if not coming else len(phases)
    return abs(phases.index(phase) - phases.index(coming))
