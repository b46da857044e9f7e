# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records side by side, as a page and as a file for a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from app.content.record import Record
from app.kickoff.comparison import MOST
from app.web.compare.table import NAMED, ComparedRecords, ComparisonTable, ShownRow, address, chosen
from app.web.kickoff.selection import (
    Choosing,
    Selection,
    choosing,
    is_kickoff,
    kickoff_address,
    kickoff_parameters,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import read_kickoff

blueprint = Blueprint("compare", __name__)


@blueprint.get("/vergleich")
def page() -> str:
    """Compare what the address names, else what was put aside or rejected."""
    found = chosen(request.args)
    return render_template(
        "compare/page.html",
        columns=found.shown,
        rows=_rows(found),
        choices=lambda record: _choices(record, found),
        found=found,
        most=MOST,
        search=search_address(),
        csv=address(found.shown, "compare.spreadsheet"),
        memo=kickoff_address(url_for("memo.draft")) if is_kickoff() else "",
    )


@blueprint.get("/vergleich.csv")
def spreadsheet() -> Response:
    """Send the same table as CSV."""
    answer = Response(ComparisonTable(chosen(request.args).shown).csv(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="vergleich.csv"'
    return answer


def _rows(found: ComparedRecords) -> tuple[ShownRow, ...]:
    if not found.shown:
        return ()
    table, place = ComparisonTable(found.shown), read_kickoff(request.args).situation.place
    return (*((table.obtainable(place),) if place and place.settled else ()), *table.rows())


def _choices(record: Record, found: ComparedRecords) -> Choosing:
    named = [(NAMED, selection_id(other.id, other.origin)) for other in found.shown]
    others = [*kickoff_parameters(selection=Selection()), *named]
    name = selection_id(record.id, record.origin)
    return choosing(name, Selection.read(request.args), url_for("compare.page"), others)
