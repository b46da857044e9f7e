"""What a town copies into its own page. It needs no script, and nothing of it can act on that page."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from markupsafe import Markup

from app.records.record import Record
from app.web.following.feeds import here
from app.web.responses.use import used_words, users_of
from app.web.shell.titles import titled
from app.web.shell.wording import _

WIDTH, HEIGHT = 600, 420
"""Pixels of the card: with five lines it needs no scroll bar, narrower it gets one."""
_FRAME = Markup(
    '<iframe src="{src}" title="{title}" width="{width}" height="{height}" loading="lazy" '
    'referrerpolicy="no-referrer" sandbox="allow-same-origin allow-popups allow-popups-to-escape-sandbox"></iframe>'
)
"""Without its own origin the card could not load its style sheet; as it may run nothing, that gives it no more."""
_PICTURE = Markup('<a href="{href}"><img src="{src}" alt="{alt}"{size}></a>')


@dataclass(frozen=True, slots=True, kw_only=True)
class Snippets:
    """The pieces of HTML, and the address of the card."""

    address: str
    card: str
    badge: str
    code: str


def frame(record: Record, width: int = WIDTH, height: int = HEIGHT) -> str:
    """Return what shows the card of a record in another page."""
    title = _("%(title)s: record of an experience", title=titled(record).text)
    return str(_FRAME.format(src=card_address(record), title=title, width=width, height=height))


def card_address(record: Record) -> str:
    """Return the full address of the card of a record, in the language of this request."""
    return here(url_for("embedding.card", record_id=record.id))


def snippets(record: Record) -> Snippets:
    """Return all that another page can show of a record."""
    home, title = here(url_for("permanent.record", record_id=record.id)), titled(record).text
    badge = here(url_for("embedding.badge", record_id=record.id))
    code = here(url_for("embedding.code", record_id=record.id))
    used = f"{title}: {used_words(users_of(record.id))}"
    scan = _("QR code that leads to “%(title)s”", title=title)
    return Snippets(
        address=card_address(record),
        card=frame(record),
        badge=str(_PICTURE.format(href=home, src=badge, alt=used, size=Markup(' height="28"'))),
        code=str(_PICTURE.format(href=home, src=code, alt=scan, size=Markup(' width="160" height="160"'))),
    )
