# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who uses a solution or applies a concept: computed from the other records, never written into this one."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from app.content.record import Record
from app.errors import Unavailable
from app.web.kickoff.record import carrying
from app.web.listing import find, shown_hits
from app.web.presentation.hits import ShownHit
from app.web.wording import _

SHOWN = 10
_KINDS = frozenset({"solution", "concept"})


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildingOn:
    """The newest of the records that build on this one; `total` counts all, `search` lists them."""

    title: str
    hits: tuple[ShownHit, ...]
    total: int
    search: str


def building_on(record: Record) -> BuildingOn | None:
    """Return who builds on a solution or a concept; None for other kinds, and where nobody is known to."""
    if record.kind not in _KINDS:
        return None
    try:
        found = find(size=SHOWN, nutzt=record.ref)
    except Unavailable:
        # The record can be read without those that build on it.
        return None
    if not found.total:
        return None
    return BuildingOn(
        title=_("Who uses this solution") if record.kind == "solution" else _("Who applies this concept"),
        hits=carrying(shown_hits(found.hits)),
        total=found.total,
        search=url_for("search.results", nutzt=record.ref),
    )
