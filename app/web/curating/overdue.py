"""Records that somebody should look at again, for those who look after them."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.identity import Action, may
from app.review.queue import Freshness, OverdueRecord, freshness
from app.web.shell import caching, formats
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.routing import record_address
from app.web.shell.wording import _, ngettext

blueprint = Blueprint("overdue", __name__)


@blueprint.get("/ueberfaellig")
@requires(Action.CURATE)
def overdue() -> str:
    """List the records that one looks after and that are or soon will be overdue, the longest first."""
    caching.keep_private()
    person, today = signed_in(), services().clock().date()
    found = [
        record
        for record in services().review.overdue.overdue(today, including_due=True)
        if may(
            person,
            Action.CURATE,
            record.subject,
        )
    ]
    return render_template(
        "curating/overdue.html",
        late=[record for record in found if record.days > 0],
        due=[record for record in found if record.days <= 0],
        kinds=services().schemas,
        address=record_address,
    )


@blueprint.app_template_filter()
def overdue_words(record: OverdueRecord) -> str:
    """Return how late a record is."""
    due = _("to be looked at by %(date)s", date=formats.day(record.review_by))
    if record.days <= 0:
        return due
    late = ngettext("%(num)s day late", "%(num)s days late", record.days)
    archived = freshness(record.review_by, services().clock().date()) is Freshness.ARCHIVED
    return ", ".join((due, late, _("in the archive"))) if archived else f"{due}, {late}"
