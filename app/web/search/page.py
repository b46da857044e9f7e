"""The search page, its suggestions, and the effect of the asker's limits on the hits."""

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from functools import partial

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.kickoff.ranking import LikenessCode, fit_of
from app.kickoff.service import MAX_WINDOWS, WINDOW, known_open_of
from app.kickoff.situation import Situation, to_parameters
from app.reuse.facets import WAY
from app.search.query import Facet, SearchHit, SearchResult, Sort
from app.web.following.offering import as_followed, follow_search
from app.web.kickoff.bar import Bar, suggestion, wanted_places
from app.web.kickoff.chosen import way_on
from app.web.kickoff.selection import (
    Choosing,
    Selection,
    choosing,
    kickoff_address,
    record_named,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import Kickoff, against, read_kickoff, tidied
from app.web.responses.wording import planned_where
from app.web.search.facets import TOPIC, Filters, chosen_filters, facet_choices, facet_label, including, without
from app.web.search.hits import marked, meant, readable, why
from app.web.search.question import MAP, SIZE, SearchQuestion, read_question
from app.web.shell import formats
from app.web.shell.access import services
from app.web.shell.links import SiteLinks, node_name
from app.web.shell.paging import pager
from app.web.shell.routing import known_address, permanent_address
from app.web.shell.shown import Link
from app.web.shell.wording import _, label, ngettext
from app.web.survey.cases import short_answer

blueprint = Blueprint("search", __name__)
for words in (marked, meant, why, facet_label, kickoff_address, node_name):
    blueprint.add_app_template_filter(words)
blueprint.add_app_template_filter(SiteLinks().record, "record_link")
blueprint.add_app_template_global(search_address)

MAX_ON_MAP = 2000
"""Records on one map; for more, the reader must filter."""
MAX_SUGGESTIONS = 8
MIN_PREFIX = 2
"""Letters of a query from which suggestions are made."""

Params = Mapping[str, str]
LIKENESS: Mapping[str, Callable[[Params], str]] = {
    LikenessCode.SAME_SIZE_CLASS: lambda p: _("same size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.NEAR_SIZE_CLASS: lambda p: _("similar size: %(size)s", size=label("size_class", p["size_class"])),
    LikenessCode.SAME_STATE: lambda p: _("same state: %(state)s", state=label("state", p["state"])),
    LikenessCode.SAME_KIND: lambda p: _("same kind of place: %(kind)s", kind=label("place_kind", p["kind"])),
    LikenessCode.COOPERATION: lambda p: _(
        "same form of cooperation: %(form)s", form=label("cooperation", p["cooperation"])
    ),
}


@blueprint.get("/suche")
def results() -> str | BaseResponse:
    """Show the hits and the filters that narrow them."""
    address = tidied(request.args)
    if address:
        return redirect(address)
    asker = read_kickoff(request.args)
    question = read_question(request.args, asker.parameters(), ranked=asker.reorders)
    if question.view == MAP:
        return map_page(question, asker)
    result = services().kickoff.search(question.query(), asker.situation, proven=question.proven)
    facets, filters = _narrowing(result, question, asker)
    missing, found = ", ".join(_("“%(name)s”", name=word) for word in result.missing), readable(result.hits)
    plans = services().review.responses.plans
    return render_template(
        "search/page.html",
        question=question,
        follow=follow_search(as_followed(question, asker.situation)),
        kickoff=asker,
        # What can be obtained depends on the place, so the page asks for that first.
        bar=Bar(
            asker, wanted_places(asker, request.args), is_open=WAY in question.filters and not asker.situation.place
        ),
        said=suggestion(question.text, asker, request.args),
        way_on=way_on(asker.selection, question.parameters),
        result=result,
        # Each hit with its card, its likeness to the asker's place, and what it means for this asker.
        hits=[(hit, card, tuple(likeness(hit)), _against(hit, asker.situation, question.text)) for hit, card in found],
        planned=[
            (card, words)
            for hit, card in found
            if not hit.far and (words := planned_where(plans(permanent_address(hit.id, origin=hit.origin))))
        ],
        answer=None if question.filters or missing else short_answer(question.text, result.hits),
        carried=[] if asker.is_empty else question.parameters,
        choosing=lambda hit: _choosing(hit, question, asker.selection),
        left_out=tuple(left_out(result, asker.situation)),
        proven=proven_open(result, question),
        without_limits=without_limits(question, asker),
        facets=facets,
        filters=filters,
        size=SIZE,
        pager=pager(question.page, result.total, SIZE, lambda page: question.address(page=page)),
        orders=_orders(question),
        suggestion=(result.suggestion, question.address(text=result.suggestion)) if result.suggestion else None,
        missing=_("We have nothing about %(words)s.", words=missing) if missing else "",
    )


def map_page(question: SearchQuestion, asker: Kickoff) -> str:
    """Return the hits of a question as a map."""
    # One more than shown, to detect that some are left out.
    query = replace(question.query(size=1), page=1, named=MAX_ON_MAP + 1)
    result = services().kickoff.search(query, asker.situation, proven=question.proven)
    facets, filters = _narrowing(result, question, asker)
    return render_template(
        "map/page.html",
        question=question,
        follow=follow_search(as_followed(question, asker.situation)),
        kickoff=asker,
        bar=Bar(asker, wanted_places(asker, request.args), is_open=False),
        uids=result.uids,
        most=MAX_ON_MAP,
        left_out=tuple(left_out(result, asker.situation)),
        without_limits=without_limits(question, asker),
        facets=facets,
        filters=filters,
    )


def _against(hit: SearchHit, situation: Situation, question: str) -> tuple[str, ...]:
    if not (situation.place or situation.months or situation.budget):
        return ()
    record = record_named(selection_id(hit.id, hit.origin))
    return tuple(against(record, situation, question)) if record else ()


def likeness(hit: SearchHit) -> Iterator[str]:
    """Yield how a hit resembles the asker's place."""
    told = fit_of(hit).likeness.reasons
    yield from (LIKENESS[reason.code](reason.params) for reason in told if reason.code in LIKENESS)


@blueprint.app_template_filter()
def hit_anchor(hit: SearchHit) -> str:
    """Return the id of a hit on its page."""
    return "treffer-" + re.sub(r"[^0-9a-z]+", "-", hit.uid.lower()).strip("-")


def _choosing(hit: SearchHit, question: SearchQuestion, selection: Selection) -> Choosing:
    chosen = set(selection.parameters())
    others = [pair for pair in question.parameters if pair not in chosen]
    address = f"{known_address('search.results')}#{hit_anchor(hit)}"
    return choosing(selection_id(hit.id, hit.origin), selection, address, others)


def _orders(question: SearchQuestion) -> tuple[Link, ...]:
    """Return links to the orders of the hits."""
    orders = {
        Sort.RELEVANCE: _("Best match first"),
        Sort.NEWEST: _("Newest first"),
        Sort.CONFIRMED: _("Most recently checked first"),
        Sort.TITLE: _("By title"),
    }
    if question.usual_sort is not Sort.RELEVANCE:
        del orders[Sort.RELEVANCE]
    return tuple(
        Link(label=words, href=question.address(sort=sort), current=sort == question.sort)
        for sort, words in orders.items()
    )


@blueprint.app_template_filter()
def map_address(question: SearchQuestion) -> str:
    """Return the URL of the same hits on a map."""
    return question.address(view=MAP)


@blueprint.app_template_filter()
def view_links(question: SearchQuestion) -> tuple[Link, ...]:
    """Return links to the list and the map of the hits."""
    return tuple(
        Link(label=words, href=question.address(view=view), current=view == question.view)
        for words, view in ((_("List"), ""), (_("Map"), MAP))
    )


@blueprint.get("/suche/vorschlaege")
def suggestions() -> Response:
    """Suggest completions of a query, as JSON for suggest.js."""
    prefix = " ".join(request.args.get("q", "")[:80].split())
    found = services().search.suggest(prefix)[:MAX_SUGGESTIONS] if len(prefix) >= MIN_PREFIX else ()
    return jsonify({"suggestions": list(found)})


def _narrowing(
    result: SearchResult, question: SearchQuestion, asker: Kickoff
) -> tuple[list[tuple[Facet, tuple[Link, ...]]], tuple[Link, ...]]:
    """Return the facets that split the hits, and the active filters, each with the URL without it."""
    filters = question.filters
    for key, values in asker.situation.filters.items():
        for value in values:
            filters = filters if value in filters.get(key, ()) else including(filters, key, value)
    address = partial(_filtered, question, asker)
    return facet_choices(result.facets, filters, address, result.total), chosen_filters(filters, address)


def _filtered(question: SearchQuestion, kickoff: Kickoff, filters: Filters) -> str:
    """Return the address with other filters; removing the asker's field of action removes it from the situation."""
    topic = kickoff.situation.topic
    if not topic or topic in filters.get(TOPIC, ()):
        return question.address(filters=without(filters, TOPIC, topic))
    other = replace(kickoff, situation=replace(kickoff.situation, topic=""))
    return question.address(carried=tuple(other.parameters()), filters=filters)


def without_limits(question: SearchQuestion, kickoff: Kickoff) -> str:
    """Return the address of the same search without limits."""
    free = replace(kickoff.situation, open_source_only=False, obtainable_only=False)
    return question.address(
        proven=False, page=question.page, carried=(*to_parameters(free), *kickoff.selection.parameters())
    )


def left_out(result: SearchResult, situation: Situation) -> Iterator[str]:
    """Yield how many hits the limits excluded, and why."""
    if result.left_out:
        yield _reason(result.left_out, situation)
    if result.unexamined:
        yield _(
            "The first %(examined)s of %(found)s hits were examined for your limits, further ones as you turn the"
            " pages, %(most)s at most.",
            examined=formats.number(result.examined),
            found=formats.number(result.examined + result.unexamined),
            most=formats.number(WINDOW * MAX_WINDOWS),
        )


def proven_open(result: SearchResult, question: SearchQuestion) -> tuple[str, Link | None] | None:
    """Return how many hits are open source, as text and as link to those only or to all; None without that limit."""
    known = known_open_of(result)
    if known is None or not known.among:
        return None
    if question.proven:
        every = ngettext("Show the one hit", "Show all %(num)s hits", known.among)
        link = Link(label=every, href=question.address(proven=False))
        return _("Only hits that are proven to be open source are shown."), link
    if not known.number:
        return _("No hit is proven to be open source."), None
    if known.among == 1:
        words = _("The one hit is proven to be open source.")
    elif question.text and not known.fitting:
        words = ngettext(
            "Open source is proven for one of %(total)s hits, which fits your question only in part.",
            "Open source is proven for %(num)s of %(total)s hits, none of which fully fits your question.",
            known.number,
            total=known.among,
        )
    else:
        words = ngettext(
            "Open source is proven for one of %(total)s hits.",
            "Open source is proven for %(num)s of %(total)s hits.",
            known.number,
            total=known.among,
        )
    return "", Link(label=words, href=question.address(proven=True))


def _reason(number: int, situation: Situation) -> str:
    if situation.open_source_only and situation.obtainable_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open or because, by what is recorded,"
            " your place cannot obtain it.",
            "%(num)s solutions are left out because their source code is known not to be open or because, by what is"
            " recorded, your place cannot obtain them.",
            number,
        )
    if situation.open_source_only:
        return ngettext(
            "One solution is left out because its source code is known not to be open.",
            "%(num)s solutions are left out because their source code is known not to be open.",
            number,
        )
    return ngettext(
        "One solution is left out because, by what is recorded, your place cannot obtain it.",
        "%(num)s solutions are left out because, by what is recorded, your place cannot obtain them.",
        number,
    )
