"""A table as CSV (RFC 4180) that is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

BOM = "\ufeff"
"""Tells spreadsheets that the file is in UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these a spreadsheet takes a cell for a formula, the wide forms of them included (OWASP, CSV injection)."""


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows of a table, each cell as text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(
        [_safe(cell) for cell in row] for row in rows
    )
    return (BOM + text.getvalue()).encode()


def _safe(cell: str) -> str:
    """The text with an apostrophe before what a spreadsheet would compute, also behind spaces."""
    text = cell.replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
