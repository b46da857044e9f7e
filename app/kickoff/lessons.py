"""Lessons of several records, for the phase that comes next."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.records.record import Lesson, Record

PER_AREA = 3
"""Lessons of an area that are read; more are not."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLesson:
    """A lesson of a record; `coming`: it is about the coming phase."""

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
    """`phase` is the coming phase, empty where the asker named none."""

    phase: str
    areas: tuple[LessonArea, ...]


def coming_phase(phase: str, phases: Sequence[str]) -> str:
    """Return the phase after `phase`; the last has none after it and stays, an unknown one gives nothing."""
    if phase not in phases:
        return ""
    return phases[min(phases.index(phase) + 1, len(phases) - 1)]


def by_area(records: Iterable[Record], phase: str, phases: Sequence[str], per_area: int = PER_AREA) -> PhaseLessons:
    """Group the lessons by area.

    Areas with most lessons for the phase after `phase` come first; in an area these do, then the others by how near
    their phase is, equals in the order of the records.
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
"""Lessons of a record that are read at once."""
SOBERING = ("did_not_work", "would_do_differently", "open_question", "surprise")
"""Kinds of lessons that tell what went wrong, is disputed or was not expected, by consequence."""
_WORTH = {kind: number for number, kind in enumerate((*SOBERING, "worked", "advice"))}
"""What went wrong spares others most; advice that nothing shows comes after what was lived through."""


def by_consequence(lessons: Iterable[Lesson]) -> tuple[Lesson, ...]:
    """Return lessons, a failure or a dispute before a success, and of equals the best supported first."""
    return tuple(sorted(lessons, key=lambda one: (_WORTH.get(one.kind, len(_WORTH)), -(one.evidence_level or 0))))


def most_telling(lessons: Sequence[Lesson], phase: str, phases: Sequence[str]) -> tuple[Lesson, ...]:
    """Return the most useful lessons of a record for an asker in this phase, those for the next phase first."""
    coming = coming_phase(phase, phases)
    ranked = sorted(by_consequence(lessons), key=lambda lesson: _distance(lesson.phase, coming, phases))
    return tuple(ranked[:MAX_LESSONS])


def _distance(phase: str, coming: str, phases: Sequence[str]) -> int:
    """How many phases lie between; 0 for all where no phase is coming."""
    if not coming or phase not in phases:
        return 0 if not coming else len(phases)
    return abs(phases.index(phase) - phases.index(coming))
