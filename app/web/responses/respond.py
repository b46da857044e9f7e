"""Responses of municipalities to a record or lesson of any node: we use it, can confirm it, had other results."""

from collections.abc import Mapping
from datetime import date
from http import HTTPStatus
from typing import Any

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.identity import Action
from app.identity.errors import NotAllowed
from app.records.record import Record
from app.records.repository import PublishingStopped
from app.records.schema import KindSchema
from app.review.confirmations import STILL_TRUE
from app.review.errors import BaseUnknown, ConfirmationNotFound, RecordGone, TextMissing, TooMany, WhatDiffersMissing
from app.review.responses.response import Reaction, ResponseKind
from app.review.responses.still_true import Answer
from app.review.submission import Rejected
from app.shared.errors import NotFound
from app.web.contributing.findings import findings
from app.web.identity.words import town_words, whom_to_ask
from app.web.responses.beside_record import beside_record
from app.web.responses.wording import quarter_words
from app.web.shell import errors, page_cache
from app.web.shell.access import services
from app.web.shell.current import current_person, requires, signed_in
from app.web.shell.errors import status_of
from app.web.shell.links import node_name
from app.web.shell.rate_limit import guarded
from app.web.shell.routing import ANCHOR, page_address, record_address
from app.web.shell.wording import Choices, _, choices, error_words, with_none_chosen

blueprint = Blueprint("responses", __name__)
page_cache.keep_discreet(blueprint)
blueprint.add_app_template_global(beside_record)
blueprint.add_app_template_filter(quarter_words)

HERE = "/rueckmeldung/<kind:kind>/<slug:slug>"
ELSEWHERE = "/r/<origin:origin>/<record_id:record_id>/rueckmeldung"
_SAID = "rueckmeldungen"


@blueprint.errorhandler(NotAllowed)
def _refused(error: NotAllowed) -> FlaskResponse:
    """Explain why a person without a municipality cannot respond and whom to ask; what they typed is kept."""
    person, place = current_person(), request.view_args or {}
    if person is None or error.action != Action.RESPOND:
        return errors.respond(HTTPStatus.FORBIDDEN)
    text = render_template(
        "responses/no_town.html",
        whom=whom_to_ask(person),
        typed=request.form.get("text", "").strip(),
        href=_page_at(**place),
    )
    return make_response(text, HTTPStatus.FORBIDDEN)


@blueprint.get(HERE)
@blueprint.get(ELSEWHERE)
@requires(Action.RESPOND)
def form(**place: Any) -> FlaskResponse:
    """Ask what the reader's municipality says of a record, or of one of its lessons."""
    record, lesson = _record(_entry(**place)), request.args.get("lehre") or None
    if lesson and record.lesson(lesson) is None:
        abort(404)
    known = services().review.responses.own(record, lesson, signed_in())
    typed = {"was": known.relation.value, "text": known.note, "postfach": known.mailbox} if known else {}
    typed |= {"quartal": known.quarter} if known else {}
    return _page(record, lesson, typed | ({"was": "plans"} if request.args.get("was") == "plans" else {}))


@blueprint.post(HERE)
@blueprint.post(ELSEWHERE)
@requires(Action.RESPOND)
def respond(**place: Any) -> Response:
    """Publish a response in the name of the municipality; it replaces an earlier one."""
    try:
        return _answered(_record(_entry(**place)))
    except (RecordNotFound, RecordWithdrawn) as error:
        # Nobody can respond any more, so return what was typed.
        typed, withdrawn = request.form.get("text", "").strip(), isinstance(error, RecordWithdrawn)
        if not typed:
            raise
        text = render_template("responses/gone.html", typed=typed, withdrawn=withdrawn, href=_page_at(**place))
        return make_response(text, HTTPStatus.GONE if withdrawn else HTTPStatus.NOT_FOUND)


def _entry(kind: KindSchema | None = None, slug: str = "", origin: str = "", record_id: str = "") -> CatalogueEntry:
    catalogue = services().catalogue
    return catalogue.head_by_slug(kind.name, slug) if kind else catalogue.head(record_id, origin)


def _page_at(kind: KindSchema | None = None, slug: str = "", origin: str = "", record_id: str = "") -> str:
    return record_address(kind.name, slug) if kind else url_for("foreign.record", origin=origin, record_id=record_id)


@blueprint.post("/rueckmeldungen/<slug:slug>/zuruecknehmen")
@requires(Action.SIGNED_IN)
def retract(slug: str) -> Response:
    """Retract the response of one's own municipality, or as a curator that of another."""
    target = str(services().catalogue.record(services().catalogue.head_by_slug("response", slug)).data["target"])
    services().review.responses.retract(slug, signed_in())
    return redirect(f"{_page_of(target)}#{_SAID}", 303)


def _page_of(target: str) -> str:
    """Return the page of the record that an own response is about; the start page if it is not shown any more."""
    try:
        if "/r/" not in target:
            return page_address(services().catalogue.head(target))
        entry = services().catalogue.named(target)
        return page_address(entry) if entry else url_for("start.home")
    except NotFound:
        return url_for("start.home")


