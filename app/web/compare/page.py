# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records side by side, as a page and as a file for a spreadsheet."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request, url_for

from app.kickoff.comparison import MOST
from app.web.compare.table import NAMED, ChosenRecord, ComparedRecords, ComparisonTable, ShownRow, address, chosen
from app.web.kickoff.found import Choosing, choosing
from app.web.kickoff.selection import (
    Selection,
    is_kickoff,
    kickoff_address,
    kickoff_parameters,
    search_address,
)
from app.web.kickoff.situation import Kickoff, read_kickoff
from app.web.records.writer import writer_for
from app.web.reuse.answer import short_title
from app.web.shell.routing import page_address
from app.web.shell.shown import Link

blueprint = Blueprint("compare", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """The head of a column; `remove` is empty where it is the only one."""

    link: Link
    short: str
    kind: str
    choosing: Choosing
    remove: str


@blueprint.get("/vergleich")
def page() -> str:
    """Compare what the address names, else what was put aside or rejected."""
    found, kickoff = chosen(request.args), read_kickoff(request.args)
    return render_template(
        "compare/page.html",
        columns=[_column(one, found) for one in found.shown],
        rows=_rows(found, kickoff),
        others=[Link(label=one.record.title, href=found.and_with(one), lang=one.record.lang) for one in found.others],
        found=found,
        most=MOST,
        search=search_address(),
        csv=address((one.name for one in found.shown), "compare.spreadsheet"),
        memo=kickoff_address(url_for("memo.draft")) if is_kickoff() else "",
    )


@blueprint.get("/vergleich.csv")
def spreadsheet() -> Response:
    """Send the same table as CSV."""
    answer = Response(ComparisonTable(chosen(request.args).shown).csv(), content_type="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = 'attachment; filename="vergleich.csv"'
    return answer


def _rows(found: ComparedRecords, kickoff: Kickoff) -> tuple[ShownRow, ...]:
    if not found.shown:
        return ()
    table, place = ComparisonTable(found.shown), kickoff.situation.place
    return (*((table.obtainable(place),) if place else ()), *table.rows())


def _column(one: ChosenRecord, found: ComparedRecords) -> Column:
    record = one.record
    others = [*kickoff_parameters(selection=Selection()), *((NAMED, other.name) for other in found.shown)]
    return Column(
        link=Link(label=record.title, href=kickoff_address(page_address(record)), lang=record.lang),
        short=short_title(record.title),
        kind=writer_for(record).label("kind", record.kind),
        choosing=choosing(one.name, Selection.read(request.args), url_for("compare.page"), others),
        remove=found.without(one) if len(found.shown) > 1 else "",
    )
