# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How was searched, and who was asked."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from app.kickoff.memo.page.blocks import Block, Facts, Grid, Items, Paragraph, Role, Span, Text
from app.kickoff.memo.page.draft import Draft, plain
from app.kickoff.memo.search import NodeAsked, SearchDone, SeenHit


def search(draft: Draft) -> Iterator[Block]:
    """Yield each search and the table of the nodes asked."""
    searches = draft.memo.searches
    if not searches:
        yield Paragraph(text=draft.say("open"))
    for number, done in enumerate(searches, start=1):
        if len(searches) > 1:
            yield Paragraph(text=draft.say("search.number", number=number), role=Role.LABEL)
        yield Facts(rows=tuple(_search(draft, done)))
        if done.hits:
            yield Paragraph(text=draft.say("seen"), role=Role.LABEL)
            yield Items(items=tuple(_seen(draft, hit) for hit in done.hits))
    if draft.memo.nodes:
        yield Paragraph(text=draft.say("asked"), role=Role.LABEL)
        yield _nodes(draft)


def _search(draft: Draft, done: SearchDone) -> Iterator[tuple[str, Text]]:
    yield draft.words("searched_at"), plain(draft.formats.moment(done.at))
    yield draft.words("searched_for"), draft.own(done.text) if done.text else draft.say("no_words")
    if done.filters:
        labels = draft.labels
        names = (
            f"{labels.filter_name(chosen.name, draft.words)}: "
            f"{chosen.label or labels.filter_value(chosen.name, chosen.value, draft.lang)}"
            for chosen in done.filters
        )
        yield draft.words("filters"), plain("; ".join(names))
    yield draft.words("found"), plain(draft.formats.number(done.found))


def _seen(draft: Draft, hit: SeenHit) -> Text:
    return (replace(draft.foreign(hit.title, hit.lang), href=hit.address),)


def _nodes(draft: Draft) -> Grid:
    columns = ("node", "freshness", "node.state")
    return Grid(
        columns=tuple(draft.words(code) for code in columns),
        widths=(42, 30, 28),
        rows=tuple(_node(draft, node) for node in draft.memo.nodes),
    )


def _node(draft: Draft, node: NodeAsked) -> tuple[Text, ...]:
    name = (Span(text=f"{node.name}\n"), Span(text=node.address, href=node.address))
    as_of = plain(draft.formats.moment(node.as_of)) if node.as_of else draft.say("unknown")
    return (name, as_of, draft.say(f"node.{node.state}"))
