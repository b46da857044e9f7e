"""The records to compare according to a URL, and the comparison table for the page and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from flask import Blueprint, Response, render_template, request, url_for
from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry
from app.documents.writing.exports import csv_bytes
from app.kickoff.comparison import MAX_COLUMNS, Entry, Row, RowCode, compare
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.records.record import Record
from app.web.compare.words import ROWS, TOPICS, WORDS, FirstRows, ShownEntry, ShownRow, plain_row
from app.web.kickoff.selection import (
    TAKEN,
    Choosing,
    Selection,
    choosing,
    entry_named,
    is_kickoff,
    kickoff_address,
    kickoff_parameters,
    record_named,
    search_address,
    selection_id,
)
from app.web.kickoff.situation import read_kickoff
from app.web.records.writer import writer_for
from app.web.reuse.answer import short_title
from app.web.reuse.panel import AskedPlace
from app.web.search.question import read_question
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.routing import ANCHOR, page_address
from app.web.shell.shown import Link, titled
from app.web.shell.wording import _

NAMED = "id"
"""Parameter with the record names; without it the selection of the kickoff is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecords:
    """`shown` are compared, `others` may replace them, `lost` is the number of missing ones."""

    shown: tuple[Record, ...]
    others: tuple[Record, ...]
    lost: int
    too_many: int

    def without(self, one: Record) -> str:
        """Return the address of the comparison without a record, which stays in the selection."""
        return address(other for other in self.shown if other is not one)

    def and_with(self, one: Record) -> str:
        """Return the address of the comparison with one more record."""
        return address([*self.shown, one])


def address(records: Iterable[Record], endpoint: str = "compare.page") -> str:
    """Return the URL that compares these records and keeps the kickoff."""
    return kickoff_address(url_for(endpoint, id=[selection_id(one.id, one.origin) for one in records]))


def chosen(args: MultiDict[str, str]) -> ComparedRecords:
    """Read a URL. Records beyond MAX_COLUMNS are left out; `too_many` is their number."""
    selection = Selection.read(args)
    selected = (*selection.taken, *selection.rejected)
    named = Selection.read(MultiDict([(TAKEN, name) for name in args.getlist(NAMED)])).taken
    records = {name: record_named(name) for name in dict.fromkeys([*named, *selected])}
    found = {name: record for name, record in records.items() if record}
    wanted = named or selected
    compared = [name for name in wanted if name in found]
    return ComparedRecords(
        shown=tuple(found[name] for name in compared[:MAX_COLUMNS]),
        others=tuple(record for name, record in found.items() if name not in compared[:MAX_COLUMNS]),
        lost=len(wanted) - len(compared),
        too_many=max(0, len(compared) - MAX_COLUMNS),
    )


class ComparisonTable:
    """Compares records including the data of their solutions; reads each of them once."""

    def __init__(self, chosen: Iterable[Record]) -> None:
        """Compare the chosen records, at most MAX_COLUMNS of them."""
        self._chosen = tuple(chosen)
        self._solutions = _solutions(self._chosen)
        self._used = {ref: services().catalogue.record(entry) for ref, entry in self._solutions.items()}
        criteria = {
            self._used[ref].ref: services().reuse.productisation(entry) for ref, entry in self._solutions.items()
        }
        self.rows = compare(self._chosen, self._used, criteria)
        self._writers = {record.ref: writer_for(record) for record in (*self._used.values(), *self._chosen)}

    def first(self, situation: Situation, question: str = "") -> tuple[ShownRow, ...]:
        """Return the first rows, compared with the asker's situation and question."""
        return FirstRows(self._chosen, self._solutions, situation, question).rows()

    def topics(self) -> list[tuple[str, list[ShownRow]]]:
        """Return the other rows by the title of their topic; the page collapses them."""
        rows = {row.code: self._row(row) for row in self.rows}
        topics = ((title, [rows[code] for code in codes if code in rows]) for title, codes in TOPICS.items())
        return [(_(title), found) for title, found in topics if found]

    def csv(self, situation: Situation, question: str = "") -> bytes:
        """Return the whole table for a spreadsheet."""
        corner = _("Compared on %(site)s", site=services().settings.name)
        if not self._chosen:
            return csv_bytes([[corner]])
        head = [corner, *(titled(one).text for one in self._chosen), _("Your situation")]
        rows = (*self.first(situation, question), *(row for _title, rows in self.topics() for row in rows))
        return csv_bytes([head, *map(plain_row, rows)])

    def _row(self, row: Row) -> ShownRow:
        return ShownRow(
            label=_(ROWS[row.code]),
            differs=row.differs if len(self._chosen) > 1 else None,
            empty=_("not known"),
            cells=tuple(
                tuple(self._entry(row.code, entry, one) for entry in cell)
                for cell, one in zip(row.cells, self._chosen, strict=True)
            ),
        )

    def _entry(self, code: RowCode, entry: Entry, column: Record) -> ShownEntry:
        writer = self._writers[entry.record]
        page = kickoff_address(page_address(writer.record))
        return ShownEntry(
            lines=WORDS[code](cast("Mapping[str, Any]", entry.values), writer),
            of=short_title(titled(writer.record).text) if entry.record != column.ref else "",
            href=f"{page}#{ANCHOR}{entry.values['id']}" if code is RowCode.LESSONS else "",
            sources=tuple(
                Link(label=mark.label, lang=mark.lang, href=f"{page}#quelle-{mark.key}", count=mark.number)
                for mark in writer.marks(entry.sources)
            ),
        )


def _solutions(chosen: Iterable[Record]) -> dict[str, CatalogueEntry]:
    found: dict[str, CatalogueEntry] = {}
    for one in chosen:
        itself = entry_named(selection_id(one.id, one.origin)) if one.kind == SOLUTION else None
        if itself is not None:
            found[one.ref] = itself
        for ref in used_solutions(one):
            solution = services().catalogue.named(ref)
            if solution is not None:
                found.setdefault(ref, solution)
    return found


blueprint = Blueprint("compare", __name__)


@blueprint.get("/vergleich")
def page() -> str:
    """Compare the records in the URL, else those put aside or rejected."""
    found, situation = chosen(request.args), read_kickoff(request.args).situation
    question = read_question(request.args).text
    table = ComparisonTable(found.shown)
    named = [(NAMED, selection_id(one.id, one.origin)) for one in found.shown]
    selection, others = Selection.read(request.args), [*kickoff_parameters(selection=Selection()), *named]

    def choices(record: Record) -> Choosing:
        return choosing(selection_id(record.id, record.origin), selection, url_for("compare.page"), others)

    return render_template(
        "compare/page.html",
        columns=found.shown,
        rows=table.first(situation, question) if found.shown else (),
        topics=table.topics(),
        asked=AskedPlace(f"{request.root_path}{request.path}", named if request.args.get(NAMED) else None),
        choices=choices,
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
