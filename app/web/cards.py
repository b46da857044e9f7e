# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What hits say of visible records, kept by version and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request

from app.catalogue import RecordNotFound
from app.content.problem import InvalidRecord
from app.content.recent import Recent
from app.web.access import services
from app.web.language import current_language
from app.web.presentation.hits import Card, card
from app.web.routing import page_address
from app.web.writing import writer_for

if TYPE_CHECKING:
    from collections.abc import Iterable

    from app.catalogue import CatalogueEntry
    from app.catalogue.heads import Heads
    from app.search.port import Hit

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


def read_ahead(hits: Iterable[Hit]) -> None:
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
