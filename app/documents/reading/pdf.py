"""What the lines of a page are by their place and size: headings, items, tables and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby

from app.documents.limits import Deadline
from app.documents.reading.document import DocumentPart, PartKind, Reading
from app.documents.reading.markdown import escaped, table
from app.documents.reading.pdf_lines import Line, read_lines

_LARGER = 1.12
"""How much larger than the text a heading is set."""
_LONGEST_HEADING = 120
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÄÖÜ]")
_ITEM = re.compile(r"(?:[•●▪■◦‣·–-]|\uf0b7|o(?= ))\s+(?P<text>\S.*)")
_ORDERED = re.compile(r"\d{1,2}[.)]\s+\S")
_WORD = re.compile(r"\w{3}")
_DIGITS = re.compile(r"\d+")
_ENDS = (".", "!", "?", ":", "…", ")", "“", '"')
_SEEN_ON = 0.6
_FEWEST_PAGES = 3
_SHORT = 0.75


def read_pdf(data: bytes, deadline: Deadline) -> Reading:
    """Return the pieces of a document.

    Raises DocumentDamaged, DocumentEncrypted, DocumentTooLarge, DocumentTooSlow: it cannot be read.
    """
    text = read_lines(data, deadline)
    return Reading(title=text.title, parts=parts(text.lines), left_out=text.left_out)


def parts(lines: Sequence[Line]) -> list[DocumentPart]:
    """Return the pieces; lines that come back on most pages (heads, feet, page numbers) stand once, at the end."""
    repeated = _repeated(lines)
    margins = [line for line in lines if line.at_edge and _pattern(line) in repeated]
    found = [*_blocks([line for line in lines if not (line.at_edge and _pattern(line) in repeated)])]
    rest = {_pattern(line): line.text for line in margins if _WORD.search(line.text)}
    if rest:
        found.append(DocumentPart(kind=PartKind.PARAGRAPH, text=" · ".join(escaped(text) for text in rest.values())))
    return found


def _blocks(lines: Sequence[Line]) -> Iterator[DocumentPart]:
    """Yield tables, which are lines in cells one below the other, and what stands between them."""
    body = _usual_size(lines)
    between: list[Line] = []
    for in_cells, group in groupby(lines, key=lambda line: len(line.cells) > 1):
        block = list(group)
        if in_cells and len(block) > 1:
            yield from _pieces(between, body)
            between = []
            cells = [[escaped(cell) for cell in line.cells] for line in block]
            yield DocumentPart(kind=PartKind.TABLE, text=table(cells), guessed=True)
        else:
            between += block
    yield from _pieces(between, body)


def _pieces(lines: Sequence[Line], body: float) -> Iterator[DocumentPart]:
    width = max((len(line.text) for line in lines), default=0)
    gathered: list[Line] = []
    for line in lines:
        heading = _heading(line, body)
        is_item = _ITEM.match(line.text) or _ORDERED.match(line.text)
        begins = heading or is_item or (gathered and _is_apart(gathered[-1], line, width))
        if begins and gathered:
            yield _joined(gathered)
            gathered = []
        if heading:
            yield DocumentPart(kind=PartKind.HEADING, text=" ".join(line.cells), level=heading)
        else:
            gathered.append(line)
    if gathered:
        yield _joined(gathered)


def _heading(line: Line, body: float) -> int:
    """Return the level of a heading, 0 for text."""
    if len(line.text) > _LONGEST_HEADING or line.text.endswith((".", ",", ";")) or not _WORD.search(line.text):
        return 0
    if not body or line.size < body * _LARGER:
        return 0
    numbered = _NUMBERED.match(line.text)
    return numbered["number"].count(".") + 1 if numbered else (1 if line.size >= body * 1.5 else 2)


def _is_apart(before: Line, line: Line, width: int) -> bool:
    """Tell whether a new paragraph begins: after a gap, or after a short line that ends a sentence."""
    if before.page == line.page and abs(before.height - line.height) > max(line.size, 1) * 1.9:
        return True
    return before.text.endswith(_ENDS) and len(before.text) < width * _SHORT


def _joined(lines: Sequence[Line]) -> DocumentPart:
    first = lines[0].text
    # A number in front stays a part of the words: "12. Mai" and an item that counts from 3 look alike.
    found = _ITEM.match(first)
    text = found["text"] if found else first
    for line in lines[1:]:
        # A word divided at the end of a line is made whole; "Land- und" and "E-Mail" keep their hyphen.
        text = text[:-1] + line.text if _divided(text, line.text) else f"{text} {line.text}"
    kind = PartKind.ITEM if found else PartKind.PARAGRAPH
    return DocumentPart(kind=kind, text=escaped(text))


def _divided(before: str, after: str) -> bool:
    joins = after.split(" ", 1)[0] in ("und", "oder", "bzw.", "sowie")
    return before.endswith(("-", "‐")) and before[-2:-1].islower() and after[:1].islower() and not joins


def _usual_size(lines: Iterable[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _repeated(lines: Sequence[Line]) -> frozenset[str]:
    pages = len({line.page for line in lines})
    if pages < _FEWEST_PAGES:
        return frozenset()
    seen = {(_pattern(line), line.page) for line in lines if line.at_edge}
    counts = Counter(pattern for pattern, _ in seen)
    return frozenset(pattern for pattern, count in counts.items() if count >= max(_FEWEST_PAGES, pages * _SEEN_ON))


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)
