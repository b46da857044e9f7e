"""The start page."""

from __future__ import annotations

from collections.abc import Callable

from flask import Blueprint, render_template, url_for

from app.identity import Action, may
from app.search.query import SearchHit, SearchResult
from app.shared.errors import Unavailable
from app.web.following.offering import follow_site
from app.web.kickoff.bar import small_places, without_tender
from app.web.search.facets import facet_value
from app.web.search.hits import readable
from app.web.search.question import find
from app.web.shell.current import current_person
from app.web.shell.shown import Link
from app.web.shell.wording import _

blueprint = Blueprint("start", __name__)

NEWEST = 6
PAGES: dict[str, Callable[[str], str]] = {
    "thema": lambda value: url_for("topics.topic", topic_id=value),
    "land": lambda value: url_for("places.state", code=value),
    "programm": lambda value: url_for("programmes.programme", key=value),
}
"""The facets whose values have pages of their own."""


@blueprint.get("/")
def home() -> str:
    """Say what this is, ask what the reader is planning, show what is new."""
    try:
        latest = find(size=NEWEST)
        newest = _with_one_that_stopped(latest.hits)
    except Unavailable:
        # The ways from here lead on without lists; the page says that they are missing.
        latest, newest = SearchResult(total=0, hits=(), facets=()), ()
    return render_template(
        "pages/start.html",
        share=url_for("contribute.start" if may(current_person(), Action.PROPOSE) else "pages.contribute"),
        follow=follow_site(),
        total=latest.total,
        small_places=small_places(),
        questions=_questions(),
        newest=readable(newest),
        topics=facet_links(latest, "thema"),
        states=facet_links(latest, "land"),
    )


def _with_one_that_stopped(newest: tuple[SearchHit, ...]) -> tuple[SearchHit, ...]:
    """Return the newest records; what failed teaches as much, so one that stopped is always among them."""
    stopped = find(size=NEWEST, ergebnis="stopped").hits
    if not stopped or {hit.uid for hit in stopped} & {hit.uid for hit in newest}:
        return newest
    return (*newest[: NEWEST - 1], stopped[0])


def facet_links(result: SearchResult, key: str) -> tuple[Link, ...]:
    """Return the values of a facet as links to their pages, by name."""
    address = PAGES[key]
    values = next((facet.values for facet in result.facets if facet.key == key), ())
    links = [
        Link(label=facet_value(key, found.value), href=address(found.value), count=found.count) for found in values
    ]
    return tuple(sorted(links, key=lambda link: link.label))


def _questions() -> tuple[Link, ...]:
    questions = (
        (_("How do we warn of heavy rain?"), url_for("search.results", q="Starkregen")),
        (_("What comes after the grant ends?"), url_for("search.results", q="Förderende")),
        (_("What can we obtain without a tender of our own?"), without_tender()),
    )
    return tuple(Link(label=label, href=href) for label, href in questions)
