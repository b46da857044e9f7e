"""A person's notices, newest first."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.identity import Action
from app.records.schema import SchemaError
from app.review.models import ABOUT_RECORDS, Notice, NoticeKind
from app.review.notices.notice import sentences
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.routing import record_address

blueprint = Blueprint("notices", __name__, url_prefix="/nachrichten")
blueprint.before_request(page_cache.keep_private)


@blueprint.get("")
@requires(Action.SIGNED_IN)
def notices() -> str:
    """List what the reader was told."""
    return render_template("curating/notices.html", notices=services().review.notices.of(signed_in().id))


@blueprint.post("/gelesen")
@requires(Action.SIGNED_IN)
def mark_read() -> Response:
    """Call one notice read, or all of them."""
    number = request.form.get("nachricht", "")
    ids = [int(number)] if number.isascii() and number.isdigit() and len(number) < 18 else None
    services().review.notices.mark_read(signed_in().id, ids if number else None)
    return redirect(url_for("notices.notices"), 303)


@blueprint.app_template_filter()
def notice_sentences(notice: Notice) -> tuple[str, str]:
    """Return the title of a notice and what it says."""
    return sentences(notice, current_language())


@blueprint.app_template_filter()
def notice_address(notice: Notice) -> str:
    """Return the page on which one goes on from there, "" where there is none."""
    if notice.kind is NoticeKind.ACCOUNT_UNUSED:
        return url_for("account.account")
    if "href" in notice.params:
        return notice.params["href"]
    if notice.kind in ABOUT_RECORDS:
        try:
            return record_address(notice.params.get("kind", ""), notice.params.get("slug", ""))
        except SchemaError:
            return ""
    return url_for("proposals.proposal", proposal_id=notice.proposal_id) if notice.proposal_id else ""
