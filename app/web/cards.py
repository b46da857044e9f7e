# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What hits say of visible records, kept by version and language."""

from __future__ import annotations

from typing import TYPE_CHECKING

from flask import current_app, g, request

from app.web.access import services
from app.web.language import current_language
from app.web.presentation.hits import Card, card
from app.web.recent import Recent
from app.web.routing import record_address
from app.web.writing import writer_for

if TYPE_CHECKING:
    from app.catalogue import CatalogueEntry
    from app.catalogue.heads import Heads

KEPT = 2048
"""Cards kept per process; about 2 KB each."""
_KEY = "enet.cards"

_Cards = Recent[tuple[str, str, str, str, str], Card]


def visible_card(record_id: str, origin: str) -> Card | None:
    """Return the card of a record as it is visible during this request; None for one that is not."""
    entry = _visible().get(record_id, origin)
    if entry is None:
        return None
    key = (entry.digest, entry.kind, entry.slug, current_language(), request.root_path)
    return _cards().get(key, lambda: _made(entry))


def _made(entry: CatalogueEntry) -> Card:
    record = services().catalogue.record(entry)
    return card(writer_for(record), record_address(record.kind, record.slug))


def _visible() -> Heads:
    """What was visible when this request first asked, so that all hits of a page are of one moment."""
    if "visible" not in g:
        g.visible = services().catalogue.visible()
    found: Heads = g.visible
    return found


def _cards() -> _Cards:
    kept: _Cards = current_app.extensions.setdefault(_KEY, Recent(KEPT))
    return kept
