# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything that the page of a record shows."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.content.record import Record
from app.content.schema import KindSchema
from app.web import formats
from app.web.presentation.blocks import STEPS, Render, blocks, panel
from app.web.presentation.downloads import downloads
from app.web.presentation.fields import FieldWriter
from app.web.presentation.file_places import FilePlaces
from app.web.presentation.lessons import ShownLesson, shown_lesson
from app.web.presentation.outcome import Outcome, outcome, place
from app.web.presentation.reuse import Reuse, reuse
from app.web.presentation.shown import Block, Line, Link, Row
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownSource:
    """A source in the list at the end."""

    key: str
    title: str
    publisher: str
    url: str
    date: str
    self_reported: bool
    note: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RelationGroup:
    """Records that stand in the same relation to this one."""

    label: str
    links: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPage:
    """One version of a record in the reader's words; `reuse_blocks` go with the reuse panel."""

    title: str
    summary: str
    lang: str
    place: str
    outcome: Outcome | None
    facts: tuple[Row, ...]
    lessons: tuple[ShownLesson, ...]
    blocks: tuple[Block, ...]
    reuse: Reuse | None
    reuse_blocks: tuple[Block, ...]
    sources: tuple[ShownSource, ...]
    open_questions: tuple[str, ...]
    relations: tuple[RelationGroup, ...]
    downloads: tuple[Line, ...]
    notice: str


def record_page(
    writer: FieldWriter, kind: KindSchema, render: Render, *, files: FilePlaces, confirm: Callable[[str], str]
) -> RecordPage:
    """Return the page of the writer's record; `confirm` gives the link by which others confirm a lesson."""
    record = writer.record
    early = tuple(block for step in STEPS[:-1] for block in blocks(writer, kind, step, render))
    return RecordPage(
        title=record.title,
        summary=record.summary,
        lang=record.lang,
        place=place(writer),
        outcome=outcome(writer),
        facts=panel(writer, kind),
        lessons=tuple(shown_lesson(writer, lesson, confirm(lesson.statement)) for lesson in record.lessons),
        blocks=early,
        reuse=reuse(writer, kind),
        reuse_blocks=blocks(writer, kind, STEPS[-1], render),
        sources=_sources(record),
        open_questions=record.open_questions,
        relations=_relations(writer),
        downloads=downloads(writer, files),
        notice=_notice(record),
    )


def _notice(record: Record) -> str:
    """Return what readers must know about a text that those it is about have not confirmed."""
    if record.compiled_by != "editors" or record.confirmed is not None:
        return ""
    if record.municipalities:
        return _("Compiled by editors from public sources, not yet confirmed by the municipality.")
    return _("Compiled by editors from public sources, not yet confirmed by the body it is about.")


def _sources(record: Record) -> tuple[ShownSource, ...]:
    return tuple(
        ShownSource(
            key=source.key,
            title=source.title.rstrip("."),
            publisher=source.publisher.rstrip("."),
            url=source.url or "",
            date=formats.day(source.date) if source.date and source.date != formats.UNKNOWN else "",
            self_reported=source.self_reported,
            note=source.note or "",
        )
        for source in record.sources
    )


def _relations(writer: FieldWriter) -> tuple[RelationGroup, ...]:
    groups: dict[str, list[Link]] = {}
    for relation in writer.record.relations:
        link = writer.reader.links.target(relation.target)
        if link is not None:
            groups.setdefault(relation.rel, []).append(link)
    return tuple(
        RelationGroup(label=writer.label("relation.rel", rel), links=tuple(links)) for rel, links in groups.items()
    )
