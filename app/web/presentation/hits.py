# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A found record: the same on every page that lists records."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass

from app.web.presentation.age import in_short
from app.web.presentation.fields import FieldWriter
from app.web.presentation.lessons import ANCHOR
from app.web.presentation.outcome import cost, evidence, outcome, place

Parts = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks the words that were searched for."""

Highlight = Callable[[str], Parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundLesson:
    """A lesson under a hit with its own address."""

    text: Parts
    href: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """What a hit says whatever was asked for; `lessons` are statements by id.

    It depends on the version, the language and the address of the site alone, so that it can be kept: nothing of a
    vocabulary, of other records, of the reader or of the day may stand in it.
    """

    href: str
    lang: str
    title: str
    place: str
    summary: str
    outcome_label: str
    outcome: str
    tone: str
    cost: str
    evidence: str
    lessons: Mapping[str, str]
    age: str
    origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownHit:
    """What one reads before opening a record; `origin` names the node that another's record comes from."""

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
    origin: str = ""

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


def card(writer: FieldWriter, href: str) -> Card:
    """Return what hits say of the writer's record, which is found at `href`."""
    record = writer.record
    came_of = outcome(writer)
    return Card(
        href=href,
        lang=record.lang,
        title=record.title,
        place=place(writer),
        summary=record.summary,
        outcome_label=came_of.verdict if came_of else "",
        outcome=came_of.sentence if came_of else "",
        tone=came_of.tone if came_of else "info",
        cost=cost(record),
        evidence=evidence(writer),
        lessons={lesson.id: lesson.statement for lesson in record.lessons},
        age=in_short(record),
        origin=record.origin,
    )


def shown_hit(
    found: Card,
    *,
    lesson_ids: Collection[str] = (),
    reasons: tuple[str, ...] = (),
    highlight: Highlight = plain,
    origin: str = "",
) -> ShownHit:
    """Return a card as a hit, with the lessons that answer best and the words marked that were searched for.

    `origin` is what readers call the node that it comes from, empty for this one.
    """
    return ShownHit(
        href=found.href,
        lang=found.lang,
        title=highlight(found.title),
        place=found.place,
        summary=highlight(found.summary),
        outcome_label=found.outcome_label,
        outcome=found.outcome,
        tone=found.tone,
        cost=found.cost,
        evidence=found.evidence,
        lessons=tuple(
            FoundLesson(text=highlight(found.lessons[lesson]), href=f"{found.href}#{ANCHOR}{lesson}")
            for lesson in lesson_ids
            if lesson in found.lessons
        ),
        reasons=reasons,
        age=found.age,
        origin=origin,
    )
