# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which records an address wants to compare, and the table of the comparison, for the page and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import url_for
from werkzeug.datastructures import MultiDict

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn
from app.content.record import Record
from app.kickoff.comparison import MOST, Cell, Comparison, Entry, RowCode, Solutions, compare
from app.kickoff.offers import SOLUTION, used_solutions
from app.kickoff.spreadsheet import csv_bytes
from app.reuse import Place
from app.web.compare.words import ROWS, plain, worded
from app.web.kickoff.selection import TAKEN, Selection, kickoff_address, selection_id
from app.web.records.fields import FieldWriter
from app.web.records.lessons import ANCHOR
from app.web.records.writer import writer_for
from app.web.reuse.answer import names, obtainable_line, short_title
from app.web.shell.access import services
from app.web.shell.routing import page_address
from app.web.shell.shown import Line, Link
from app.web.shell.wording import _

NAMED = "id"
"""Parameter that names the records themselves; without it the selection of the kickoff is compared."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChosenRecord:
    """A record under its name in addresses."""

    name: str
    entry: CatalogueEntry
    record: Record


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedRecords:
    """`shown` are compared, `others` may take their place, `lost` counts those that are not there (any more)."""

    shown: tuple[ChosenRecord, ...]
    others: tuple[ChosenRecord, ...]
    lost: int
    too_many: int

    def without(self, one: ChosenRecord) -> str:
        """Return the address of the comparison without a record, which stays in the selection."""
        return address(other.name for other in self.shown if other.name != one.name)

    def and_with(self, one: ChosenRecord) -> str:
        """Return the address of the comparison with one more record."""
        return address([*(other.name for other in self.shown), one.name])


def address(names: Iterable[str], endpoint: str = "compare.page") -> str:
    """Return the address that compares these records and keeps everything of the kickoff."""
    return kickoff_address(url_for(endpoint, id=list(names)))


def chosen(args: MultiDict[str, str]) -> ComparedRecords:
    """Read an address. More than MOST are cut off, which `too_many` counts."""
    selection = Selection.read(args)
    selected = (*selection.taken, *selection.rejected)
    named = _valid(args.getlist(NAMED))
    found = _found(dict.fromkeys([*named, *selected]))
    wanted = named or selected
    compared = [found[name] for name in wanted if name in found]
    shown = tuple(compared[:MOST])
    return ComparedRecords(
        shown=shown,
        others=tuple(one for one in found.values() if one not in shown),
        lost=len(wanted) - len(compared),
        too_many=max(0, len(compared) - MOST),
    )


def _valid(names: Sequence[str]) -> tuple[str, ...]:
    return Selection.read(MultiDict([(TAKEN, name) for name in names])).taken


def _found(names: Iterable[str]) -> Mapping[str, ChosenRecord]:
    catalogue = services().catalogue
    found: dict[str, ChosenRecord] = {}
    for name in names:
        origin, _slash, record_id = name.rpartition("/")
        try:
            entry = catalogue.head(record_id, origin)
        except (RecordNotFound, RecordWithdrawn):
            continue
        found[name] = ChosenRecord(
            name=selection_id(entry.id, entry.origin), entry=entry, record=catalogue.record(entry)
        )
    return found


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

    def __init__(self, chosen: Iterable[ChosenRecord]) -> None:
        """Compare the chosen records, at most MOST of them."""
        self._chosen = tuple(chosen)
        self._solutions = _solutions(self._chosen)
        records = [one.record for one in self._chosen]
        self._used = {ref: services().catalogue.record(entry) for ref, entry in self._solutions.items()}
        criteria = {
            self._used[ref].ref: services().reuse.productisation(entry) for ref, entry in self._solutions.items()
        }
        self.comparison: Comparison = compare(records, Solutions(records=self._used, criteria=criteria))
        self._writers = {record.ref: writer_for(record) for record in (*self._used.values(), *records)}

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

    def _cell(self, code: RowCode, cell: Cell, column: ChosenRecord) -> tuple[ShownEntry, ...]:
        return tuple(self._entry(code, entry, column) for entry in cell.entries)

    def _entry(self, code: RowCode, entry: Entry, column: ChosenRecord) -> ShownEntry:
        writer = self._writers[entry.record]
        page = kickoff_address(page_address(writer.record))
        marks = writer.marks(entry.sources)
        return ShownEntry(
            lines=worded(code, entry, writer),
            of=short_title(writer.record.title) if entry.record != column.record.ref else "",
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

    def _answers(self, one: ChosenRecord, place: Place) -> Iterator[ShownEntry]:
        refs = (one.record.ref,) if one.record.kind == SOLUTION else used_solutions(one.record)
        for ref in (ref for ref in refs if ref in self._solutions):
            title = self._used[ref].title
            line = obtainable_line(services().reuse.obtainable(place, self._solutions[ref]), names(), title)
            itself = ref == one.record.ref
            yield ShownEntry(lines=(Line(text=line.text),), of="" if itself else line.solution, href="", sources=())


class _Words:
    """The words of the file."""

    def __init__(self, writers: Mapping[str, FieldWriter], chosen: Iterable[ChosenRecord]) -> None:
        self._writers = writers
        self._names_solutions = any(one.record.kind != SOLUTION for one in chosen)

    def row(self, code: RowCode) -> str:
        return ROWS[code]()

    def entry(self, code: RowCode, entry: Entry) -> str:
        writer = self._writers[entry.record]
        text = plain(worded(code, entry, writer))
        of_solution = self._names_solutions and code in (RowCode.ROUTES, RowCode.MATURITY, RowCode.PRODUCT)
        return f"{short_title(writer.record.title)}: {text}" if of_solution else text

    def unknown(self) -> str:
        return _("not stated")


def _solutions(chosen: Iterable[ChosenRecord]) -> dict[str, CatalogueEntry]:
    found: dict[str, CatalogueEntry] = {}
    for one in chosen:
        if one.record.kind == SOLUTION:
            found[one.record.ref] = one.entry
        for ref in used_solutions(one.record):
            solution = services().catalogue.named(ref)
            if solution is not None:
                found.setdefault(ref, solution)
    return found
