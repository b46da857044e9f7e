# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many municipalities have confirmed that they use what a record describes, as other sites may show it."""

from __future__ import annotations

from app.review.responses.response import ResponseKind
from app.web.shell.access import services
from app.web.shell.wording import _, ngettext


def used_by(record_id: str) -> int:
    """Return how many municipalities said here or at a partner, in their own name, that they use it.

    What a node says that nobody here has chosen stands on the record's page under its name; on a badge it could not.
    """
    node = services()
    chosen = {"", *(view.peer.issuer.origin for view in node.harvest.peers())}
    said = node.review.responses.of(record_id)
    return sum(
        1
        for one in said
        if one.relation is ResponseKind.REUSES and one.counts and not one.lesson and one.origin in chosen
    )


def used_words(number: int) -> str:
    """Return the number in words."""
    if not number:
        return _("no confirmed use yet")
    return ngettext("used by %(num)s municipality", "used by %(num)s municipalities", number)
