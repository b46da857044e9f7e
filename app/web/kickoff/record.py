# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record's page on the way through a kickoff: back to the search, and the decision about the record."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from flask import request

from app.catalogue import CatalogueEntry
from app.web.kickoff.found import Choosing, choosing
from app.web.presentation.hits import ShownHit
from app.web.presentation.record_page import RelationGroup
from app.web.selection import (
    Selection,
    is_kickoff,
    kickoff_address,
    kickoff_parameters,
    search_address,
    selection_id,
)


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
    return tuple(hits) if not is_kickoff() else tuple(_carrying(hit) for hit in hits)


def carrying_relations(groups: Iterable[RelationGroup]) -> tuple[RelationGroup, ...]:
    """Return related records that lead on with the kickoff of the present address."""
    if not is_kickoff():
        return tuple(groups)
    return tuple(
        replace(group, links=tuple(replace(link, href=_leading_on(link.href)) for link in group.links))
        for group in groups
    )


def _carrying(hit: ShownHit) -> ShownHit:
    lessons = tuple(replace(lesson, href=kickoff_address(lesson.href)) for lesson in hit.lessons)
    return replace(hit, href=kickoff_address(hit.href), lessons=lessons)


def _leading_on(href: str) -> str:
    """Addresses of other sites are left as they are: nobody there needs the asker's situation."""
    return kickoff_address(href) if href.startswith("/") else href
