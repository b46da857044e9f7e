# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What answers a question: records that it names itself, and published records that name it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from flask import url_for

from app.content.record import Record
from app.errors import Unavailable
from app.search.port import SearchResult
from app.web.links import SiteLinks
from app.web.listing import find, shown_hits
from app.web.presentation.shown import Link

QUESTION = "question"
SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """A record that answers a question."""

    link: Link
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answers:
    """The answers on the page of a question; `total` records name it, and `more` lists those that do not fit."""

    shown: tuple[Answer, ...]
    total: int = 0
    more: str = ""


def answers(record: Record) -> Answers | None:
    """Return what answers a question, None for other kinds."""
    if record.kind != QUESTION:
        return None
    named = {answer.link.href: answer for answer in _named(record)}
    found = _naming(record)
    if found is None:
        return Answers(shown=tuple(named.values()))
    for hit in shown_hits(found.hits):
        named.setdefault(hit.href, Answer(link=Link(label=hit.title_text, href=hit.href, lang=hit.lang)))
    more = url_for("search.results", antwort=record.ref) if found.total > len(found.hits) else ""
    return Answers(shown=tuple(named.values()), total=found.total, more=more)


def _named(record: Record) -> Iterator[Answer]:
    """Yield the records that a question names as its answers; those that are gone are left out."""
    for item in cast("Sequence[Mapping[str, str]]", record.data.get("answered_by") or ()):
        link = SiteLinks().target(item["target"])
        if link is not None:
            yield Answer(link=link, note=item.get("note", ""))


def _naming(record: Record) -> SearchResult | None:
    try:
        return find(size=SHOWN, antwort=record.ref)
    except Unavailable:
        # The question can be read without those that name it.
        return None
