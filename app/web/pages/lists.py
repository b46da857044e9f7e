"""Lists of records that share a value: those of a field of action, of a state, of a kind."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, url_for
from werkzeug.wrappers import Response

from app.search.query import Sort
from app.web.following.offering import follow_list
from app.web.pages.start import facet_links
from app.web.search.hits import readable
from app.web.search.question import find, request_page
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.paging import PAGE_SIZE, pager
from app.web.shell.wording import _
from app.web.survey.ended import stopped_of

topics_blueprint = Blueprint("topics", __name__)
places_blueprint = Blueprint("places", __name__)

VOCABULARY = "topics"


@topics_blueprint.get("/themen")
def topics() -> str:
    """List the fields of action that have records."""
    return render_template("pages/topics.html", topics=facet_links(find(size=1), "thema"))


@topics_blueprint.get("/handlungsfelder")
def called_so() -> Response:
    """Lead whoever types what the menu calls the page."""
    return redirect(url_for("topics.topics"), 301)


@topics_blueprint.get("/themen/<slug:topic_id>")
def topic(topic_id: str) -> str:
    """List the records of one field of action."""
    concept = services().vocabularies[VOCABULARY].get(topic_id)
    if concept is None:
        abort(404)
    title, also = concept.label(current_language()), [label for _lang, label in concept.labels(current_language())][1:]
    return list_page(
        "thema",
        topic_id,
        lambda page: url_for("topics.topic", topic_id=topic_id, seite=page),
        title=title,
        heading=_("Field of action: %(topic)s", topic=title),
        above=(_("Fields of action"), url_for("topics.topics")),
        lead=_("Also: %(words)s", words=", ".join(also)) if also else "",
        ended=stopped_of(topic_id),
    )


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
    title = choice.label(current_language())
    return list_page(
        "land",
        code,
        lambda page: url_for("places.state", code=code, seite=page),
        title=title,
        heading=_("Federal state: %(state)s", state=title),
        above=(_("States"), url_for("places.states")),
    )


def list_page(facet: str, value: str, address: Callable[[int], str], **words: object) -> str:
    """Return the list of the records that have a value, the newest first; `address` leads to its pages."""
    page = request_page()
    result = find(page=page, size=PAGE_SIZE, sort=Sort.NEWEST, **{facet: value})
    return render_template(
        "pages/list.html",
        total=result.total,
        hits=readable(result.hits),
        follow=follow_list(**{facet: value}),
        search=f"{url_for('search.results')}?{urlencode({facet: value})}",
        pager=pager(page, result.total, PAGE_SIZE, address),
        **words,
    )
