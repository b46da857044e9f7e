# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A municipality says of a record or lesson: we use it too, we can confirm it, it was different with us."""

from __future__ import annotations

from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.content.record import Record
from app.content.schema import KindSchema
from app.errors import DomainError
from app.identity import Action
from app.identity.errors import NotAllowed
from app.review.errors import RecordGone, TextMissing, TooMany
from app.review.model.response import Reaction, Relation
from app.review.model.response import Response as Known
from app.review.model.submission import Rejected
from app.web import caching, errors
from app.web.access import services
from app.web.contributing.findings import findings
from app.web.curating.response_words import relation_words
from app.web.identity.current import current_person, requires, signed_in
from app.web.presentation.lessons import ANCHOR
from app.web.presentation.towns import town_words, whom_to_ask
from app.web.routing import record_address
from app.web.wording import _

blueprint = Blueprint("responses", __name__)


@blueprint.before_request
def _private() -> None:
    caching.keep_private()


@blueprint.errorhandler(NotAllowed)
def _refused(error: NotAllowed) -> FlaskResponse:
    """Tell somebody without a municipality why they cannot respond and whom to ask; nothing typed is lost."""
    person, place = current_person(), request.view_args or {}
    if person is None or error.action != Action.RESPOND:
        return errors.respond(HTTPStatus.FORBIDDEN)
    text = render_template(
        "pages/curating/no_town.html",
        whom=whom_to_ask(person),
        typed=request.form.get("text", "").strip(),
        href=record_address(place["kind"].name, place["slug"]),
    )
    return make_response(text, HTTPStatus.FORBIDDEN)


@blueprint.get("/rueckmeldung/<kind:kind>/<slug:slug>")
@requires(Action.RESPOND)
def form(kind: KindSchema, slug: str) -> FlaskResponse:
    """Ask what the reader's municipality says of a record, or of one of its lessons."""
    record, lesson = _record(kind, slug), _lesson(kind, slug, request.args.get("lehre"))
    known = _known(record, lesson)
    return _page(record, lesson, _typed(known))


@blueprint.post("/rueckmeldung/<kind:kind>/<slug:slug>")
@requires(Action.RESPOND)
def respond(kind: KindSchema, slug: str) -> Response:
    """Publish it in the name of the municipality; saying something else later replaces it."""
    record, lesson = _record(kind, slug), _lesson(kind, slug, request.form.get("lehre"))
    problem = _incomplete()
    if problem:
        return _page(record, lesson, request.form, problem)
    try:
        outcome = services().review.responses.respond(_reaction(record, lesson), signed_in())
    except (TextMissing, TooMany, RecordGone) as error:
        return _page(record, lesson, request.form, _refusal(error))
    if isinstance(outcome, Rejected):
        found = findings(outcome.errors, services().schemas.kind("response"))
        return _page(record, lesson, request.form, " ".join(f"{item.label}: {item.text}" for item in found))
    fragment = f"{ANCHOR}{lesson}" if lesson else "rueckmeldungen"
    return redirect(f"{record_address(kind.name, slug)}#{fragment}", 303)


@blueprint.post("/rueckmeldungen/<slug:slug>/zuruecknehmen")
@requires(Action.SIGNED_IN)
def retract(slug: str) -> Response:
    """Take the response of one's own municipality back, or as a curator somebody else's."""
    catalogue = services().catalogue
    entry = catalogue.head_by_slug("response", slug)
    target = catalogue.head(str(catalogue.record(entry).data["target"]))
    services().review.responses.retract(slug, signed_in())
    return redirect(f"{record_address(target.kind, target.slug)}#rueckmeldungen", 303)


def _record(kind: KindSchema, slug: str) -> Record:
    if not kind.listed:
        # Nobody responds to a response; saying something else about the same record replaces one's own.
        abort(404)
    return services().catalogue.record(services().catalogue.head_by_slug(kind.name, slug))


def _lesson(kind: KindSchema, slug: str, lesson: str | None) -> str | None:
    if lesson and _record(kind, slug).lesson(lesson) is None:
        abort(404)
    return lesson or None


def _known(record: Record, lesson: str | None) -> Known | None:
    return services().review.responses.own(record.id, lesson, signed_in())


def _typed(known: Known | None) -> Mapping[str, str]:
    return {"was": known.relation.value, "text": known.note} if known else {}


def _incomplete() -> str:
    """Return what is missing in the form."""
    chosen = request.form.get("was") in set(Relation)
    return "" if chosen else _("Please choose what your municipality says.")


def _reaction(record: Record, lesson: str | None) -> Reaction:
    # The response is about the version that stood there when it was written.
    return Reaction(
        record_id=record.id,
        digest=request.form.get("fassung", ""),
        relation=Relation(request.form["was"]),
        lesson=lesson,
        note=request.form.get("text", "").strip(),
    )


def _refusal(error: DomainError) -> str:
    if isinstance(error, TextMissing):
        return _("Please say in a sentence what was different with you.")
    if isinstance(error, TooMany):
        return _("You have sent very many responses today. Please go on tomorrow.")
    return _("The editors took this response down. Please write to them.")


def _page(record: Record, lesson: str | None, typed: Mapping[str, str], problem: str = "") -> FlaskResponse:
    known = _known(record, lesson)
    text = render_template(
        "pages/curating/respond.html",
        record=record,
        lesson=record.lesson(lesson) if lesson else None,
        href=record_address(record.kind, record.slug),
        problem=problem,
        typed=typed,
        version=typed.get("fassung") or record.digest,
        relations=[(relation.value, relation_words(relation)) for relation in Relation],
        town=town_words(signed_in().municipality),
        retract=url_for("responses.retract", slug=known.slug) if known else "",
    )
    return make_response(text, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)
