"""Lessons of several records for the coming project phase."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.records.record import Lesson, Record

PER_AREA = 3
"""Lessons shown per area; readers do not read more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLesson:
    """A lesson of a record; `coming`: it concerns the coming phase."""

    record: Record
    lesson: Lesson
    coming: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonArea:
    """The lessons of one area (a value of the field `lessons.topic`); `more` were left out."""

    topic: str
    lessons: tuple[FoundLesson, ...]
    more: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class PhaseLessons:
    """Lessons by area; `phase` is the coming phase, empty if the asker gave none."""

    phase: str
    areas: tuple[LessonArea, ...]


def coming_phase(phase: str, phases: Sequence[str]) -> str:
    """Return the phase after `phase`; the last phase returns itself, an unknown one ""."""
    if phase not in phases:
        return ""
    return phases[min(phases.index(phase) + 1, len(phases) - 1)]


def by_area(records: Iterable[Record], phase: str, phases: Sequence[str], per_area: int = PER_AREA) -> PhaseLessons:
    """Group the lessons by area.

    Areas with most lessons for the phase after `phase` come first; within an area these come first, then the others by
    the distance of their phase, ties in the order of the records.
    """
    coming = coming_phase(phase, phases)
    found = [
        FoundLesson(record=record, lesson=lesson, coming=lesson.phase == coming)
        for record in records
        for lesson in record.lessons
    ]
    areas: dict[str, list[FoundLesson]] = {}
    for one in sorted(found, key=lambda one: _distance(one.lesson.phase, coming, phases)):
        areas.setdefault(one.lesson.topic, []).append(one)
    ordered = sorted(areas.items(), key=lambda area: -sum(one.coming for one in area[1]))
    return PhaseLessons(
        phase=coming,
        areas=tuple(
            LessonArea(topic=topic, lessons=tuple(lessons[:per_area]), more=max(0, len(lessons) - per_area))
            for topic, lessons in ordered
        ),
    )


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
