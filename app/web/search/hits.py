# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A found record: the same on every page that lists records, its words kept by version and language."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from flask import current_app, g, request

from app.catalogue import RecordNotFound
from app.content.problem import InvalidRecord
from app.content.recent import Recent
from app.search.port import Reason, ReasonCode
from app.web.records.fields import FieldWriter
from app.web.records.lessons import ANCHOR
from app.web.records.outcome import cost, evidence, in_short, outcome, place
from app.web.records.writer import writer_for
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.routing import page_address
from app.web.shell.wording import _

if TYPE_CHECKING:
    from app.catalogue import CatalogueEntry
    from app.catalogue.queries import Heads
    from app.search.port import SearchHit

Params = Mapping[str, str]

WORDS: dict[str, Callable[[Params], str]] = {
    ReasonCode.WORD_IN_TITLE: lambda p: _("“%(word)s” in the title", word=p["word"]),
    ReasonCode.WORD_IN_LESSON: lambda p: _("“%(word)s” in a lesson", word=p["word"]),
    ReasonCode.WORD_IN_SUMMARY: lambda p: _("“%(word)s” in the summary", word=p["word"]),
    ReasonCode.WORD_IN_TOPIC: lambda p: _("“%(word)s” among the fields of action", word=p["word"]),
    ReasonCode.WORD_IN_KEYWORD: lambda p: _("“%(word)s” among the keywords", word=p["word"]),
    ReasonCode.WORD_IN_PLACE: lambda p: _("place: %(word)s", word=p["word"]),
    ReasonCode.WORD_IN_TEXT: lambda p: _("“%(word)s” in the text", word=p["word"]),
    ReasonCode.COMPOUND_PART: lambda p: _("part of a compound: %(word)s", word=p["word"]),
    ReasonCode.SYNONYM: lambda p: _("synonym: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.TYPO: lambda p: _("spelled similarly: %(word)s", word=p.get("label", p["word"])),
    ReasonCode.WORD_MISSING: lambda p: _("without “%(word)s”", word=p["word"]),
    ReasonCode.SIMILAR_TOPIC: lambda p: _("same field of action: %(word)s", word=p["topic"]),
}


def reasons_in_words(reasons: Iterable[Reason], topic_label: Callable[[str], str]) -> tuple[str, ...]:
    """Return reasons as phrases; a code that this release does not know is left out."""
    known = ((WORDS[reason.code], reason.params) for reason in reasons if reason.code in WORDS)
    return tuple(word(_labelled(params, topic_label)) for word, params in known)


def _labelled(params: Params, topic_label: Callable[[str], str]) -> Params:
    return {**params, "topic": topic_label(params["topic"])} if "topic" in params else params


Parts = tuple[tuple[str, bool], ...]
"""A text in pieces; True marks the words that were searched for."""

Highlight = Callable[[str], Parts]


@dataclass(frozen=True, slots=True, kw_only=True)
class HitLesson:
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
    lessons: tuple[HitLesson, ...]
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
            HitLesson(text=highlight(found.lessons[lesson]), href=f"{found.href}#{ANCHOR}{lesson}")
            for lesson in lesson_ids
            if lesson in found.lessons
        ),
        reasons=reasons,
        age=found.age,
        origin=origin,
    )


KEPT = 2048
"""Cards kept per process; about 2 KB each."""
_KEY = "enet.cards"

_Key = tuple[str, str, str, str, str, str]
_Cards = Recent[_Key, Card]


def visible_card(record_id: str, origin: str) -> Card | None:
    """Return the card of a record as it is visible during this request; None for one that is not or cannot be read."""
    entry = _visible().get(record_id, origin)
    try:
        return _cards().get(_key(entry), lambda: _made(entry)) if entry else None
    except (InvalidRecord, RecordNotFound):
        # One damaged record must not take the page from all others; `erfahrungsnetz doctor` names it.
        return None


def read_ahead(hits: Iterable[SearchHit]) -> None:
    """Read the records of a page of hits together, as far as their cards are not kept."""
    visible, kept = _visible(), _cards()
    entries = (visible.get(hit.id, hit.origin) for hit in hits)
    services().catalogue.read_ahead([entry for entry in entries if entry and _key(entry) not in kept])


def _key(entry: CatalogueEntry) -> _Key:
    return entry.digest, entry.origin, entry.kind, entry.slug, current_language(), request.root_path


def _made(entry: CatalogueEntry) -> Card:
    record = services().catalogue.record(entry)
    return card(writer_for(record), page_address(entry))


def _visible() -> Heads:
    """What was visible when this request first asked, so that all hits of a page are of one moment."""
    if "visible" not in g:
        g.visible = services().catalogue.visible()
    found: Heads = g.visible
    return found


def _cards() -> _Cards:
    kept: _Cards = current_app.extensions.setdefault(_KEY, Recent(KEPT))
    return kept
