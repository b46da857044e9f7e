# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The states: all of them with counts, and the records of each."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, url_for

from app.web.access import services
from app.web.language import current_language
from app.web.listing import find, request_page, shown_hits
from app.web.presentation.paging import PAGE_SIZE, pager
from app.web.views.start import facet_links

blueprint = Blueprint("places", __name__)


@blueprint.get("/laender")
def states() -> str:
    """List the states that have records."""
    return render_template("pages/states.html", states=facet_links(find(size=1), "land"))


@blueprint.get("/laender/<code>")
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
