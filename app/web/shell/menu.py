# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the header offers: signing in, or the name with what its owner may open."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.exc import SQLAlchemyError

from app.identity import Action, may
from app.web.shell.access import services
from app.web.shell.current import current_person, sign_in_address
from app.web.shell.shown import Link
from app.web.shell.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountMenu:
    """The reader's corner of the header: `sign_in` is empty where nobody can sign in, `name` where nobody has."""

    sign_in: str = ""
    name: str = ""
    links: tuple[Link, ...] = ()
    sign_out: str = ""
    unread: int = 0


def entries() -> tuple[tuple[Action, str, str], ...]:
    """Return (what it needs, label, endpoint) of every page of signed-in people, in the order of the menu."""
    return (
        (Action.PROPOSE, _("Contribute"), "contribute.start"),
        (Action.PROPOSE, _("Proposals"), "proposals.queue"),
        (Action.SIGNED_IN, _("Notices"), "notices.notices"),
        (Action.CURATE, _("Overdue records"), "overdue.overdue"),
        (Action.SIGNED_IN, _("My account"), "account.account"),
        (Action.MODERATE, _("Network: what others send"), "moderation.desk"),
        (Action.ADMINISTER, _("People and roles"), "people.people"),
        (Action.ADMINISTER, _("Log of the editors"), "protocol.protocol"),
    )


def account_menu() -> AccountMenu:
    """Return the menu for this reader."""
    try:
        person = current_person()
        unread = services().review.notices.unread_count(person.id) if person else 0
    except SQLAlchemyError:
        # The page that says so must not fail for the same reason.
        return AccountMenu()
    if person is None:
        offered = len(services().identity.providers) > 0
        return AccountMenu(sign_in=sign_in_address() if offered else "")
    links = (Link(label=label, href=url_for(endpoint)) for action, label, endpoint in entries() if may(person, action))
    return AccountMenu(
        name=person.display_name or _("Signed in"),
        links=tuple(links),
        sign_out=url_for("sign_in.sign_out"),
        unread=unread,
    )
