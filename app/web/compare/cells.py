"""What stands in the table of a comparison, on the page and as text in the file."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.shell.shown import Line, Link


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownEntry:
    """One stated thing; `of` names the solution that says so where it is not the record itself."""

    lines: tuple[Line, ...]
    of: str
    href: str
    sources: tuple[Link, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownRow:
    """A row; `differs` is None where that would tell nothing, `empty` stands in cells without entries.

    `own` is what the asker has of it, "" where that was not said.
    """

    label: str
    differs: bool | None
    cells: tuple[tuple[ShownEntry, ...], ...]
    empty: str
    own: str = ""


def plain_row(row: ShownRow) -> list[str]:
    """Return the cells of a row as mere text, each entry on lines of its own; the asker's own comes last."""
    cells = ("\n".join(map(_plain, cell)) or row.empty for cell in row.cells)
    return [row.label, *cells, row.own]


def _plain(entry: ShownEntry) -> str:
    text = "\n".join(_plain_line(line) for line in entry.lines)
    return f"{entry.of}: {text}" if entry.of else text


def _plain_line(line: Line) -> str:
    text = f"{line.label}: {line.text}" if line.label else line.text
    return f"{text} ({'; '.join(line.notes)})" if line.notes else text
