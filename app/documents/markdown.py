"""Writes blocks as Markdown: pages for any Markdown program, reports for the text of a record."""

import re
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from operator import attrgetter

from app.documents.blocks import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text, TextRole

CITATION = "[^"
"""The mark of a span that cites a note of a report, such as "[^fussnote-1]"."""
_BLANK = "…" * 20
_BREAK = "  \n"

_ENTITIES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;", "~": "&#126;"})
_MARKS = re.compile(r"([\\`*_{}\[\]#])")
_LINE_START = re.compile(r"^([+=-]|\d+[.)])", re.MULTILINE)
_LATER_START = re.compile(r"(?<=\n)([+=-]|\d+[.)])")


def to_markdown(page: Page, _at: datetime) -> bytes:
    """Return the page in UTF-8, using only headings, lists and emphasis, which CommonMark, GitHub and others share."""
    parts = [f"# {escaped(page.title)}", escaped(page.subtitle), *(_block(block) for block in page.blocks)]
    return ("\n\n".join(parts) + "\n").encode()


def escaped(text: str, *, at_start: bool = True) -> str:
    """Return text escaped so that it is shown literally; `at_start`: it is at the start of a line."""
    lines = (line.strip(" \t") for line in text.split("\n"))
    marked = _MARKS.sub(r"\\\1", "\n".join(lines).translate(_ENTITIES))
    return (_LINE_START if at_start else _LATER_START).sub(_disarmed, marked)


def _disarmed(match: re.Match[str]) -> str:
    mark = match[1][-1]
    # Only CommonMark allows a backslash before an equals sign.
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
    """Yield a list item for the row, because CommonMark has no tables."""
    yield f"- {escaped(columns[0])}: {_text(cells[0], indent=4, at_start=False)}"
    for name, cell in zip(columns[1:], cells[1:], strict=True):
        yield f"    - {escaped(name)}: {_text(cell, indent=8, at_start=False) or _BLANK}"


def _text(text: Text, indent: int = 0, *, at_start: bool = True) -> str:
    parts = (_span(span, at_start=at_start and number == 0) for number, span in enumerate(text))
    return "".join(parts).replace("\n", _BREAK + " " * indent)


def _span(span: Span, *, at_start: bool) -> str:
    if not span.href:
        # Keep the space before what follows on the same line.
        return escaped(span.text, at_start=at_start) + (" " if span.text.endswith(" ") else "")
    return f"<{span.href}>" if span.href == span.text else f"[{escaped(span.text, at_start=False)}](<{span.href}>)"


_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_SPECIAL = re.compile(r"[\\`*]|(?<!\w)_|_(?!\w)")
_UP_TO_BRACKET = re.compile(r"(?P<words>[^\]\n]+)(?P<linking>\](?=[(\[:]))?")
"""Matches all words up to a bracket at once; searching from each opening bracket would take quadratic time."""
_RECORD_LINE_START = re.compile(
    r"^(?P<mark>#{1,6}(?=[ \t])|[-+>](?=[ \t]|$)|\d{1,9}(?=[.)][ \t])|(?:[-=_][ \t]*){3,}$|~~~)"
)
_ADDRESS = re.compile(r"https?://[^\s<>\"()]{1,600}")
_RAISED = str.maketrans("0123456789+-", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻")


def raised(text: str) -> str:
    """Return raised digits as superscript characters, so that they do not merge with the number before them."""
    return text.translate(_RAISED)


def plain(text: str) -> str:
    """Return the text on one line without invisible characters."""
    return _SPACES.sub(" ", _INVISIBLE.sub("", text)).strip()


def to_record(blocks: Iterable[Block], check_table: str) -> str:
    """Return blocks of a report as text of a record; `check_table` is put above a table that was guessed."""
    text = ""
    previous: Block | None = None
    for block in blocks:
        shown = _in_record(block, check_table)
        if shown:
            in_list = isinstance(previous, Items) and isinstance(block, Items)
            text += ("\n" if in_list else "\n\n") + shown if text else shown
            previous = block
    return text


def _in_record(block: Block, check_table: str) -> str:
    match block:
        case Paragraph():
            return _line(_marked(block.text))
        case Heading():
            return _line(_marked((block.text,)))
        case Items():
            start = f"{'    ' * min(block.level, 4)}{'1.' if block.ordered else '-'}"
            return "\n".join(f"{start} {_line(words)}" for words in map(_marked, block.items) if words)
        case Grid():
            table = _table([[_marked(cell).replace("|", "\\|") for cell in row] for row in block.rows])
            return f"**{check_table}**\n\n{table}" if block.guessed else table
    return ""


def _line(markdown: str) -> str:
    """Return a line escaped so that its start makes no heading, list or rule."""
    found = _RECORD_LINE_START.match(markdown)
    if not found:
        return markdown
    mark = found["mark"]
    return f"{mark}\\{markdown[len(mark) :]}" if mark.isdigit() else f"\\{markdown}"


def _marked(text: Text) -> str:
    """Return text on one line with its marks and links; only web addresses stay links."""
    parts = []
    for href, linked in groupby((span for span in text if span.text), attrgetter("href")):
        alike = ((mark, "".join(span.text for span in spans)) for mark, spans in groupby(linked, attrgetter("mark")))
        words = "".join(said if mark == CITATION else _strong(escaped_words(said), mark) for mark, said in alike)
        parts.append(f"[{words}]({href})" if words and _ADDRESS.fullmatch(href) else words)
    return _SPACES.sub(" ", "".join(parts)).strip()


def escaped_words(text: str) -> str:
    """Return words from the middle of a line, escaped so that a record shows them literally."""
    cleaned = _SPACES.sub(" ", _INVISIBLE.sub("", text))
    return _UP_TO_BRACKET.sub(_unlinked, _SPECIAL.sub(lambda found: f"\\{found[0]}", cleaned))


def _unlinked(found: re.Match[str]) -> str:
    words, linking = found["words"], found["linking"] or ""
    return (words.replace("[", "\\[") if linking else words.replace("[^", "\\[^")) + linking


def _strong(words: str, mark: str) -> str:
    """Return words between marks; spaces go outside, where Markdown requires them."""
    inner = words.strip()
    if not inner:
        return words
    start, _, end = words.partition(inner)
    return f"{start}{mark}{inner}{mark}{end}"


def _table(rows: Sequence[Sequence[str]]) -> str:
    """Return rows of cells with the first as head; a table of one column becomes paragraphs."""
    width = max(map(len, rows))
    if width < 2:
        return "\n\n".join(cell for row in rows for cell in row)
    lines = [
        f"| {' | '.join([*cells, *[''] * (width - len(cells))])} |" for cells in (*rows[:1], ["---"] * width, *rows[1:])
    ]
    return "\n".join(lines)
