# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The table of a comparison: for the page, and as CSV."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from app.catalogue import CatalogueEntry
from app.kickoff.compare import Cell, Comparison, Entry, RowCode, Solutions, compare, csv_bytes
from app.kickoff.offers import SOLUTION, used_solutions
from app.reuse import Place
from app.web.access import services
from app.web.compare.chosen import ChosenRecord
from app.web.compare.words import ROWS, plain, worded
from app.web.obtaining_view import names
from app.web.presentation.fields import FieldWriter
from app.web.presentation.lessons import ANCHOR
from app.web.presentation.obtaining.line import obtainable_line
from app.web.presentation.obtaining.names import short_title
from app.web.presentation.shown import Line, Link
from app.web.routing import page_address
from app.web.selection import kickoff_address
from app.web.wording import _
from app.web.writing import writer_for


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


class Table:
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
