# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What stands behind the signature: who co-signs, and where to read again what was read."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from app.kickoff.memo.blocks import Block, Grid, Items, Paragraph, Span, Text, TextRole
from app.kickoff.memo.draft import MemoDocument, link, plain
from app.kickoff.memo.memo import CitedSource, Decision, PinnedRecord
from app.kickoff.memo.pinning import held_copy


def cosigning(draft: MemoDocument) -> Iterator[Block]:
    """Yield a table to be filled in by hand; nothing where nobody co-signs."""
    if draft.memo.cosigners:
        yield Paragraph(text=draft.say("cosigners"), role=TextRole.LABEL)
        yield Grid(
            columns=(draft.words("cosigner"), draft.words("cosigned")),
            widths=(44, 56),
            rows=tuple((plain(name), ()) for name in draft.memo.cosigners),
            together=True,
        )


def references(draft: MemoDocument) -> Iterator[Block]:
    """Yield each record, by its number at a glance, as a citation with its permanent address.

    What will be reused stands with checksum and sources, so that it can be read again in years; of the others it is
    enough to know what they were.
    """
    yield draft.note("references.note")
    for number, find in enumerate(draft.memo.finds, start=1):
        record = find.record
        citation = (Span(text=f"[{number}] "), *_citation(draft, record), Span(text="\n"), *link(record.address))
        yield Paragraph(text=citation, role=TextRole.CITATION)
        if find.decision is not Decision.TAKEN:
            continue
        yield Paragraph(text=(Span(text=f"{draft.words('checksum')}: {record.digest}"),), role=TextRole.NOTE)
        copy = held_copy(record, draft.memo.issuer)
        if copy:
            yield Paragraph(text=(Span(text=f"{draft.words('held_copy')}: "), *link(copy)), role=TextRole.NOTE)
        if record.sources:
            yield Paragraph(text=draft.say("sources"), role=TextRole.LABEL)
            yield Items(items=tuple(_source(draft, record, source) for source in record.sources))


def _citation(draft: MemoDocument, record: PinnedRecord) -> Text:
    home = urlsplit(record.home).netloc or record.home
    return draft.say(
        "citation",
        title=record.title,
        home=draft.memo.site if record.home == draft.memo.issuer else home,
        version=record.ver,
        day=draft.formats.day(record.at),
        license=record.license,
    )


def _source(draft: MemoDocument, record: PinnedRecord, source: CitedSource) -> Text:
    known = source.date and source.date != "unknown"
    text = draft.words(
        "source.dated" if known else "source",
        publisher=source.publisher,
        title=source.title,
        date=draft.formats.partial(source.date),
    )
    address = (Span(text="\n"), *link(source.url)) if source.url else ()
    return (*draft.of(record, text), *address)
