"""The page as Markdown that CommonMark, GitHub and Python-Markdown read alike: headings, lists and emphasis only."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime

from app.documents.blocks import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text, TextRole

_BLANK = "…" * 20
_BREAK = "  \n"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"})
_MARKS = re.compile(r"([\\`*_{}\[\]#])")
_LINE_START = re.compile(r"^([+=-]|\d+[.)])", re.MULTILINE)
_LATER_START = re.compile(r"(?<=\n)([+=-]|\d+[.)])")


def to_markdown(page: Page, _at: datetime) -> bytes:
    """Return the page in UTF-8."""
    parts = [f"# {escaped(page.title)}", escaped(page.subtitle), *(_block(block) for block in page.blocks)]
    return ("\n\n".join(parts) + "\n").encode()


def escaped(text: str, *, at_start: bool = True) -> str:
    """Return text that shows as it is: none of its characters begins a mark. `at_start`: it begins a line."""
    lines = (line.strip(" \t") for line in text.split("\n"))
    marked = _MARKS.sub(r"\\\1", "\n".join(lines).translate(_ENTITIES))
    return (_LINE_START if at_start else _LATER_START).sub(_disarmed, marked)


def _disarmed(match: re.Match[str]) -> str:
    mark = match[1][-1]
    # Only CommonMark lets a backslash stand before an equals sign.
    return f"{match[1][:-1]}{'&#61;' if mark == '=' else chr(92) + mark}"


def _block(block: Block) -> str:
    match block:
        case Heading():
            number = f"{block.number} " if block.number else ""
            return f"{'#' * block.level} {number}{_span(block.text, at_start=False)}"
        case Paragraph():
            text = _text(block.text)
            return f"**{text}**" if block.role is TextRole.LABEL else text
        case Facts():
            rows = ((escaped(term), _text(value, indent=4, at_start=False)) for term, value in block.rows)
            return "\n".join(f"- **{term}:** {value or _BLANK}" for term, value in rows)
        case Grid():
            return "\n".join(line for row in block.rows for line in _row(block.columns, row))
        case Items():
            return "\n".join(f"- {_text(item, indent=4)}" for item in block.items)
        case Signature():
            return "\n\n".join(f"{escaped(line)}: {_BLANK}" for line in block.lines)


def _row(columns: tuple[str, ...], cells: tuple[Text, ...]) -> Iterator[str]:
    """Yield a list entry for the row: tables are no part of CommonMark."""
    yield f"- {escaped(columns[0])}: {_text(cells[0], indent=4, at_start=False)}"
    for name, cell in zip(columns[1:], cells[1:], strict=True):
        yield f"    - {escaped(name)}: {_text(cell, indent=8, at_start=False) or _BLANK}"


def _text(text: Text, indent: int = 0, *, at_start: bool = True) -> str:
    parts = (_span(span, at_start=at_start and number == 0) for number, span in enumerate(text))
    return "".join(parts).replace("\n", _BREAK + " " * indent)


def _span(span: Span, *, at_start: bool) -> str:
    if not span.href:
        # What follows in the same line keeps its distance.
        return escaped(span.text, at_start=at_start) + (" " if span.text.endswith(" ") else "")
    return f"<{span.href}>" if span.href == span.text else f"[{escaped(span.text, at_start=False)}](<{span.href}>)"
