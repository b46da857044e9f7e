"""A search as a map, and the map of the whole site."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlencode

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.web.following.offering import as_followed, follow_search
from app.web.kickoff.bar import Bar, wanted_places
from app.web.kickoff.situation import Kickoff, read_kickoff
from app.web.map.view import MOST, MapView
from app.web.search.limits import left_out, without_limits
from app.web.search.narrowing import narrowing
from app.web.search.question import MAP, SearchQuestion, read_question
from app.web.shell.access import services

blueprint = Blueprint("map", __name__)


@blueprint.get("/karte")
def whole() -> str | BaseResponse:
    """Show where all records come from; what narrows them down is a search."""
    if request.args:
        narrowed = [(key, value) for key, value in request.args.items(multi=True) if key != "ansicht"]
        return redirect(f"{url_for('search.results')}?{urlencode([*narrowed, ('ansicht', MAP)])}")
    nothing: MultiDict[str, str] = MultiDict()
    return map_page(replace(read_question(nothing), view=MAP), read_kickoff(nothing))


def map_page(question: SearchQuestion, asker: Kickoff) -> str:
    """Return the answer to a question as a map."""
    # One more, so that it shows when some are left out.
    query = replace(question.query(size=1), page=1, named=MOST + 1)
    result = services().kickoff.search(query, asker.situation, proven=question.proven)
    narrowed = narrowing(result, question, asker)
    return render_template(
        "map/page.html",
        question=question,
        follow=follow_search(as_followed(question, asker.situation)),
        kickoff=asker,
        bar=Bar(asker, wanted_places(asker, request.args), is_open=False),
        map=MapView(result.uids),
        most=MOST,
        left_out=tuple(left_out(result, asker.situation)),
        without_limits=without_limits(question, asker),
        facets=narrowed.facets,
        filters=narrowed.filters,
    )
