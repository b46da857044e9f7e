"""How many records there are of each pair of values: what a heat map shows."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product

from app.survey.facts import Facts

SHADES = 4
"""So many grades of colour stand for numbers above 0; a cell without records has none."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Cell:
    """A pair of values, its number of records and its grade from 0 to SHADES."""

    row: str
    column: str
    count: int
    shade: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Grid:
    """`rows` have a cell for each of `columns`, in their order."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, tuple[Cell, ...]], ...]

    @property
    def empty(self) -> tuple[Cell, ...]:
        """The pairs without any record."""
        return tuple(cell for _row, cells in self.rows for cell in cells if not cell.count)


def grid(facts: Iterable[Facts], down: str, rows: Sequence[str], across: str, columns: Sequence[str]) -> Grid:
    """Count the records by two facets; a record with several values counts in each of them."""
    counted = Counter(pair for each in facts for pair in product(each.values(down), each.values(across)))
    most = max((counted[pair] for pair in product(rows, columns)), default=0)
    return Grid(
        columns=tuple(columns),
        rows=tuple((row, tuple(_cell(row, column, counted[row, column], most) for column in columns)) for row in rows),
    )


def _cell(row: str, column: str, count: int, most: int) -> Cell:
    # Rounded up, so that one record alone is seen as well.
    return Cell(row=row, column=column, count=count, shade=-(-SHADES * count // most) if most else 0)
