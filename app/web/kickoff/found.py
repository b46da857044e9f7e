# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a found record means for somebody who starts a project: on the search page and on the record's own."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from flask import request

from app.catalogue import CatalogueEntry
from app.kickoff.offers import Openness
from app.kickoff.ranking import Fit, LikenessCode, fit_of
from app.search.port import SearchHit
from app.web.kickoff.selection import (
    Parameters,
    Selection,
    is_kickoff,
    kickoff_address,
    kickoff_parameters,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import Kickoff, label
from app.web.records.text import RelationGroup
from app.web.reuse.answer import ObtainableLine, obtainable_lines
from app.web.search.hits import ShownHit, read_ahead
from app.web.search.question import Question, shown_hits
from app.web.shell.wording import _

Params = Mapping[str, str]

WORDS: Mapping[str, Callable[[Params], str]] = {
    LikenessCode.SAME_SIZE_CLASS: lambda p: _("same size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.NEAR_SIZE_CLASS: lambda p: _("similar size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.SAME_STATE: lambda p: _("same state: %(state)s", state=label("state", p["state"])),
    LikenessCode.SAME_KIND: lambda p: _("same kind of place: %(kind)s", kind=label("place_kind", p["kind"])),
    LikenessCode.COOPERATION: lambda p: _(
        "same form of cooperation: %(form)s", form=label("cooperation", p["cooperation"])
    ),
}


def likeness_in_words(hit: SearchHit, place: int) -> tuple[str, ...]:
    """Return the reasons; `place` is where the hit stands now, from 1: where that is another one, both are told."""
    return tuple(_each(fit_of(hit), place))


def _each(fit: Fit, place: int) -> Iterator[str]:
    yield from (WORDS[reason.code](reason.params) for reason in fit.likeness.reasons if reason.code in WORDS)
    if fit.likeness.reasons and fit.position != place:
        yield _("without your situation at place %(number)s", number=fit.position)


@dataclass(frozen=True, slots=True, kw_only=True)
class Choosing:
    """What was decided about a record ("taken", "rejected" or nothing yet), and where each decision leads."""

    decision: str
    take: str
    reject: str
    undo: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """A hit; `anchor` is its place on the page, `openness` a sentence or empty."""

    hit: ShownHit
    anchor: str
    choosing: Choosing
    openness: str
    obtainable: tuple[ObtainableLine, ...]


def shown(hits: Sequence[SearchHit], question: Question, kickoff: Kickoff, *, first: int) -> Iterator[Found]:
    """Yield the hits of a page whose first one stands at place `first`; one that was withdrawn is left out."""
    carried = [] if kickoff.is_empty else question.parameters
    read_ahead(hits)
    for place, hit in enumerate(hits, first):
        for worded in shown_hits((hit,)):
            yield _found(hit, _carrying(worded, carried, likeness_in_words(hit, place)), question, kickoff)


def choosing(record: str, selection: Selection, address: str, parameters: Parameters) -> Choosing:
    """Return the decisions about a record, as variants of an address that carries `parameters` already."""
    decision = "taken" if record in selection.taken else "rejected" if record in selection.rejected else ""

    def leading_to(other: Selection) -> str:
        return kickoff_address(address, [*parameters, *other.parameters()])

    return Choosing(
        decision=decision,
        take=leading_to(selection.with_taken(record)),
        reject=leading_to(selection.with_rejected(record)),
        undo=leading_to(selection.without(record)),
    )


def anchor_of(hit: SearchHit) -> str:
    """Return the id of a hit on its page."""
    return "treffer-" + re.sub(r"[^0-9a-z]+", "-", hit.uid.lower()).strip("-")


def _found(hit: SearchHit, worded: ShownHit, question: Question, kickoff: Kickoff) -> Found:
    return Found(
        hit=worded,
        anchor=anchor_of(hit),
        choosing=_choosing(hit, question, kickoff),
        openness=_openness(fit_of(hit)),
        obtainable=obtainable_lines(hit),
    )


def _choosing(hit: SearchHit, question: Question, kickoff: Kickoff) -> Choosing:
    selection = kickoff.selection
    chosen = set(selection.parameters())
    others = [pair for pair in question.parameters if pair not in chosen]
    address = f"{question.page_address}#{anchor_of(hit)}"
    return choosing(selection_id(hit.id, hit.origin), selection, address, others)


def _carrying(hit: ShownHit, parameters: Parameters, reasons: tuple[str, ...]) -> ShownHit:
    lessons = tuple(replace(lesson, href=kickoff_address(lesson.href, parameters)) for lesson in hit.lessons)
    return replace(hit, href=kickoff_address(hit.href, parameters), lessons=lessons, reasons=(*hit.reasons, *reasons))


def _openness(fit: Fit) -> str:
    if fit.openness is None:
        return ""
    return {
        Openness.OPEN: _("The source code is open."),
        Openness.PARTLY: _("The source code is open in part."),
        Openness.CLOSED: _("The source code is not open; what others learned with it is worth knowing all the same."),
        Openness.UNKNOWN: _("Whether the source code is open is not known here."),
    }[fit.openness]


@dataclass(frozen=True, slots=True, kw_only=True)
class KickoffOfRecord:
    """Where the way came from, and the decisions on this page."""

    back: str
    choosing: Choosing


def kickoff_of(entry: CatalogueEntry, href: str) -> KickoffOfRecord | None:
    """Return what the page at `href` adds for somebody who starts a project; None for every other reader."""
    if not is_kickoff():
        return None
    record = selection_id(entry.id, entry.origin)
    selection = Selection.read(request.args)
    others = kickoff_parameters(selection=Selection())
    return KickoffOfRecord(back=search_address(), choosing=choosing(record, selection, href, others))


def carrying(hits: Iterable[ShownHit]) -> tuple[ShownHit, ...]:
    """Return hits that lead on with the kickoff of the present address."""
    return tuple(hits) if not is_kickoff() else tuple(_hit_leading_on(hit) for hit in hits)


def carrying_relations(groups: Iterable[RelationGroup]) -> tuple[RelationGroup, ...]:
    """Return related records that lead on with the kickoff of the present address."""
    if not is_kickoff():
        return tuple(groups)
    return tuple(
        replace(group, links=tuple(replace(link, href=_leading_on(link.href)) for link in group.links))
        for group in groups
    )


def _hit_leading_on(hit: ShownHit) -> ShownHit:
    lessons = tuple(replace(lesson, href=kickoff_address(lesson.href)) for lesson in hit.lessons)
    return replace(hit, href=kickoff_address(hit.href), lessons=lessons)


def _leading_on(href: str) -> str:
    """Addresses of other sites are left as they are: nobody there needs the asker's situation."""
    return kickoff_address(href) if href.startswith("/") else href
