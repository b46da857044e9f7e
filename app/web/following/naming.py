"""What a subscription is called, and where its page is."""

from __future__ import annotations

from flask import url_for

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.following.models import Rhythm, What
from app.following.service import Followed
from app.web.following.offering import search_name
from app.web.shell.access import services
from app.web.shell.language import mount_point
from app.web.shell.routing import page_address
from app.web.shell.shown import Link
from app.web.shell.titles import titled
from app.web.shell.wording import _


def named(followed: Followed) -> Link:
    """Return name and page of what somebody follows."""
    if followed.what is What.SEARCH:
        query = f"?{followed.target}" if followed.target else ""
        name = search_name(services().following.search_of(followed.target))
        return Link(label=name, href=url_for("search.results") + query)
    if followed.what is What.MEMO:
        return Link(label=_("Your memo"), href=url_for("memo.kept", token=followed.target))
    catalogue = services().catalogue
    try:
        entry = catalogue.head(followed.target)
    except (RecordNotFound, RecordWithdrawn):
        return Link(label=_("A record that was withdrawn"), href=f"{mount_point()}/r/{followed.target}")
    title = titled(catalogue.record(entry))
    return Link(label=title.text, href=page_address(entry), lang=title.lang)


def rhythms() -> tuple[tuple[str, str], ...]:
    """Return how often somebody may be told, in words."""
    return (
        (Rhythm.AT_ONCE, _("at once")),
        (Rhythm.DAILY, _("once a day, in the morning")),
        (Rhythm.WEEKLY, _("once a week, on Monday morning")),
    )
