"""Records side by side, as a page and as a file for a spreadsheet."""

from __future__ import annotations

from flask import Blueprint, Response, render_template, request, url_for

from app.kickoff.comparison import MAX_COLUMNS
from app.records.record import Record
from app.web.compare.table import NAMED, ComparedRecords, ComparisonTable, address, chosen
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
from app.web.reuse.asked_place import AskedPlace
from app.web.search.question import read_question
from app.web.shell.answers import saved

blueprint = Blueprint("compare", __name__)


@blueprint.get("/vergleich")
def page() -> str:
    """Compare what the address names, else what was put aside or rejected."""
    found, situation = chosen(request.args), read_kickoff(request.args).situation
    question = read_question(request.args).text
    table = ComparisonTable(found.shown)
    named = [(NAMED, selection_id(one.id, one.origin)) for one in found.shown]
    return render_template(
        "compare/page.html",
        columns=found.shown,
        rows=table.first(situation, question) if found.shown else (),
        topics=table.topics(),
        asked=AskedPlace(f"{request.root_path}{request.path}", named if request.args.get(NAMED) else None),
        choices=lambda record: _choices(record, found),
        found=found,
        most=MAX_COLUMNS,
        search=search_address(),
        csv=address(found.shown, "compare.spreadsheet"),
        memo=kickoff_address(url_for("memo.draft")) if is_kickoff() else "",
    )


@blueprint.get("/vergleich.csv")
def spreadsheet() -> Response:
    """Send the same table as CSV."""
    situation = read_kickoff(request.args).situation
    table = ComparisonTable(chosen(request.args).shown)
    return saved(table.csv(situation, read_question(request.args).text), "text/csv; charset=utf-8", "vergleich.csv")


def _choices(record: Record, found: ComparedRecords) -> Choosing:
    named = [(NAMED, selection_id(other.id, other.origin)) for other in found.shown]
    others = [*kickoff_parameters(selection=Selection()), *named]
    name = selection_id(record.id, record.origin)
    return choosing(name, Selection.read(request.args), url_for("compare.page"), others)
