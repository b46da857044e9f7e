# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One version of a record in the reader's words, with its sources, its relations and how to cite it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from app.content.record import Record
from app.content.schema import KindSchema
from app.web.records.blocks import STEPS, Render, Reuse, blocks, panel, reuse
from app.web.records.fields import FieldWriter
from app.web.records.files import FilePlaces, downloads
from app.web.records.lessons import ShownLesson, shown_lesson
from app.web.records.outcome import Outcome, outcome, place
from app.web.records.writer import LICENCES
from app.web.shell import formats
from app.web.shell.shown import Fact, Line, Link, PageBlock
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordCitation:
    """A citation with the permanent addresses of the version and of the record."""

    text: str
    version_address: str
    record_address: str
    licence: str
    licence_href: str
    attribution: str


def citation(
    record: Record, *, site: str, version: int, at: datetime, version_address: str, record_address: str
) -> RecordCitation:
    """Return how to cite version `version` of `record`, published at `at`."""
    name, href = LICENCES.get(record.license, (record.license, ""))
    text = _(
        "%(title)s. In: %(site)s, version %(version)s of %(date)s. Licence: %(licence)s. %(address)s",
        title=record.title,
        site=site,
        version=version,
        date=formats.day(at.date()),
        licence=name,
        address=version_address,
    )
    return RecordCitation(
        text=text,
        version_address=version_address,
        record_address=record_address,
        licence=name,
        licence_href=href,
        attribution=str(record.data.get("attribution", "")),
    )


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
class RecordInWords:
    """One version of a record in the reader's words; `reuse_blocks` go with the reuse panel."""

    title: str
    summary: str
    lang: str
    place: str
    outcome: Outcome | None
    facts: tuple[Fact, ...]
    lessons: tuple[ShownLesson, ...]
    blocks: tuple[PageBlock, ...]
    reuse: Reuse | None
    reuse_blocks: tuple[PageBlock, ...]
    sources: tuple[ShownSource, ...]
    open_questions: tuple[str, ...]
    relations: tuple[RelationGroup, ...]
    downloads: tuple[Line, ...]
    notice: str


def record_in_words(
    writer: FieldWriter, kind: KindSchema, render: Render, *, files: FilePlaces, confirm: Callable[[str], str]
) -> RecordInWords:
    """Return the page of the writer's record; `confirm` gives the link by which others confirm a lesson."""
    record = writer.record
    early = tuple(block for step in STEPS[:-1] for block in blocks(writer, kind, step, render))
    return RecordInWords(
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
