"""What somebody can write to those who know: question, record and version are filled in."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request

from app.catalogue import CatalogueEntry
from app.records.record import Record
from app.web.shell.access import services
from app.web.shell.routing import permanent_address
from app.web.shell.site import mail_link
from app.web.shell.wording import _

LONGEST_QUESTION = 300


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A text to send; `href` opens it as a mail, "" where no address is known and it can only be copied."""

    text: str
    href: str = ""


def message(record: Record, entry: CatalogueEntry) -> Message | None:
    """Return the message about a version; None where nobody is known whom one could ask."""
    found = services().five_lines(record).contact
    if not found.is_known:
        return None
    text = _(
        "Good day,\n\nwe have read “%(title)s” (version %(version)s):\n%(address)s\n\nOur question:\n%(question)s\n",
        title=record.title,
        version=entry.ver,
        address=permanent_address(entry.id, entry.ver, entry.origin),
        question=request.args.get("q", "")[:LONGEST_QUESTION],
    )
    return Message(text=text, href=mail_link(found.mailbox, _("Question: %(title)s", title=record.title), text))
