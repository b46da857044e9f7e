# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which records an address wants to compare, and the table of the comparison, for the page and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry
from app.content.record import Record
from app.kickoff.comparison import MOST, Cell, Entry, RecordComparison, RowCode, Solutions, compare
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.spreadsheet import csv_bytes
from app.reuse.place import Place
from app.web.compare.words import ROWS, plain, worded
from app.web.kickoff.selection import TAKEN, Selection, entry_named, kickoff_address, record_named, selection_id
from app.web.records.fields import FieldWriter
from app.web.records.writer import writer_for
from app.web.reuse.answer import short_title
from app.web.reuse.ways import obtainable_line
from app.web.shell.access import services
from app.web.shell.routing import ANCHOR, page_address
from app.web.shell.shown import Line, Link
from app.web.shell.wording import _

NAMED = "id"
"""Parameter that names the records themselves; without it the selection of the kickoff is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecords:
    """`shown` are compared, `others` may take their place, `lost` counts those that are not there (any more)."""

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
    """Return the address that compares these records and keeps everything of the kickoff."""
    return kickoff_address(url_for(endpoint, id=[selection_id(one.id, one.origin) for one in records]))


def chosen(args: MultiDict[str, str]) -> ComparedRecords:
    """Read an address. More than MOST are cut off, which `too_many` counts."""
    selection = Selection.read(args)
    selected = (*selection.taken, *selection.rejected)
    named = Selection.read(MultiDict([(TAKEN, name) for name in args.getlist(NAMED)])).taken
    records = {name: record_named(name) for name in dict.fromkeys([*named, *selected])}
    found = {name: record for name, record in records.items() if record}
    wanted = named or selected
    compared = [name for name in wanted if name in found]
    return ComparedRecords(
        shown=tuple(found[name] for name in compared[:MOST]),
        others=tuple(record for name, record in found.items() if name not in compared[:MOST]),
        lost=len(wanted) - len(compared),
        too_many=max(0, len(compared) - MOST),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """One stated thing; `of` names the solution that says so where it is not the record itself."""

    lines: tuple[Line, ...]
    of: str
    href: str
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row; `differs` is None where there is nothing to compare, `empty` stands in cells without entries."""

    label: str
    differs: bool | None
    cells: tuple[tuple[ShownEntry, ...], ...]
    empty: str


class ComparisonTable:
    """Compares records with all that their solutions say; reads each of them once."""

    def __init__(self, chosen: Iterable[Record]) -> None:
        """Compare the chosen records, at most MOST of them."""
        self._chosen = tuple(chosen)
        self._solutions = _solutions(self._chosen)
        self._used = {ref: services().catalogue.record(entry) for ref, entry in self._solutions.items()}
        criteria = {
            self._used[ref].ref: services().reuse.productisation(entry) for ref, entry in self._solutions.items()
        }
        self.comparison: RecordComparison = compare(self._chosen, Solutions(records=self._used, criteria=criteria))
        self._writers = {record.ref: writer_for(record) for record in (*self._used.values(), *self._chosen)}

    def rows(self) -> tuple[ShownRow, ...]:
        """Return the rows of the page."""
        several = len(self._chosen) > 1
        return tuple(
            ShownRow(
                label=ROWS[row.code](),
                differs=row.differs if several else None,
                empty=_("not stated"),
                cells=tuple(self._cell(row.code, cell, one) for cell, one in zip(row.cells, self._chosen, strict=True)),
            )
            for row in self.comparison.rows
        )

    def obtainable(self, place: Place) -> ShownRow:
        """Return the row that says whether `place` can obtain what each record offers."""
        cells = tuple(tuple(self._answers(one, place)) for one in self._chosen)
        return ShownRow(label=_("Obtainable for us?"), differs=None, cells=cells, empty=_("names no solution"))

    def csv(self) -> bytes:
        """Return the table for a spreadsheet."""
        return csv_bytes(
            self.comparison,
            _Words(self._writers, self._chosen),
            _("Compared on %(site)s", site=services().settings.name),
        )

    def _cell(self, code: RowCode, cell: Cell, column: Record) -> tuple[ShownEntry, ...]:
        return tuple(self._entry(code, entry, column) for entry in cell)

    def _entry(self, code: RowCode, entry: Entry, column: Record) -> ShownEntry:
        writer = self._writers[entry.record]
        page = kickoff_address(page_address(writer.record))
        marks = writer.marks(entry.sources)
        return ShownEntry(
            lines=worded(code, entry, writer),
            of=short_title(writer.record.title) if entry.record != column.ref else "",
            href=f"{page}#{ANCHOR}{entry.values['id']}" if code is RowCode.LESSONS else "",
            sources=tuple(
                Link(
                    label=_("Source %(number)s: %(title)s", number=mark.number, title=mark.title),
                    href=f"{page}#quelle-{mark.key}",
                    count=mark.number,
                )
                for mark in marks
            ),
        )

    def _answers(self, one: Record, place: Place) -> Iterator[ShownEntry]:
        refs = (one.ref,) if one.kind == SOLUTION else used_solutions(one)
        for ref in (ref for ref in refs if ref in self._solutions):
            line = Line(text=obtainable_line(services().reuse.obtainable(place, self._solutions[ref])))
            of = "" if ref == one.ref else short_title(self._used[ref].title)
            yield ShownEntry(lines=(line,), of=of, href="", sources=())


class _Words:
    """The words of the file."""

    def __init__(self, writers: Mapping[str, FieldWriter], chosen: Iterable[Record]) -> None:
        self._writers = writers
        self._names_solutions = any(one.kind != SOLUTION for one in chosen)

    def row(self, code: RowCode) -> str:
        return ROWS[code]()

    def entry(self, code: RowCode, entry: Entry) -> str:
        writer = self._writers[entry.record]
        text = plain(worded(code, entry, writer))
        of_solution = self._names_solutions and code in (RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT)
        return f"{short_title(writer.record.title)}: {text}" if of_solution else text

    def unknown(self) -> str:
        return _("not stated")


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
