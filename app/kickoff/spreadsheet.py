# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A comparison as CSV (RFC 4180) that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Protocol

from app.kickoff.comparison import Entry, RecordComparison, RowCode

BOM = "\ufeff"
"""Tells spreadsheets that the file is in UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a spreadsheet takes a cell for a formula, the wide forms of them included (OWASP, CSV injection)."""


class Wording(Protocol):
    """Words for what a comparison holds."""

    def row(self, code: RowCode) -> str:
        """The name of a row."""

    def entry(self, code: RowCode, entry: Entry) -> str:
        """One entry of a row in words."""

    def unknown(self) -> str:
        """The word for an empty cell."""


def csv_bytes(comparison: RecordComparison, wording: Wording, corner: str = "") -> bytes:
    """Return the table with records as columns; `corner` is the text of the first cell.

    Each entry stands on a line of its own in its cell.
    """
    head = [corner, *(record.title for record in comparison.records)]
    return _encoded([head, *_body(comparison, wording)])


def _body(comparison: RecordComparison, wording: Wording) -> Iterable[Sequence[str]]:
    for row in comparison.rows:
        cells = ("\n".join(wording.entry(row.code, entry) for entry in cell) for cell in row.cells)
        yield [wording.row(row.code), *(cell or wording.unknown() for cell in cells)]


def _encoded(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(
        [_safe(cell) for cell in row] for row in rows
    )
    return (BOM + text.getvalue()).encode()


def _safe(cell: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute, also behind spaces."""
    text = cell.replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
