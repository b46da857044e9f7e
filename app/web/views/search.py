# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The search page and its suggestions."""

from __future__ import annotations

from flask import Blueprint, Response, jsonify, render_template, request

from app.search.port import SearchQuery, Sort
from app.web.access import services
from app.web.language import current_language
from app.web.listing import Asked, asked, facet_words, shown_hits
from app.web.presentation.paging import pager
from app.web.wording import _

blueprint = Blueprint("search", __name__)

SIZE = 10
SUGGESTIONS = 8
SUGGEST_FROM = 2


@blueprint.get("/suche")
def results() -> str:
    """Show what was found, with the filters that narrow it."""
    question = asked(request.args)
    result = services().search.search(
        SearchQuery(
            text=question.text,
            filters=question.filters,
            sort=question.sort,
            page=question.page,
            size=SIZE,
            lang=current_language(),
        )
    )
    words = facet_words()
    return render_template(
        "pages/search.html",
        question=question,
        result=result,
        hits=shown_hits(result.hits),
        facets=words.facets(result.facets, question.filters, question.address_with),
        chosen=words.chosen(question.filters, question.address_with),
        pager=pager(question.page, result.total, SIZE, question.address_of_page),
        sorts=_sorts(question),
        suggestion=_suggestion(question, result.suggestion),
    )


@blueprint.get("/suche/vorschlaege")
def suggestions() -> Response:
    """Suggest how a search could go on, as JSON for suggest.js."""
    prefix = " ".join(request.args.get("q", "")[:80].split())
    found = services().search.suggest(prefix)[:SUGGESTIONS] if len(prefix) >= SUGGEST_FROM else ()
    return jsonify({"suggestions": list(found)})


def _sorts(question: Asked) -> list[tuple[str, str]]:
    first = [(Sort.RELEVANCE, _("Best match first"))] if question.text else []
    return [
        *first,
        (Sort.NEWEST, _("Newest first")),
        (Sort.CONFIRMED, _("Most recently checked first")),
        (Sort.TITLE, _("By title")),
    ]


def _suggestion(question: Asked, text: str | None) -> tuple[str, str] | None:
    return (text, question.address_for(text)) if text else None
