# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where to read again exactly what was read, and what that rests on."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.kickoff.memo.find import CitedSource, PinnedRecord
from app.kickoff.memo.page.blocks import Block, Items, Paragraph, Role, Span, Text
from app.kickoff.memo.page.draft import Draft, link
from app.kickoff.memo.pinning import held_copy


def references(draft: Draft) -> Iterator[Block]:
    """Yield each record, by its number in the result, as a citation with its permanent address and its sources."""
    yield draft.note("references.note")
    for number, find in enumerate(draft.memo.finds, start=1):
        record = find.record
        citation = (Span(text=f"[{number}] "), *_citation(draft, record), Span(text="\n"), *link(record.address))
        yield Paragraph(text=citation, role=Role.CITATION)
        yield Paragraph(text=(Span(text=f"{draft.words('checksum')}: {record.digest}"),), role=Role.NOTE)
        copy = held_copy(record, draft.memo.issuer)
        if copy:
            yield Paragraph(text=(Span(text=f"{draft.words('held_copy')}: "), *link(copy)), role=Role.NOTE)
        if record.sources:
            yield Paragraph(text=draft.say("sources"), role=Role.LABEL)
            yield Items(items=tuple(_source(draft, record, source) for source in record.sources))


def _citation(draft: Draft, record: PinnedRecord) -> Text:
    home = urlsplit(record.home).netloc or record.home
    return draft.say(
        "citation",
        title=record.title,
        home=draft.memo.site if record.home == draft.memo.issuer else home,
        version=record.ver,
        day=draft.formats.day(record.at),
        license=record.license,
    )


def _source(draft: Draft, record: PinnedRecord, source: CitedSource) -> Text:
    known = source.date and source.date != "unknown"
    text = draft.words(
        "source.dated" if known else "source",
        publisher=source.publisher,
        title=source.title,
        date=draft.formats.partial(source.date),
    )
    address = (Span(text="\n"), *link(source.url)) if source.url else ()
    return (*draft.of(record, text), *address)
