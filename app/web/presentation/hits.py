# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A found record: the same on every page that lists records."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.content.record import Record
from app.web import formats
from app.web.presentation.fields import FieldWriter
from app.web.presentation.lessons import ANCHOR
from app.web.presentation.outcome import cost, evidence, outcome, place
from app.web.wording import _

Parts = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks the words that were searched for."""

Highlight = Callable[[str], Parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLesson:
    """A lesson under a hit with its own address."""

    text: Parts
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """What one reads before opening a record."""

    href: str
    lang: str
    title: Parts
    place: str
    summary: Parts
    outcome_label: str
    outcome: str
    tone: str
    cost: str
    evidence: str
    lessons: tuple[FoundLesson, ...]
    reasons: tuple[str, ...]
    age: str

    @property
    def title_text(self) -> str:
        """The title without marks."""
        return "".join(text for text, _is_match in self.title)

    @property
    def summary_text(self) -> str:
        """The summary without marks."""
        return "".join(text for text, _is_match in self.summary)


def plain(text: str) -> Parts:
    """Return a text in which nothing is marked."""
    return ((text, False),)


def shown_hit(
    writer: FieldWriter,
    href: str,
    *,
    lesson_ids: Collection[str] = (),
    reasons: tuple[str, ...] = (),
    highlight: Highlight = plain,
) -> ShownHit:
    """Return the writer's record as a hit that leads to `href`."""
    record = writer.record
    came_of = outcome(writer)
    return ShownHit(
        href=href,
        lang=record.lang,
        title=highlight(record.title),
        place=place(writer),
        summary=highlight(record.summary),
        outcome_label=came_of.verdict if came_of else "",
        outcome=came_of.sentence if came_of else "",
        tone=came_of.tone if came_of else "info",
        cost=cost(record),
        evidence=evidence(writer),
        lessons=_lessons(record, href, lesson_ids, highlight),
        reasons=reasons,
        age=age(record),
    )


def _lessons(record: Record, href: str, ids: Collection[str], highlight: Highlight) -> tuple[FoundLesson, ...]:
    found = (record.lesson(lesson_id) for lesson_id in ids)
    return tuple(
        FoundLesson(text=highlight(lesson.statement), href=f"{href}#{ANCHOR}{lesson.id}") for lesson in found if lesson
    )


def age(record: Record) -> str:
    """Return when somebody last checked that the record still holds."""
    if record.confirmed:
        return _("last confirmed in %(month)s", month=formats.month(record.confirmed))
    return _("last checked in %(month)s", month=formats.month(record.last_confirmed))
