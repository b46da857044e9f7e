"""Suggesting a correction of another node's record; that node reads it from our list and decides."""

import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, abort, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.identity import Action
from app.records.record import Record
from app.review.corrections import KIND, Correction, front_of, places
from app.review.errors import NothingChanged, QuotaReached, TextMissing
from app.review.models import Proposal
from app.review.submission import Submission
from app.review.text.record_text import RecordText
from app.web.contributing.findings import findings
from app.web.records.difference import field_label
from app.web.shell import page_cache
from app.web.shell.access import services
from app.web.shell.current import requires, signed_in
from app.web.shell.errors import status_of
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.routing import page_address
from app.web.shell.shown import Link
from app.web.shell.wording import _, error_words, topics

blueprint = Blueprint("corrections", __name__, url_prefix="/r/<origin:origin>/<record_id:record_id>/korrektur")
blueprint.before_request(page_cache.keep_private)
OTHER = "anderes"
"""The place of a mistake that is in none of the texts."""


@blueprint.get("")
@requires(Action.PROPOSE)
def form(origin: str, record_id: str) -> FlaskResponse:
    """Ask what is wrong, then what it should say."""
    record, place = _record(origin, record_id), request.args.get("feld", "")
    texts = places(record) | {OTHER: "", "": ""}
    if place not in texts:
        abort(404)
    return _page(record, {"feld": place, "text": texts[place], "vorgang": str(uuid.uuid4())})


@blueprint.post("")
@requires(Action.PROPOSE)
def suggest(origin: str, record_id: str) -> Response:
    """Send a correction for review like any record; sending the form twice creates one."""
    record, person, typed = _record(origin, record_id), signed_in(), request.form
    if typed.get("fassung") != record.digest:
        words = _("The record changed while you wrote. Please look at it again, and send your correction once more.")
        return _page(record, typed, words, HTTPStatus.CONFLICT)
    place, text, reason = (typed.get(name, "") for name in ("feld", "text", "grund"))
    source = person.municipality.name if person.municipality else services().settings.name
    name, today = services().federation.held.sub_of(origin, record_id), services().clock().date().isoformat()
    try:
        front = front_of(record, name, place if place != OTHER else "", text, reason, source, today)
        # A proposal with topics that this node does not know would be rejected.
        front["topics"] = [one for one in record.topics if one in dict(topics())] or list(record.topics)
        key = json.dumps([typed.get("vorgang", ""), place, text, reason])
        wish = Submission(kind=KIND, author=person, text=RecordText(front=front), key=key)
        outcome = services().review.proposals.submit(wish)
    except (TextMissing, NothingChanged, QuotaReached) as error:
        return _page(record, typed, error_words(error), status_of(error))
    if isinstance(outcome, Proposal):
        return redirect(url_for("contribute.sent", proposal_id=outcome.id), 303)
    found = findings(outcome.errors, services().schemas.kind(KIND))
    return _page(record, typed, " ".join(f"{item.label}: {item.text}" for item in found))


def _record(origin: str, record_id: str) -> Record:
    entry = services().catalogue.head(record_id, origin)
    if not services().schemas.kind(entry.kind).listed:
        abort(404)
    return services().catalogue.record(entry)


def _page(
    record: Record, typed: Mapping[str, str], problem: str = "", status: HTTPStatus = HTTPStatus.UNPROCESSABLE_ENTITY
) -> FlaskResponse:
    text = render_template(
        "responses/correct.html",
        record=record,
        href=page_address(record),
        source=node_name(record.origin),
        places=[(key, _label(record, key)) for key in (*places(record), OTHER)],
        place=_label(record, typed.get("feld", "")),
        typed=typed,
        problem=problem,
    )
    return make_response(text, status if problem else HTTPStatus.OK)


def _label(record: Record | None, key: str) -> str:
    """Return a place of a record in words; `record` is None if it is not known here."""
    if key in ("", OTHER):
        return _("Something else")
    if record and (lesson := record.lesson(key.removeprefix("lessons."))):
        return _("Lesson: %(lesson)s", lesson=lesson.statement)
    return field_label(services().schemas.kind(record.kind), key) if record and key in places(record) else key


@blueprint.app_template_global()
def correction_shown(record: Record) -> tuple[Correction, Link | None, str, Mapping[str, str] | None]:
    """Return a correction, a link to the record that it corrects, the place in it, and the answer."""
    corrections, catalogue = services().review.corrections, services().catalogue
    found = corrections.of(record)
    entry = catalogue.named(found.data["target"])
    place = _label(catalogue.record(entry) if entry else None, found.data.get("field", ""))
    return found, SiteLinks().target(found.data["target"]), place, corrections.answer(found)
