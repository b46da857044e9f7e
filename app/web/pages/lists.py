# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Fields of action and states: all of them with counts, and the records of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for

from app.web.pages.start import facet_links
from app.web.search.question import find, request_page, shown_hits
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.paging import PAGE_SIZE, pager

topics_blueprint = Blueprint("topics", __name__)

VOCABULARY = "topics"


@topics_blueprint.get("/themen")
def topics() -> str:
    """List the fields of action that have records."""
    return render_template("pages/topics.html", topics=facet_links(find(size=1), "thema"))


@topics_blueprint.get("/themen/<slug:topic_id>")
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


places_blueprint = Blueprint("places", __name__)


@places_blueprint.get("/laender")
def states() -> str:
    """List the states that have records."""
    return render_template("pages/states.html", states=facet_links(find(size=1), "land"))


@places_blueprint.get("/laender/<code>")
def state(code: str) -> str:
    """List the records from one state."""
    choice = next((c for c in services().schemas.choices("state") if c.value == code), None)
    if choice is None:
        abort(404)
    page = request_page()
    result = find(page=page, size=PAGE_SIZE, land=code)
    return render_template(
        "pages/state.html",
        title=choice.label(current_language()),
        result=result,
        hits=shown_hits(result.hits),
        search=url_for("search.results", land=code),
        pager=pager(page, result.total, PAGE_SIZE, lambda n: url_for("places.state", code=code, seite=n)),
    )
