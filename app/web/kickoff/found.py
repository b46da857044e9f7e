# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Hits of a search page: what a hit says everywhere, and what it means for this asker."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from app.kickoff.offers import Openness
from app.kickoff.result import KickoffHit
from app.search.port import Hit
from app.web.cards import read_ahead
from app.web.kickoff import likeness
from app.web.kickoff.reading import Kickoff
from app.web.listing import Asked, shown_hits
from app.web.obtaining_view import obtainable_lines
from app.web.presentation.hits import ShownHit
from app.web.presentation.obtaining.line import ObtainableLine
from app.web.selection import Parameters, Selection, kickoff_address, selection_id
from app.web.wording import _


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


def shown(hits: Sequence[KickoffHit], question: Asked, kickoff: Kickoff, *, first: int) -> Iterator[Found]:
    """Yield the hits of a page whose first one stands at place `first`; one that was withdrawn is left out."""
    carried = [] if kickoff.is_empty else question.parameters
    read_ahead([found.hit for found in hits])
    for place, found in enumerate(hits, first):
        for hit in shown_hits((found.hit,)):
            yield _found(found, _carrying(hit, carried, likeness.in_words(found, place)), question, kickoff)


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


def anchor_of(hit: Hit) -> str:
    """Return the id of a hit on its page."""
    return "treffer-" + re.sub(r"[^0-9a-z]+", "-", hit.uid.lower()).strip("-")


def _found(found: KickoffHit, hit: ShownHit, question: Asked, kickoff: Kickoff) -> Found:
    return Found(
        hit=hit,
        anchor=anchor_of(found.hit),
        choosing=_choosing(found.hit, question, kickoff),
        openness=_openness(found),
        obtainable=obtainable_lines(found),
    )


def _choosing(hit: Hit, question: Asked, kickoff: Kickoff) -> Choosing:
    selection = kickoff.selection
    chosen = set(selection.parameters())
    others = [pair for pair in question.parameters if pair not in chosen]
    address = f"{question.page_address}#{anchor_of(hit)}"
    return choosing(selection_id(hit.id, hit.origin), selection, address, others)


def _carrying(hit: ShownHit, parameters: Parameters, reasons: tuple[str, ...]) -> ShownHit:
    lessons = tuple(replace(lesson, href=kickoff_address(lesson.href, parameters)) for lesson in hit.lessons)
    return replace(hit, href=kickoff_address(hit.href, parameters), lessons=lessons, reasons=(*hit.reasons, *reasons))


def _openness(found: KickoffHit) -> str:
    if found.openness is None:
        return ""
    return {
        Openness.OPEN: _("The source code is open."),
        Openness.PARTLY: _("The source code is open in part."),
        Openness.CLOSED: _("The source code is not open; what others learned with it is worth knowing all the same."),
        Openness.UNKNOWN: _("Whether the source code is open is not known here."),
    }[found.openness]
