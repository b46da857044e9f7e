# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The one search page, its entrance for those who start a project, and its suggestions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, redirect, render_template, request
from werkzeug.wrappers import Response as BaseResponse

from app.kickoff.situation import DEFAULT_SLIDER, Situation
from app.kickoff.situation.parameters import NAMES, to_parameters
from app.search.port import Facet, SearchResult, Sort
from app.web.kickoff.bar import bar
from app.web.kickoff.found import shown
from app.web.kickoff.lessons import learned
from app.web.kickoff.places import offered, wanted_places
from app.web.kickoff.situation import Kickoff, read_kickoff
from app.web.kickoff.tray import tray, ways
from app.web.search.facets import Filters, ShownFacet, including, without
from app.web.search.question import SIZE, TOPIC, Question, answer, facet_words, question_of
from app.web.shell.access import services
from app.web.shell.paging import pager
from app.web.shell.shown import Link
from app.web.shell.wording import _, ngettext

if TYPE_CHECKING:
    from werkzeug.datastructures import MultiDict

_SLIDER = ("naehe", str(DEFAULT_SLIDER))


def tidied(args: MultiDict[str, str]) -> str:
    """Return the address without the fields that a form sends empty; "" where there are none in it."""
    given = list(args.items(multi=True))
    if not any(name in NAMES and not value for name, value in given):
        return ""
    said = [(name, value) for name, value in given if value and (name, value) != _SLIDER]
    return request.script_root + request.path + (f"?{urlencode(said)}" if said else "")


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """All filters in force; removing the asker's field of action removes it from the situation."""

    filters: Filters
    question: Question
    kickoff: Kickoff

    def facets(self, facets: Sequence[Facet]) -> tuple[ShownFacet, ...]:
        """Return the facets with the address of each value."""
        return facet_words().facets(facets, self.filters, self._address)

    def chosen(self) -> tuple[Link, ...]:
        """Return the filters in force, each with the address without it."""
        return facet_words().chosen(self.filters, self._address)

    def _address(self, filters: Filters) -> str:
        topic = self.kickoff.situation.topic
        if not topic:
            return self.question.address_with(filters)
        if topic in filters.get(TOPIC, ()):
            return self.question.address_with(without(filters, TOPIC, topic))
        kickoff = replace(self.kickoff, situation=replace(self.kickoff.situation, topic=""))
        return replace(self.question, carried=tuple(kickoff.parameters())).address_with(filters)


def filtering(question: Question, kickoff: Kickoff) -> Filtering:
    """Return the filters of the question together with those of the situation."""
    return Filtering(filters=_together(question.filters, kickoff.situation), question=question, kickoff=kickoff)


def _together(filters: Filters, situation: Situation) -> Filters:
    for key, values in situation.filters.items():
        for value in values:
            filters = filters if value in filters.get(key, ()) else including(filters, key, value)
    return filters


FEW = 3
"""With so many hits or fewer, the fields of action they belong to are offered as a whole."""
MOST = 4


def further(result: SearchResult, question: Question) -> tuple[Link, ...]:
    """Return the fields of action of a few hits, each as a search without words; nothing for more or no hits."""
    return tuple(_fields(result, question)) if question.text and 0 < result.total <= FEW else ()


def _fields(result: SearchResult, question: Question) -> Iterator[Link]:
    topics = dict.fromkeys(topic for hit in result.hits for topic in hit.facets.get(TOPIC, ()))
    for topic in list(topics)[:MOST]:
        whole = replace(question, text="", page=1, sort="", filters={TOPIC: (topic,)})
        address = replace(whole, sort=whole.usual_sort).address_of_page(1)
        yield Link(label=facet_words().value(TOPIC, topic), href=address)


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOutByLimits:
    """Sentences, and the address of the same search without limits."""

    sentences: tuple[str, ...]
    without_limits: str


def left_out(result: SearchResult, question: Question, kickoff: Kickoff) -> LeftOutByLimits | None:
    """Return what is to be told; None where nothing was left out and everything examined."""
    sentences = tuple(_sentences(result, kickoff.situation))
    if not sentences:
        return None
    free = replace(kickoff.situation, open_source_only=False, obtainable_only=False)
    carried = [*to_parameters(free), *kickoff.selection.parameters()]
    return LeftOutByLimits(sentences=sentences, without_limits=question.address_carrying(carried))


def _sentences(result: SearchResult, situation: Situation) -> Iterator[str]:
    if result.left_out:
        yield _reason(result.left_out, situation)
    if result.unexamined:
        yield ngettext(
            "One further record was not examined for your limits and is not listed.",
            "%(num)s further records were not examined for your limits and are not listed.",
            result.unexamined,
        )


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
    result = answer(question, asker)
    filters = filtering(question, asker)
    return render_template(
        "search/page.html",
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
        suggestion=_suggestion(question, result.suggestion),
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


def _sorts(question: Question) -> list[tuple[str, str]]:
    first = [(Sort.RELEVANCE, _("Best match first"))] if question.usual_sort is Sort.RELEVANCE else []
    return [
        *first,
        (Sort.NEWEST, _("Newest first")),
        (Sort.CONFIRMED, _("Most recently checked first")),
        (Sort.TITLE, _("By title")),
    ]


def _suggestion(question: Question, text: str | None) -> tuple[str, str] | None:
    return (text, question.address_for(text)) if text else None
