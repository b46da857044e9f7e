"""The start page, and lists of the records of one field of action, state or kind."""

from collections.abc import Callable
from urllib.parse import urlencode

from flask import Blueprint, abort, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from app.kickoff.situation import to_parameters
from app.records.vocabulary import TOPICS
from app.search.query import SearchHit, SearchQuery, SearchResult, Sort
from app.shared.errors import Unavailable
from app.web.following.offering import follow_list, follow_site
from app.web.kickoff.bar import Bar, small_places, without_tender
from app.web.kickoff.situation import KEY, VALUES, read_kickoff
from app.web.search.facets import facet_value
from app.web.search.hits import readable
from app.web.search.page import MAX_ON_MAP
from app.web.search.question import TEXT_LENGTH, find, request_page
from app.web.shell.access import services
from app.web.shell.language import current_language
from app.web.shell.paging import PAGE_SIZE, pager
from app.web.shell.searched import answered
from app.web.shell.shown import Link
from app.web.shell.site import KIND_ORDER
from app.web.shell.wording import _
from app.web.survey.ended import stopped_of

start_blueprint = Blueprint("start", __name__)

MAX_NEWEST = 3
PAGES: dict[str, Callable[[str], str]] = {
    "thema": lambda value: url_for("topics.topic", topic_id=value),
    "land": lambda value: url_for("places.state", code=value),
    "programm": lambda value: url_for("programmes.programme", key=value),
}
"""The facets whose values have pages of their own."""


@start_blueprint.get("/")
def home() -> str:
    """Ask what the reader is planning, where and within which limits, and show the newest records."""
    try:
        query = SearchQuery(sort=Sort.NEWEST, size=MAX_NEWEST, named=MAX_ON_MAP, lang=current_language())
        latest = answered(lambda: services().search.search(query))
        newest = _with_one_that_stopped(latest.hits)
    except Unavailable:
        # The page works without these lists, and says that they are missing.
        latest, newest = SearchResult(total=0, hits=(), facets=()), ()
    asker = read_kickoff(request.args)
    place = [pair for pair in to_parameters(asker.situation) if pair[0] in {KEY, *VALUES}]
    return render_template(
        "pages/start.html",
        bar=Bar(asker, None, is_open=False),
        text=request.args.get("q", "")[:TEXT_LENGTH],
        hidden=[*place, *asker.selection.parameters()],
        follow=follow_site(),
        total=latest.total,
        uids=latest.uids,
        questions=(
            Link(label=_("How do we warn of heavy rain?"), href=url_for("search.results", q="Starkregen")),
            Link(label=_("What comes after the grant ends?"), href=url_for("search.results", q="Förderende")),
            Link(label=_("What can we obtain without a tender of our own?"), href=without_tender()),
        ),
        newest=readable(newest),
        topics=facet_links(latest, "thema"),
    )


@start_blueprint.get("/projektstart")
def kickoff() -> Response:
    """Redirect from the former start of a project, with its parameters."""
    said = request.query_string.decode("ascii", "replace")
    return redirect(url_for("start.home") + (f"?{said}" if said else ""), 301)


def _with_one_that_stopped(newest: tuple[SearchHit, ...]) -> tuple[SearchHit, ...]:
    """Return the newest records, always with a stopped project among them, because failures teach as much."""
    stopped = find(size=MAX_NEWEST, ergebnis="stopped").hits
    if not stopped or {hit.uid for hit in stopped} & {hit.uid for hit in newest}:
        return newest
    return (*newest[: MAX_NEWEST - 1], stopped[0])


def facet_links(result: SearchResult, key: str) -> tuple[Link, ...]:
    """Return the values of a facet as links to their pages, by name."""
    address = PAGES[key]
    values = next((facet.values for facet in result.facets if facet.key == key), ())
    links = [
        Link(label=facet_value(key, found.value), href=address(found.value), count=found.count) for found in values
    ]
    return tuple(sorted(links, key=lambda link: link.label))


@start_blueprint.get("/stoebern")
def browse() -> str:
    """Show ways into the records for readers without a question."""
    found, node = find(size=1), services()
    kinds = sorted((kind for kind in node.schemas.kinds if kind.listed), key=lambda kind: KIND_ORDER.get(kind.name, 9))
    counts = next((facet.values for facet in found.facets if facet.key == "art"), ())
    return render_template(
        "pages/browse.html",
        kinds=[
            Link(
                label=kind.plural_label(current_language()),
                href=url_for("records.kind_list", kind=kind),
                count=sum(value.count for value in counts if value.value == kind.name),
            )
            for kind in kinds
        ],
        topics=facet_links(found, "thema"),
        states=facet_links(found, "land"),
        small_places=small_places(),
    )


topics_blueprint = Blueprint("topics", __name__)
places_blueprint = Blueprint("places", __name__)


@topics_blueprint.get("/themen")
@topics_blueprint.get("/handlungsfelder")
def topics() -> Response:
    """Redirect from the former list of fields of action, and from an address that people type."""
    return redirect(f"{url_for('start.browse')}#handlungsfelder", 301)


@topics_blueprint.get("/themen/<slug:topic_id>")
def topic(topic_id: str) -> str:
    """List the records of one field of action."""
    concept = services().vocabularies[TOPICS].get(topic_id)
    if concept is None:
        abort(404)
    title, also = concept.label(current_language()), [label for _lang, label in concept.labels(current_language())][1:]
    return list_page(
        "thema",
        topic_id,
        lambda page: url_for("topics.topic", topic_id=topic_id, seite=page),
        title=title,
        heading=_("Field of action: %(topic)s", topic=title),
        above=(_("Browse"), url_for("start.browse")),
        lead=_("Also: %(words)s", words=", ".join(also)) if also else "",
        ended=stopped_of(topic_id),
    )


@places_blueprint.get("/laender")
def states() -> Response:
    """Redirect from the former list of states."""
    return redirect(f"{url_for('start.browse')}#laender", 301)


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
        above=(_("Browse"), url_for("start.browse")),
    )


def list_page(facet: str, value: str, address: Callable[[int], str], **words: object) -> str:
    """Return the list of records with a facet value, newest first; `address` gives the address of a page of it."""
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
