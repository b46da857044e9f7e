# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Confirming a question that was asked without an account.

Opening the link only shows the question: mail servers open links to look at them, and must not confirm anything.
"""

from __future__ import annotations

from http import HTTPStatus

from flask import Blueprint, Response, make_response, redirect, render_template, url_for
from werkzeug.wrappers import Response as BaseResponse

from app.review.errors import GuestQuestionNotFound
from app.review.guests.questions import HOURS, KIND
from app.review.models import Proposal
from app.web.shell import caching
from app.web.shell.access import services
from app.web.shell.choices import topics
from app.web.shell.guesses import guarded

blueprint = Blueprint("asking", __name__)
caching.keep_discreet(blueprint)
LINK = "question"


@blueprint.get("/frage-stellen/fast-fertig")
def almost_there() -> str:
    """Say that a message is on its way."""
    return render_template("responses/asked.html", step="sent", hours=HOURS)


@blueprint.get("/frage-stellen/bestaetigen/<memo_token:token>")
def look(token: str) -> Response:
    """Show the question that waits behind a link, with the button that confirms it."""
    try:
        with guarded(LINK, token, GuestQuestionNotFound):
            row = services().review.guests.waiting(token)
    except GuestQuestionNotFound:
        return _over()
    topic = dict(topics()).get(row.topic, row.topic)
    return make_response(render_template("responses/asked.html", step="confirm", row=row, topic=topic))


@blueprint.post("/frage-stellen/bestaetigen/<memo_token:token>")
def confirm(token: str) -> BaseResponse:
    """Send the question to the editors."""
    try:
        with guarded(LINK, token, GuestQuestionNotFound):
            outcome = services().review.guests.confirm(token)
    except GuestQuestionNotFound:
        return _over()
    # What was right when it was asked can only be wrong now where the schema has changed since.
    return redirect(url_for("asking.thanks"), 303) if isinstance(outcome, Proposal) else _over()


@blueprint.get("/frage-stellen/danke")
def thanks() -> str:
    """Say what happens next."""
    return render_template("responses/asked.html", step="confirmed", question_kind=services().schemas.kind(KIND))


def _over() -> Response:
    return make_response(render_template("responses/asked.html", step="over", hours=HOURS), HTTPStatus.NOT_FOUND)
