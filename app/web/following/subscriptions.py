"""Subscribing to changes by e-mail, and “Ihre Abonnements” behind the link in each message."""

from contextlib import suppress
from http import HTTPStatus

from flask import Blueprint, Response, abort, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.following.models import Rhythm, What
from app.following.service import SubscriptionNotFound, TooManySubscriptions
from app.review.errors import AddressInvalid, TooManyConfirmations
from app.web.following.confirming import named, rhythms
from app.web.following.offering import RECORD, Following, as_followed, follow_record, follow_search
from app.web.kickoff.situation import read_kickoff
from app.web.memo.page import load_kept
from app.web.search.question import read_question
from app.web.shell import csrf, page_cache, rate_limit
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.rate_limit import guarded
from app.web.shell.routing import full_address
from app.web.shell.wording import _

subscribing = Blueprint("subscribing", __name__)
subscribing.add_app_template_filter(follow_record)
memo_subscribing = Blueprint("following_memo", __name__)
"""Pages whose address is a secret."""
page_cache.keep_discreet(memo_subscribing)
MEMO = "/vermerk/<memo_token:token>/abonnieren"


@subscribing.get("/abonnieren")
@memo_subscribing.get(MEMO, endpoint="offer_memo")
def offer(token: str = "") -> Response:
    """Say how to follow a search, a record or the finds of a saved memo; raises MemoNotFound."""
    return _page(_wanted(token)[0])


@subscribing.post("/abonnieren")
@memo_subscribing.post(MEMO, endpoint="subscribe_memo")
def subscribe(token: str = "") -> BaseResponse:
    """Send the link that confirms a subscription; the answer reveals nothing about the address. Raises MemoNotFound."""
    follow, what, target = _wanted(token)
    rhythm = request.form.get("rhythmus", "")
    if rhythm not in set(Rhythm):
        return _page(follow, _("Please choose how often you want to be told."))
    subscriptions, address = services().following.subscriptions, request.form.get("adresse", "")
    try:
        rate_limit.refuse_mail(TooManyConfirmations)
        subscriptions.subscribe(what, target, Rhythm(rhythm), address, current_language())
    except AddressInvalid:
        return _page(follow, _("Please enter an e-mail address, such as stadtplanung@beispielstadt.example."))
    except (TooManyConfirmations, TooManySubscriptions):
        words = _(
            "Too many subscriptions wait for their confirmation. Please try again in an hour. "
            "If you follow something here already, look into your mailbox first: your link may be there."
        )
        return _page(follow, words)
    rate_limit.count_mail()
    return redirect(url_for("confirming.almost_there"), 303)


def _wanted(token: str) -> tuple[Following | None, What, str]:
    """Return what the URL names: a memo by its token, a record by its id, or a search by its parameters."""
    if token:
        load_kept(token)
        return None, What.MEMO, token
    if RECORD in request.args:
        catalogue = services().catalogue
        entry = catalogue.head(request.args[RECORD])
        return follow_record(catalogue.record(entry)) or abort(404), What.RECORD, entry.id
    asker = read_kickoff(request.args)
    followed = as_followed(read_question(request.args, asker.parameters()), asker.situation)
    return follow_search(followed), What.SEARCH, followed.written


def _page(follow: Following | None, problem: str = "") -> Response:
    page = render_template(
        "following/offer.html",
        follow=follow,
        feed=full_address(follow.feed) if follow else "",
        by_mail=services().review.confirmations.is_offered,
        rhythms=rhythms(),
        typed=request.form,
        problem=problem,
    )
    return make_response(page, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)


blueprint = Blueprint("subscriptions", __name__, url_prefix="/abonnements/<memo_token:token>")
page_cache.keep_discreet(blueprint)
LINK = "subscriptions"
ONE = "/beenden/<uuid:subscription_id>"


@blueprint.get("")
def mine(token: str) -> str:
    """List the subscriptions behind a link, with forms to change their rhythm or to end them."""
    with guarded(LINK, token, SubscriptionNotFound):
        shown = [(one, named(one)) for one in services().following.subscriptions.all_of(token)]
    is_new = "neu" in request.args
    return render_template("following/mine.html", shown=shown, token=token, rhythms=rhythms(), is_new=is_new)


@blueprint.post("/aendern/<uuid:subscription_id>")
def change(token: str, subscription_id: str) -> BaseResponse:
    """Change how often messages about a subscription are sent."""
    rhythm = request.form.get("rhythmus", "")
    with guarded(LINK, token, SubscriptionNotFound):
        if rhythm in set(Rhythm):
            services().following.subscriptions.change(token, str(subscription_id), Rhythm(rhythm))
    return redirect(url_for("subscriptions.mine", token=token), 303)


@blueprint.get("/beenden")
@blueprint.get(ONE)
def ask(token: str, subscription_id: str = "") -> str:
    """Ask before ending anything, because programs open links in messages to examine them."""
    return render_template("following/end.html", token=token, one=subscription_id)


@blueprint.post("/beenden")
@blueprint.post(ONE)
@csrf.exempt
def end(token: str, subscription_id: str = "") -> str:
    """End one subscription or all at once; mail programs send this themselves (RFC 8058), authorised by the link."""
    left, subscriptions = False, services().following.subscriptions
    # Ending twice is no error, and the link ends with its last subscription.
    with suppress(SubscriptionNotFound):
        with guarded(LINK, token, SubscriptionNotFound):
            subscriptions.end(token, str(subscription_id))
        left = bool(subscription_id and subscriptions.all_of(token))
    return render_template("following/answer.html", step="ended", token=token, left=left)


@blueprint.errorhandler(SubscriptionNotFound)
def _none(_error: SubscriptionNotFound) -> Response:
    return make_response(render_template("following/answer.html", step="none"), HTTPStatus.NOT_FOUND)
