# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields of action: all of them with counts, and the records of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for

from app.web.access import services
from app.web.language import current_language
from app.web.listing import find, request_page, shown_hits
from app.web.presentation.paging import PAGE_SIZE, pager
from app.web.views.start import facet_links

blueprint = Blueprint("topics", __name__)

VOCABULARY = "topics"


@blueprint.get("/themen")
def topics() -> str:
    """List the fields of action that have records."""
    return render_template("pages/topics.html", topics=facet_links(find(size=1), "thema"))


@blueprint.get("/themen/<slug:topic_id>")
def topic(topic_id: str) -> str:
    """List the records of one field of action."""
    concept = services().vocabularies[VOCABULARY].get(topic_id)
    if concept is None:
        abort(404)
    page = request_page()
    result = find(page=page, size=PAGE_SIZE, thema=topic_id)
    return render_template(
        "pages/topic.html",
        title=concept.label(current_language()),
        also=[label for _, label in concept.labels(current_language())][1:],
        result=result,
        hits=shown_hits(result.hits),
        search=url_for("search.results", thema=topic_id),
        pager=pager(page, result.total, PAGE_SIZE, lambda n: url_for("topics.topic", topic_id=topic_id, seite=n)),
    )
