# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where somebody chooses how to hear of changes, by feed or by mail, and confirms it."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.following.errors import AddressInvalid, SubscriptionNotFound, TooManySubscriptions
from app.following.models import Rhythm, What
from app.following.service import HOURS, IN_AN_HOUR, MOST
from app.web.following.feeds import here
from app.web.following.naming import named, rhythms
from app.web.following.offering import RECORD, Following, as_followed, follow_record, follow_search
from app.web.kickoff.situation import read_kickoff
from app.web.memo import kept as kept_memo
from app.web.search.question import read_question
from app.web.shell import caching, shares
from app.web.shell.access import services
from app.web.shell.guesses import guarded
from app.web.shell.language import current_language
from app.web.shell.wording import _

blueprint = Blueprint("subscribing", __name__)
secret = Blueprint("confirming", __name__)
"""Pages whose address is the key to what somebody follows or has written."""
caching.keep_discreet(secret)
LINK = "subscription"
LETTERS = shares.Share(kind="subscription", most=IN_AN_HOUR, hours=1)
MEMO = "/vermerk/<memo_token:token>/abonnieren"
CONFIRM = "/abonnieren/bestaetigen/<memo_token:token>"


@blueprint.get("/abonnieren")
def offer() -> Response:
    """Say how to follow a search or a record."""
    follow, _what, _target = _wanted()
    return _page(follow)


@blueprint.post("/abonnieren")
def subscribe() -> BaseResponse:
    """Send the link that confirms a subscription; the answer is the same whoever the address belongs to."""
    follow, what, target = _wanted()
    problem = _subscribed(what, target)
    return _page(follow, problem) if problem else redirect(url_for("subscribing.almost_there"), 303)


@blueprint.get("/abonnieren/fast-fertig")
def almost_there() -> str:
    """Say that a message is on its way."""
    return render_template("following/answer.html", step="sent", hours=HOURS)


@secret.get(MEMO)
def offer_memo(token: str) -> Response:
    """Offer to tell when finds of a kept memo change; raises MemoNotFound."""
    kept_memo.load(token)
    return _page(None)


@secret.post(MEMO)
def subscribe_memo(token: str) -> BaseResponse:
    """Send the link that confirms it; raises MemoNotFound."""
    kept_memo.load(token)
    problem = _subscribed(What.MEMO, token)
    return _page(None, problem) if problem else redirect(url_for("subscribing.almost_there"), 303)


@secret.get(CONFIRM)
def look(token: str) -> Response:
    """Show what waits behind a link, with the button that confirms it: programs that try links confirm nothing."""
    try:
        with guarded(LINK, token, SubscriptionNotFound):
            followed = services().following.subscriptions.waiting(token)
    except SubscriptionNotFound:
        return _over()
    words = dict(rhythms())[followed.rhythm]
    return make_response(render_template("following/answer.html", step="confirm", shown=named(followed), rhythm=words))


@secret.post(CONFIRM)
def confirm(token: str) -> BaseResponse:
    """Begin to send."""
    try:
        with guarded(LINK, token, SubscriptionNotFound):
            owner = services().following.subscriptions.confirm(token)
    except SubscriptionNotFound:
        return _over()
    except TooManySubscriptions:
        page = render_template("following/answer.html", step="full", most=MOST)
        return make_response(page, HTTPStatus.CONFLICT)
    return redirect(url_for("subscriptions.mine", token=owner, neu="1"), 303)


def _over() -> Response:
    page = render_template("following/answer.html", step="over", hours=HOURS)
    return make_response(page, HTTPStatus.NOT_FOUND)


def _wanted() -> tuple[Following, What, str]:
    """Return what the address names: a record by its id, or a search by its parameters."""
    if RECORD in request.args:
        catalogue = services().catalogue
        entry = catalogue.head(request.args[RECORD])
        return follow_record(catalogue.record(entry)) or abort(404), What.RECORD, entry.id
    asker = read_kickoff(request.args)
    followed = as_followed(read_question(request.args, asker.parameters()), asker.situation)
    return follow_search(followed), What.SEARCH, followed.written


def _subscribed(what: What, target: str) -> str:
    """Keep a subscription and return "", or what the reader can mend."""
    rhythm = request.form.get("rhythmus", "")
    if rhythm not in set(Rhythm):
        return _("Please choose how often you want to be told.")
    subscriptions, address = services().following.subscriptions, request.form.get("adresse", "")
    try:
        shares.refuse(TooManySubscriptions, LETTERS)
        subscriptions.subscribe(what, target, Rhythm(rhythm), address, current_language())
    except AddressInvalid:
        return _("Please enter an e-mail address, such as stadtplanung@beispielstadt.example.")
    except TooManySubscriptions:
        return _(
            "Too many subscriptions wait for their confirmation. Please try again in an hour. "
            "If you follow something here already, look into your mailbox first: your link may be there."
        )
    shares.count(LETTERS)
    return ""


def _page(follow: Following | None, problem: str = "") -> Response:
    page = render_template(
        "following/offer.html",
        follow=follow,
        feed=here(follow.feed) if follow else "",
        by_mail=services().following.subscriptions.is_offered,
        rhythms=rhythms(),
        typed=request.form,
        problem=problem,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)
