# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one search page, its entrance for those who start a project, and its suggestions."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.search.port import Sort
from app.web.access import services
from app.web.kickoff.address import tidied
from app.web.kickoff.bar import bar
from app.web.kickoff.filters import filtering
from app.web.kickoff.found import shown
from app.web.kickoff.further import further
from app.web.kickoff.lessons import learned
from app.web.kickoff.limits import left_out
from app.web.kickoff.places import offered, wanted_places
from app.web.kickoff.reading import read_kickoff
from app.web.kickoff.searching import SIZE, find, question_of
from app.web.kickoff.tray import tray, ways
from app.web.listing import Asked
from app.web.presentation.paging import pager
from app.web.wording import _

blueprint = Blueprint("search", __name__)

SUGGESTIONS = 8
SUGGEST_FROM = 2


@blueprint.get("/suche")
def results() -> str | BaseResponse:
    """Show what was found, with the filters that narrow it."""
    return _page(starting=False)


@blueprint.get("/projektstart")
def kickoff() -> str | BaseResponse:
    """Show the same with the situation open, for those who start a project."""
    return _page(starting=True)


def _page(*, starting: bool) -> str | BaseResponse:
    address = tidied(request.args)
    if address:
        return redirect(address)
    asker = read_kickoff(request.args)
    question = question_of(request.args, asker)
    result = find(question, asker)
    filters = filtering(question, asker)
    return render_template(
        "pages/search.html",
        starting=starting,
        question=question,
        kickoff=asker,
        bar=bar(asker, wanted_places(asker, request.args), is_open=starting),
        tray=tray(asker, question.page_address, question.parameters, starting=starting),
        ways=ways(asker.selection, question.parameters),
        further=further(result, question),
        result=result,
        hits=tuple(shown(result.hits, question, asker, first=(question.page - 1) * SIZE + 1)),
        left_out=left_out(result, question, asker),
        learned=learned(result.hits, asker, question.parameters),
        facets=filters.facets(result.facets),
        chosen=filters.chosen(),
        pager=pager(question.page, result.total, SIZE, question.address_of_page),
        sorts=_sorts(question),
        suggestion=_suggestion(question, result.search.suggestion),
    )


@blueprint.get("/suche/vorschlaege")
def suggestions() -> Response:
    """Suggest how a search could go on, as JSON for suggest.js."""
    prefix = " ".join(request.args.get("q", "")[:80].split())
    found = services().search.suggest(prefix)[:SUGGESTIONS] if len(prefix) >= SUGGEST_FROM else ()
    return jsonify({"suggestions": list(found)})


@blueprint.get("/projektstart/orte")
def places() -> Response:
    """Offer places for what was typed of a name, as JSON for places.js."""
    prefix = " ".join(request.args.get("q", "")[:80].split())
    return jsonify({"places": offered(prefix) if len(prefix) >= SUGGEST_FROM else []})


def _sorts(question: Asked) -> list[tuple[str, str]]:
    first = [(Sort.RELEVANCE, _("Best match first"))] if question.usual_sort is Sort.RELEVANCE else []
    return [
        *first,
        (Sort.NEWEST, _("Newest first")),
        (Sort.CONFIRMED, _("Most recently checked first")),
        (Sort.TITLE, _("By title")),
    ]


def _suggestion(question: Asked, text: str | None) -> tuple[str, str] | None:
    return (text, question.address_for(text)) if text else None
