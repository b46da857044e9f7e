"""„Ihre Abonnements“: what an address follows, behind the link in each of its messages."""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.following.models import Rhythm
from app.following.service import SubscriptionNotFound
from app.web.following.naming import named, rhythms
from app.web.shell import caching, csrf
from app.web.shell.access import services
from app.web.shell.guesses import guarded

blueprint = Blueprint("subscriptions", __name__, url_prefix="/abonnements/<memo_token:token>")
caching.keep_discreet(blueprint)
LINK = "subscriptions"
ONE = "/beenden/<uuid:subscription_id>"


@blueprint.get("")
def mine(token: str) -> Response:
    """List what is followed, each with how often and the way to end it."""
    try:
        with guarded(LINK, token, SubscriptionNotFound):
            found = services().following.subscriptions.all_of(token)
    except SubscriptionNotFound:
        return _none()
    shown = [(one, named(one)) for one in found]
    return make_response(
        render_template(
            "following/mine.html", shown=shown, token=token, rhythms=rhythms(), is_new="neu" in request.args
        )
    )


@blueprint.post("/aendern/<uuid:subscription_id>")
def change(token: str, subscription_id: str) -> BaseResponse:
    """Tell of one in another rhythm."""
    rhythm = request.form.get("rhythmus", "")
    try:
        with guarded(LINK, token, SubscriptionNotFound):
            if rhythm in set(Rhythm):
                services().following.subscriptions.change(token, str(subscription_id), Rhythm(rhythm))
    except SubscriptionNotFound:
        return _none()
    return redirect(url_for("subscriptions.mine", token=token), 303)


@blueprint.get("/beenden")
@blueprint.get(ONE)
def ask(token: str, subscription_id: str = "") -> str:
    """Ask before something ends: programs that look at links in messages end nothing."""
    return render_template("following/end.html", token=token, one=subscription_id)


@blueprint.post("/beenden")
@blueprint.post(ONE)
@csrf.exempt
def end(token: str, subscription_id: str = "") -> Response:
    """End one or all, at once: the mail program sends this by itself (RFC 8058), and its proof is the link."""
    left = False
    try:
        with guarded(LINK, token, SubscriptionNotFound):
            services().following.subscriptions.end(token, str(subscription_id))
            left = bool(subscription_id) and _has_more(token)
    except SubscriptionNotFound:
        # Ended already, so what was wished holds.
        pass
    return make_response(render_template("following/answer.html", step="ended", token=token, left=left))


def _has_more(token: str) -> bool:
    try:
        return bool(services().following.subscriptions.all_of(token))
    except SubscriptionNotFound:
        return False


def _none() -> Response:
    return make_response(render_template("following/answer.html", step="none"), HTTPStatus.NOT_FOUND)
