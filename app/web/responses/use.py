"""Which municipalities have confirmed that they use what a record describes, as others may be told."""

from __future__ import annotations

from collections.abc import Sequence

from app.review.responses.response import Response, ResponseKind
from app.web.network.contacts import contact_of
from app.web.shell.access import services
from app.web.shell.wording import _, ngettext


def users_of(record_id: str, origin: str = "") -> tuple[Response, ...]:
    """Return the responses in which municipalities say here or at a partner, in their own name, that they use it.

    What a node says that nobody here has chosen stands on the record's page under its name; on a badge, on a map or in
    a catalogue it could not.
    """
    said = services().review.responses.of(record_id, origin=origin)
    return tuple(
        one
        for one in said
        if one.relation is ResponseKind.REUSES
        and one.counts
        and not one.lesson
        # What is said here, or by a node that somebody here has chosen.
        and (not one.origin or contact_of(one.origin).peer is not None)
    )


def used_words(users: Sequence[Response]) -> str:
    """Return in words how many municipalities use it, from what `users_of` tells."""
    if not users:
        return _("no confirmed use yet")
    return ngettext("used by %(num)s municipality", "used by %(num)s municipalities", len(users))
