"""Asking questions that no record answers yet, answering them with a record, and listing the answers."""

import json
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import cast

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.identity import Action, Person, may
from app.records.json_value import JsonValue
from app.records.record import Record
from app.review.errors import AddressInvalid, QuotaReached, TooManyConfirmations
from app.review.models import Proposal
from app.review.questions import KIND, Asked, front_of
from app.review.submission import Rejected, Submission
from app.review.text.record_text import RecordText
from app.shared.errors import Unavailable
from app.web.contributing.findings import findings
from app.web.search.hits import readable
from app.web.search.question import find
from app.web.shell import page_cache, rate_limit
from app.web.shell.access import services
from app.web.shell.current import current_person, requires, signed_in
from app.web.shell.language import current_language
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.shown import Link
from app.web.shell.wording import _, error_words, topics, with_none_chosen

ANSWER = "case-study"
MAX_ANSWERS = 20
blueprint = Blueprint("questions", __name__)
blueprint.before_request(page_cache.keep_private)
KEY = "vorgang"
"""Hidden field that distinguishes a form that was sent twice from the next question."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswersShown:
    """Answers with the asker's note or "". `total` records name the question; `more` is the address of all or ""."""

    shown: tuple[tuple[Link, str], ...]
    total: int = 0
    more: str = ""


def answers(record: Record) -> AnswersShown | None:
    """Return the answers to a question without records that are gone; None for other kinds."""
    if record.kind != KIND:
        return None
    named: dict[str, tuple[Link, str]] = {}
    for item in cast("Sequence[Mapping[str, str]]", record.data.get("answered_by") or ()):
        if link := SiteLinks().target(item["target"]):
            named[link.href] = (link, item.get("note", ""))
    try:
        found = find(size=MAX_ANSWERS, antwort=record.ref)
    except Unavailable:
        # Show the question without the records that name it.
        return AnswersShown(shown=tuple(named.values()))
    for hit, card in readable(found.hits):
        named.setdefault(
            card.href, (Link(label=card.title, href=card.href, lang=card.title_lang, site=node_name(hit.origin)), "")
        )
    more = url_for("search.results", antwort=record.ref) if found.total > len(found.hits) else ""
    return AnswersShown(shown=tuple(named.values()), total=found.total, more=more)


@blueprint.get("/frage-stellen")
def ask() -> FlaskResponse:
    """Show the form for a question, filled in with the words of a search."""
    return _page({"frage": request.args.get("q", "")[:200], KEY: str(uuid.uuid4())})


@blueprint.post("/frage-stellen")
def send() -> Response:
    """Send a question for review, like any record; without an account, it must be confirmed by e-mail first."""
    question, topic = request.form.get("frage", "").strip(), request.form.get("thema", "")
    if not question or topic not in dict(topics()):
        return _page(request.form, _("Please write the question and choose a field of action."))
    asked = Asked(question=question, topic=topic, situation=request.form.get("lage", "").strip())
    person = current_person()
    return _of_member(asked, person) if person and may(person, Action.PROPOSE) else _of_guest(asked)


def _of_member(asked: Asked, person: Person) -> Response:
    text = RecordText(front=dict(front_of(asked)), sections={"situation": asked.situation})
    # The words are part of the key, because going back in the browser and changing them asks another question.
    words = json.dumps([request.form.get(name, "").strip() for name in (KEY, "frage", "thema", "lage")])
    wish = Submission(kind=KIND, author=person, text=text, key=words if request.form.get(KEY) else None)
    try:
        outcome = services().review.proposals.submit(wish)
    except QuotaReached as error:
        answer = _page(request.form, error_words(error))
        answer.status_code = HTTPStatus.TOO_MANY_REQUESTS
        answer.headers["Retry-After"] = str(error.seconds)
        return answer
    if isinstance(outcome, Proposal):
        return redirect(url_for("contribute.sent", proposal_id=outcome.id), 303)
    return _page(request.form, _wrong(outcome))


def _of_guest(asked: Asked) -> Response:
    try:
        rate_limit.refuse_mail(TooManyConfirmations)
        rejected = services().review.guests.ask(asked, request.form.get("adresse", ""), current_language())
    except AddressInvalid:
        return _page(request.form, _("Please enter an e-mail address, such as stadtplanung@beispielstadt.example."))
    except TooManyConfirmations:
        return _page(request.form, _("Too many questions wait for their confirmation. Please try again in an hour."))
    if rejected:
        return _page(request.form, _wrong(rejected))
    rate_limit.count_mail()
    return redirect(url_for("confirming.almost_there"), 303)


def _wrong(rejected: Rejected) -> str:
    found = findings(rejected.errors, services().schemas.kind(KIND))
    return " ".join(dict.fromkeys(f"{item.label}: {item.text}" for item in found))


@blueprint.post("/fragen/<slug:slug>/beantworten")
@requires(Action.PROPOSE)
def answer(slug: str) -> Response:
    """Start the draft of a record that answers a question and names it."""
    catalogue = services().catalogue
    record = catalogue.record(catalogue.head_by_slug(KIND, slug))
    front: dict[str, JsonValue] = {
        "topics": list(record.topics),
        "relations": [{"rel": "related", "target": record.ref}],
    }
    draft = services().review.drafts.start_empty(ANSWER, signed_in(), front)
    return redirect(url_for("contribute.resume", draft_id=draft.id), 303)


def _page(typed: Mapping[str, str], problem: str = "") -> FlaskResponse:
    text = render_template(
        "responses/ask.html",
        typed=typed,
        key_name=KEY,
        problem=problem,
        topics=with_none_chosen(topics()),
        is_guest=not may(current_person(), Action.PROPOSE),
        by_mail=services().review.confirmations.is_offered,
    )
    return make_response(text, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)
