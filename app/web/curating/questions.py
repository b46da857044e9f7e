# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""„Wer weiß das?“: asking what nobody has written about yet, and answering it with a record."""

from __future__ import annotations

import json
import uuid
from collections.abc import Mapping
from http import HTTPStatus

from flask import Blueprint, make_response, redirect, render_template, request, url_for
from flask import Response as FlaskResponse
from werkzeug.wrappers import Response

from app.content.json_value import JsonValue
from app.identity import Action
from app.review.model.proposal import Proposal
from app.review.model.submission import Submission, WrittenText
from app.web import caching
from app.web.access import services
from app.web.contributing.findings import findings
from app.web.identity.current import requires, signed_in
from app.web.language import current_language
from app.web.views.topics import VOCABULARY
from app.web.wording import _

blueprint = Blueprint("questions", __name__)

KIND, ANSWER = "question", "case-study"
KEY = "vorgang"
"""Hidden field that tells a form that was sent twice from the next question."""


@blueprint.before_request
def _private() -> None:
    caching.keep_private()


@blueprint.get("/frage-stellen")
@requires(Action.PROPOSE)
def ask() -> FlaskResponse:
    """Ask for the question, which begins with the words of a search."""
    return _page({"frage": request.args.get("q", "")[:200], KEY: str(uuid.uuid4())})


@blueprint.post("/frage-stellen")
@requires(Action.PROPOSE)
def send() -> Response:
    """Send a question for review, like any record."""
    question, topic = request.form.get("frage", "").strip(), request.form.get("thema", "")
    if not question or topic not in dict(_topics()):
        return _page(request.form, _("Please write the question and choose a field of action."))
    front: dict[str, JsonValue] = {"title": question, "summary": question, "topics": [topic]}
    text = WrittenText(front=front, sections={"situation": request.form.get("lage", "").strip()})
    wish = Submission(kind=KIND, author=signed_in(), text=text, key=_key())
    outcome = services().review.proposals.submit(wish)
    if isinstance(outcome, Proposal):
        return redirect(url_for("contribute.sent", proposal_id=outcome.id), 303)
    found = findings(outcome.errors, services().schemas.kind(KIND))
    return _page(request.form, " ".join(dict.fromkeys(f"{item.label}: {item.text}" for item in found)))


@blueprint.post("/fragen/<slug:slug>/beantworten")
@requires(Action.PROPOSE)
def answer(slug: str) -> Response:
    """Begin a record that answers a question and names it."""
    catalogue = services().catalogue
    record = catalogue.record(catalogue.head_by_slug(KIND, slug))
    front: dict[str, JsonValue] = {
        "topics": list(record.topics),
        "relations": [{"rel": "related", "target": record.ref}],
    }
    draft = services().review.drafts.start_empty(ANSWER, signed_in(), front)
    return redirect(url_for("contribute.resume", draft_id=draft.id), 303)


def _key() -> str | None:
    """Return what makes this sending unique, None where the form carried no key.

    The words belong to it: whoever goes back in the browser and changes them asks something else under the same key.
    """
    if not request.form.get(KEY):
        return None
    return json.dumps([request.form.get(name, "").strip() for name in (KEY, "frage", "thema", "lage")])


def _topics() -> list[tuple[str, str]]:
    vocabulary = services().vocabularies.get(VOCABULARY)
    return [(concept.id, concept.label(current_language())) for concept in vocabulary.concepts] if vocabulary else []


def _page(typed: Mapping[str, str], problem: str = "") -> FlaskResponse:
    topics = [("", _("please choose")), *_topics()]
    text = render_template("pages/curating/ask.html", typed=typed, key_name=KEY, problem=problem, topics=topics)
    return make_response(text, HTTPStatus.UNPROCESSABLE_ENTITY if problem else HTTPStatus.OK)
