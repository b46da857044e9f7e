# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables as Markdown."""

from __future__ import annotations

from collections.abc import Sequence

from app.review.importing import limits


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table with its first row as header; a table of one cell is a paragraph.

    Raises:
        DocumentTooLarge: it has too many cells.
    """
    filled = [[_cell(cell) for cell in row] for row in rows if any(cell.strip() for cell in row)]
    width = max((len(row) for row in filled), default=0)
    limits.check("table", width * len(filled), limits.CELLS)
    if width < 2:
        return "\n\n".join(cell for row in filled for cell in row)
    lines = [_row(row, width) for row in filled]
    return "\n".join([lines[0], _row(["---"] * width, width), *lines[1:]])


def _row(cells: Sequence[str], width: int) -> str:
    return f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |"


def _cell(text: str) -> str:
    return " ".join(text.split()).replace("|", "\\|")
