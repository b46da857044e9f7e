# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The mail to somebody who is invited. The inviter's own mail program sends it; no address is needed here."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import quote, urlencode

from app.identity.invitations import Invitation
from app.web.formats import day
from app.web.wording import _

_ADDRESS = re.compile(r"[^\s@<>,;:?&]+@[^\s@<>,;:?&]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class Letter:
    """Subject and text of a mail; `href` opens it in a mail program, with the receiver where one was named."""

    subject: str
    text: str
    href: str


def letter(made: Invitation, link: str, *, site: str, inviter: str) -> Letter:
    """Return the mail with the link, in the language that the inviter reads."""
    subject = _("Invitation to %(site)s", site=site)
    invited = _("%(inviter)s invites you to %(site)s.", inviter=inviter, site=site) if inviter else ""
    text = _(
        "Hello,\n\n"
        "%(invited)s There municipalities write down what they tried, what became of it and "
        "what others can learn from it. Reading needs no account; with this invitation you can take part yourself.\n\n"
        "Please open this link and sign in:\n\n%(link)s\n\n"
        "The link works once, until %(day)s. If you did not expect this invitation, you need do nothing.",
        invited=invited or _("You are invited to %(site)s.", site=site), link=link, day=day(made.expires_at.date()),
    )  # fmt: skip
    to = made.for_whom.strip()
    # RFC 6068 separates lines by CRLF and leaves out a receiver that is not known.
    words = urlencode({"subject": subject, "body": text.replace("\n", "\r\n")}, quote_via=quote)
    address = quote(to, safe="@") if _ADDRESS.fullmatch(to) else ""
    return Letter(subject=subject, text=text, href=f"mailto:{address}?{words}")