def _answered(record: Record) -> Response:
    lesson, said = request.form.get("lehre") or None, request.form.get("was")
    if lesson and record.lesson(lesson) is None:
        return _moved(record, lesson)
    if said not in set(ResponseKind):
        return _page(record, lesson, request.form, _("Please choose what your municipality says."))
    reaction = Reaction(
        record_id=record.id,
        origin=record.origin,
        # The response is about the version that was shown when it was written.
        digest=request.form.get("fassung", ""),
        relation=ResponseKind(said),
        lesson=lesson,
        note=request.form.get("text", "").strip(),
        quarter=request.form.get("quartal", ""),
        mailbox=request.form.get("postfach", "").strip(),
    )
    try:
        outcome = services().review.responses.respond(reaction, signed_in())
    except (TextMissing, TooMany, RecordGone) as error:
        return _page(record, lesson, request.form, error_words(error))
    except PublishingStopped as error:
        return _page(record, lesson, request.form, error_words(error), status_of(error))
    except BaseUnknown:
        return _moved(record, lesson)
    if isinstance(outcome, Rejected):
        found = findings(outcome.errors, services().schemas.kind("response"))
        return _page(record, lesson, request.form, " ".join(f"{item.label}: {item.text}" for item in found))
    fragment = f"{ANCHOR}{lesson}" if lesson else _SAID
    return redirect(f"{page_address(record)}#{fragment}", 303)


def _moved(record: Record, lesson: str | None) -> FlaskResponse:
    """Show the form again for the newest version or, if the lesson is gone, the record. Raises RecordWithdrawn."""
    now = services().catalogue.record(services().catalogue.head(record.id, record.origin))
    typed = {name: request.form.get(name, "") for name in ("was", "text", "quartal", "postfach")}
    words = _("The record changed while you wrote. Please look at it again, and send your response once more.")
    if lesson and now.lesson(lesson) is None:
        lesson = None
        words = _(
            "The lesson that you responded to was taken out of the record or divided while you wrote. Your text stands "
            "below: send it as a response to the whole record, or copy it and respond to another lesson."
        )
    return _page(now, lesson, typed, words, HTTPStatus.CONFLICT)


def _record(entry: CatalogueEntry) -> Record:
    kind = services().schemas.kind(entry.kind)
    if not kind.listed or kind.name == "question":
        # Responses cannot be responded to, and questions are answered by records.
        abort(404)
    return services().catalogue.record(entry)


def _page(
    record: Record,
    lesson: str | None,
    typed: Mapping[str, str],
    problem: str = "",
    status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY,
) -> FlaskResponse:
    known = services().review.responses.own(record, lesson, signed_in())
    text = render_template(
        "responses/respond.html",
        record=record,
        lesson=record.lesson(lesson) if lesson else None,
        href=page_address(record),
        source=node_name(record.origin),
        problem=problem,
        typed=typed,
        version=typed.get("fassung") or record.digest,
        # A lesson is nothing to plan.
        relations=[one for one in choices("relation") if not lesson or one[0] != ResponseKind.PLANS],
        quarters=_quarters(services().clock().date()),
        town=town_words(signed_in().municipality),
        retract=url_for("responses.retract", slug=known.slug) if known else "",
    )
    return make_response(text, status if problem else HTTPStatus.OK)


def _quarters(today: date) -> Choices:
    first = today.year * 4 + (today.month - 1) // 3
    offered = (f"{number // 4}-Q{number % 4 + 1}" for number in range(first, first + 12))
    return with_none_chosen(tuple((one, quarter_words(one)) for one in offered))


@blueprint.route("/vorhaben/<slug:slug>/<memo_token:token>", methods=["GET", "POST"])
def renew(slug: str, token: str) -> str:
    """Show a plan that ends soon, with a button that renews it; mail servers open links to examine them."""
    responses = services().review.responses
    with guarded("confirmation", token, ConfirmationNotFound):
        plan, person = responses.planning.asked(slug, token)
    step = "asked"
    if request.method == "POST":
        try:
            outcome = responses.renew(plan, services().identity.people.get(person))
        except (NotAllowed, NotFound) as error:
            # Its record is gone, or the person speaks for another municipality now.
            raise ConfirmationNotFound from error
        step = "rejected" if isinstance(outcome, Rejected) else "renewed"
    return render_template("responses/renew.html", plan=plan, step=step, href=_page_of(str(plan.data["target"])))


@blueprint.route(f"{STILL_TRUE}/<memo_token:token>", methods=["GET", "POST"])
def still_true(token: str) -> FlaskResponse:
    """Show what an office is about to answer of a case, with a button that says so."""
    still, text, given = services().still_true, request.form.get("text", ""), request.args.get("antwort", "")
    with guarded("confirmation", token, ConfirmationNotFound):
        row, record = still.asked(token)
    if given not in set(Answer):
        raise ConfirmationNotFound
    step, problem, status = "asked", "", HTTPStatus.OK
    if request.method == "POST":
        step, missing = "said", _("Please say in one or two sentences what has changed, without names of persons.")
        try:
            problem = missing if isinstance(still.answer(row, record, Answer(given), text), Rejected) else ""
        except WhatDiffersMissing:
            problem = missing
        except (TooMany, PublishingStopped) as error:
            problem = error_words(error)
        except (BaseUnknown, NotAllowed, NotFound) as error:
            raise ConfirmationNotFound from error
        if problem:
            step, status = "rejected", HTTPStatus.UNPROCESSABLE_ENTITY
    shown = {"record": record, "step": step, "problem": problem, "answer": given, "text": text}
    return make_response(render_template("responses/still_true.html", **shown, href=_page_of(record.id)), status)


@blueprint.errorhandler(ConfirmationNotFound)
def _over(_error: ConfirmationNotFound) -> FlaskResponse:
    return make_response(render_template("responses/renew.html", step="over"), HTTPStatus.NOT_FOUND)
