"""Confirming by e-mail what somebody entered without an account.

Opening the link only shows what it confirms: mail servers open links to examine them, and must not confirm anything.
"""

from http import HTTPStatus
from typing import Any

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.following.models import Rhythm, What
from app.following.service import MAX_PER_ADDRESS, Followed, TooManySubscriptions
from app.review.confirmations import CONFIRM, HOURS
from app.review.errors import ConfirmationNotFound
from app.review.models import Confirmation, ConfirmationPurpose, Proposal
from app.review.questions import KIND, Asked
from app.web.following.offering import search_name
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.language import mount_point
from app.web.shell.rate_limit import guarded
from app.web.shell.routing import page_address
from app.web.shell.shown import Link, titled
from app.web.shell.wording import _, topics


def named(followed: Followed) -> Link:
    """Return the name and page of a subscription."""
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
    """Return the choices for how often messages are sent."""
    return (
        (Rhythm.AT_ONCE, _("at once")),
        (Rhythm.DAILY, _("once a day, in the morning")),
        (Rhythm.WEEKLY, _("once a week, on Monday morning")),
    )


blueprint = Blueprint("confirming", __name__)
page_cache.keep_discreet(blueprint)
_EARLIER = ("/frage-stellen/bestaetigen", "/abonnieren/bestaetigen")
"""Addresses in messages of earlier releases."""


@blueprint.get("/bestaetigen")
def almost_there() -> str:
    """Say that a message is on its way."""
    return render_template("following/confirming.html", step="sent", hours=HOURS)


def look(token: str) -> str:
    """Show what a link confirms, with a button to do so."""
    row = _waiting(token)
    shown: dict[str, Any]
    if row.purpose is ConfirmationPurpose.QUESTION:
        asked = Asked.of(row)
        shown = {"asked": asked, "topic": dict(topics()).get(asked.topic, asked.topic)}
    else:
        followed = services().following.subscriptions.waiting(row)
        shown = {"shown": named(followed), "rhythm": dict(rhythms())[followed.rhythm]}
    return render_template("following/confirming.html", step=row.purpose.value, **shown)


def confirm(token: str) -> BaseResponse:
    """Confirm a question or subscription."""
    row = _waiting(token)
    if row.purpose is ConfirmationPurpose.QUESTION:
        if not isinstance(services().review.guests.confirm(row), Proposal):
            # The question was valid when it was asked, so the schema must have changed since.
            raise ConfirmationNotFound
        return redirect(url_for("confirming.thanks"), 303)
    try:
        owner = services().following.subscriptions.confirm(row)
    except TooManySubscriptions:
        page = render_template("following/confirming.html", step="full", most=MAX_PER_ADDRESS)
        return make_response(page, HTTPStatus.CONFLICT)
    return redirect(url_for("subscriptions.mine", token=owner, neu="1"), 303)


for _path in (CONFIRM, *_EARLIER):
    blueprint.get(f"{_path}/<memo_token:token>")(look)
    blueprint.post(f"{_path}/<memo_token:token>")(confirm)


@blueprint.get("/frage-stellen/danke")
def thanks() -> str:
    """Say what happens next with a question."""
    return render_template("following/confirming.html", step="asked", question_kind=services().schemas.kind(KIND))


def _waiting(token: str) -> Confirmation:
    with guarded("confirmation", token, ConfirmationNotFound):
        row = services().review.confirmations.waiting(token)
        if row.purpose is ConfirmationPurpose.STILL_TRUE:
            raise ConfirmationNotFound
        return row


@blueprint.errorhandler(ConfirmationNotFound)
def _over(_error: ConfirmationNotFound) -> Response:
    page = render_template("following/confirming.html", step="over", hours=HOURS)
    return make_response(page, HTTPStatus.NOT_FOUND)
