# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether the asker can obtain what a hit offers, in the words of this request."""

from __future__ import annotations

from app.kickoff.offers import SOLUTION
from app.kickoff.result import KickoffHit
from app.web.access import services
from app.web.language import current_language
from app.web.links import SiteLinks
from app.web.nodes import node_name
from app.web.presentation.obtaining.line import ObtainableLine, obtainable_line
from app.web.presentation.obtaining.names import Names


def names() -> Names:
    """Return what names routes, places, parties and nodes in the interface's language."""
    return Names(schemas=services().schemas, lang=current_language(), links=SiteLinks(), node=node_name)


def obtainable_lines(found: KickoffHit) -> tuple[ObtainableLine, ...]:
    """Return one line for each solution that a hit offers; none where the asker named no place."""
    itself = found.hit.kind == SOLUTION
    return tuple(
        obtainable_line(offer.answer, names(), "" if itself else offer.title)
        for offer in found.offers
        if offer.answer is not None
    )
