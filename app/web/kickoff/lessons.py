# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the hits of a page learned, by area, for the phase that comes next."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from app.kickoff.lessons import FoundLesson, LessonArea, PhaseLessons
from app.search.port import SearchHit
from app.web.kickoff.selection import Parameters, kickoff_address
from app.web.kickoff.situation import Kickoff, label
from app.web.records.lessons import ANCHOR
from app.web.shell.access import services
from app.web.shell.links import SiteLinks
from app.web.shell.wording import _

SHOWN_AT_ONCE = 3
"""Areas; the others are folded."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LearnedLesson:
    """A lesson with the record that learned it; `phase` is empty where it is about the coming phase itself."""

    statement: str
    recommendation: str
    href: str
    record: str
    lang: str
    phase: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """The lessons of one area."""

    key: str
    title: str
    lessons: tuple[LearnedLesson, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Learned:
    """All areas, those with most lessons for the coming phase first."""

    title: str
    areas: tuple[Area, ...]
    more: tuple[Area, ...]


def learned(hits: Iterable[SearchHit], kickoff: Kickoff, parameters: Parameters) -> Learned | None:
    """Return the lessons of these hits; None where there are none or where nothing is said about the asker."""
    if kickoff.situation.is_empty:
        return None
    found = services().kickoff.lessons(tuple(hits), kickoff.situation)
    areas = tuple(_area(area, parameters) for area in found.areas)
    if not areas:
        return None
    return Learned(title=_title(found), areas=areas[:SHOWN_AT_ONCE], more=areas[SHOWN_AT_ONCE:])


def _title(found: PhaseLessons) -> str:
    if not found.phase:
        return _("What these records learned")
    return _("Lessons for the next phase: %(phase)s", phase=label("phase", found.phase))


def _area(area: LessonArea, parameters: Parameters) -> Area:
    lessons = tuple(lesson for one in area.lessons if (lesson := _lesson(one, parameters)) is not None)
    return Area(key=area.topic, title=label("lessons.topic", area.topic), lessons=lessons)


def _lesson(found: FoundLesson, parameters: Parameters) -> LearnedLesson | None:
    link = SiteLinks().record(found.ref)
    if link is None:
        return None
    lesson = found.lesson
    return LearnedLesson(
        statement=lesson.statement,
        recommendation=lesson.recommendation,
        href=kickoff_address(f"{link.href}#{ANCHOR}{lesson.id}", parameters),
        record=found.record_title,
        lang=link.lang,
        phase="" if found.coming else label("phase", lesson.phase),
    )
