"""The comparison table of a selection, for its page and as CSV."""

from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Any, cast

from flask import Blueprint, Response, redirect, request, url_for
from werkzeug.datastructures import MultiDict
from werkzeug.wrappers import Response as BaseResponse

from app.catalogue import CatalogueEntry
from app.documents.writing.exports import csv_bytes
from app.kickoff.comparison import MAX_COLUMNS, Entry, Row, RowCode, compare
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.situation import Situation
from app.records.record import Record
from app.web.compare.words import ROWS, TOPICS, WORDS, FirstRows, ShownEntry, ShownRow, plain_row
from app.web.kickoff.selection import (
    REJECTED,
    TAKEN,
    Selection,
    entry_named,
    kickoff_address,
    kickoff_parameters,
    record_named,
    selection_id,
)
from app.web.kickoff.situation import read_kickoff
from app.web.records.writer import writer_for
from app.web.reuse.answer import short_title
from app.web.search.question import read_question
from app.web.shell.access import services
from app.web.shell.answers import saved
from app.web.shell.routing import ANCHOR, known_address, page_address
from app.web.shell.shown import Link, titled
from app.web.shell.wording import _

NAMED = "id"
"""Parameter with record names in earlier addresses."""


def address(records: Iterable[Record]) -> str:
    """Return the URL of the selection of these records, side by side."""
    taken = tuple(selection_id(one.id, one.origin) for one in records)
    return kickoff_address(known_address("chosen.page"), Selection(taken=taken).parameters())


def chosen(args: MultiDict[str, str]) -> tuple[Record, ...]:
    """Return the first MAX_COLUMNS existing records of a selection."""
    selection = _named(args)
    found = filter(None, map(record_named, (*selection.taken, *selection.rejected)))
    return tuple(islice(found, MAX_COLUMNS))


def _named(args: MultiDict[str, str]) -> Selection:
    """Return the selection, preceded by the records that a former address names by `id`."""
    selection = Selection.read(args)
    named = [*args.getlist(NAMED), *selection.taken]
    pairs = [*((TAKEN, name) for name in named), *((REJECTED, name) for name in selection.rejected)]
    return Selection.read(MultiDict(pairs))


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
                Link(label=mark.label(), lang=mark.lang, href=f"{page}#quelle-{mark.key}", count=mark.number)
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
def page() -> BaseResponse:
    """Redirect from the former address of the comparison to the selection."""
    parameters = kickoff_parameters(selection=_named(request.args))
    return redirect(kickoff_address(url_for("chosen.page"), parameters), 301)


@blueprint.get("/vergleich.csv")
def spreadsheet() -> Response:
    """Send the same table as CSV."""
    situation = read_kickoff(request.args).situation
    table = ComparisonTable(chosen(request.args))
    return saved(table.csv(situation, read_question(request.args).text), "text/csv; charset=utf-8", "vergleich.csv")
