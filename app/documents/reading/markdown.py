"""Plain text and tables of a document as Markdown that shows the same characters."""

from __future__ import annotations

import re
from collections.abc import Sequence

from app.documents import limits

_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPECIAL = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)")
_UP_TO_BRACKET = re.compile(r"(?P<words>[^\]\n]+)(?P<linking>\](?=[(\[:]))?")
"""All words up to a bracket at once: looked for from each opening one, a row of them would take for ever."""
_LINE_START = re.compile(r"^(?P<mark>#{1,6}(?=[ \t])|[-+>](?=[ \t]|$)|\d{1,9}(?=[.)][ \t])|(?:[-=_][ \t]*){3,}$|~~~)")
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_ADDRESS = re.compile(r"https?://[^\s<>\"()]{1,600}")


_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def raised(text: str) -> str:
    """Return raised digits as signs of their own, so that they do not become part of the figure before them."""
    return text.translate(_RAISED)


def plain(text: str) -> str:
    """Return the text on one line without characters that nobody sees."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def escaped(text: str) -> str:
    """Return words from the middle of a line so that Markdown shows them as they are."""
    cleaned = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return _UP_TO_BRACKET.sub(_unlinked, _SPECIAL.sub(lambda found: f"\\{found[0]}", cleaned))


def _unlinked(found: re.Match[str]) -> str:
    words, linking = found["words"], found["linking"] or ""
    return (words.replace("[", "\\[") if linking else words.replace("[^", "\\[^")) + linking


def line(markdown: str) -> str:
    """Return a whole line whose beginning means no heading, list or rule."""
    text = markdown.strip()
    found = _LINE_START.match(text)
    if not found:
        return text
    mark = found["mark"]
    return f"{mark}\\{text[len(mark) :]}" if mark.isdigit() else f"\\{text}"


def link(words: str, address: str) -> str:
    """Return words that lead to a web address; other addresses are left out."""
    if words and _ADDRESS.fullmatch(address):
        return f"[{words}]({address})"
    return words


def strong(words: str, mark: str) -> str:
    """Return words between marks; spaces stay outside, where Markdown wants them."""
    inner = words.strip()
    if not inner:
        return words
    start = words[: len(words) - len(words.lstrip())]
    end = words[len(words.rstrip()) :]
    return f"{start}{mark}{inner}{mark}{end}"


def table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells as a table with its first row as header; a table of one cell is a paragraph.

    Raises DocumentTooLarge: it has too many cells.
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
