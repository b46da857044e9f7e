# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Up to five records side by side, and the same as a table for a spreadsheet."""

from app.kickoff.compare.comparison import (
    MOST,
    Cell,
    ComparedRecord,
    CompareTooMany,
    Comparison,
    Row,
    RowCode,
    Solutions,
    compare,
)
from app.kickoff.compare.entry import Entry
from app.kickoff.compare.table import Wording, csv_bytes

__all__ = [
    "MOST",
    "Cell",
    "CompareTooMany",
    "ComparedRecord",
    "Comparison",
    "Entry",
    "Row",
    "RowCode",
    "Solutions",
    "Wording",
    "compare",
    "csv_bytes",
]
