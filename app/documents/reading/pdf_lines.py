"""Reads the letters of a PDF with pdfium, and puts them into lines by where they stand.

What stands apart on the page stays apart: a gap is a space, a wide one parts two cells, a raised digit stays raised. So
no two figures become one.
"""

from __future__ import annotations

import ctypes
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

import pypdfium2
from pypdfium2 import raw

from app.documents import limits
from app.documents.errors import DocumentDamaged, DocumentEncrypted
from app.documents.limits import Deadline
from app.documents.reading.document import LeftOut
from app.documents.reading.markdown import plain, raised

_GAP = 0.16
"""A gap of this part of a letter's height is a space."""
_WIDE = 1.2
"""A gap of this part of a letter's height parts two cells; lines in even columns stretch their spaces less."""
_SAME_LINE = 0.35
_SMALLER = 0.93
_COLUMN = 18
"""Letters that each half of a line has where a page is set in two columns."""
_MOSTLY = 0.4
_MARK = re.compile(r"[•●▪■◦‣·–\-\uf0b7o]|\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+")
"""What stands before an item or a heading, often far from its words."""
_HYPHENS = (0x02, 0xFFFE)
"""What pdfium gives for the hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: where it begins and ends, its baseline and height, in points."""

    sign: str
    left: float
    right: float
    base: float
    height: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page with its cells; `size` is that of its letters, `height` where it stands, both in points."""

    cells: tuple[str, ...]
    size: float
    page: int
    height: int
    at_edge: bool = False

    @property
    def text(self) -> str:
        """Return the whole line, its cells parted by a mark."""
        return " | ".join(self.cells)


@dataclass(frozen=True, slots=True, kw_only=True)
class PdfText:
    """The title that a document gives itself, its lines in order of reading, and what was not read."""

    title: str
    lines: list[Line]
    left_out: frozenset[LeftOut]


def read_lines(data: bytes, deadline: Deadline) -> PdfText:
    """Return the lines of a document.

    Raises DocumentDamaged, DocumentEncrypted, DocumentTooLarge, DocumentTooSlow: it cannot be read.
    """
    try:
        document = pypdfium2.PdfDocument(data)
    except pypdfium2.PdfiumError as error:
        if raw.FPDF_GetLastError() == raw.FPDF_ERR_PASSWORD:
            raise DocumentEncrypted from error
        raise DocumentDamaged from error
    with document:
        limits.check("pages", len(document), limits.PAGES)
        lines: list[Line] = []
        pictures = False
        for number in range(len(document)):
            deadline.check()
            try:
                page = document[number]
                lines += _lines(_letters(page.get_textpage(), deadline), number)
                pictures = pictures or any(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2))
            except pypdfium2.PdfiumError as error:
                raise DocumentDamaged from error
            limits.check("text", sum(len(line.text) for line in lines), 2 * limits.TEXT)
        left_out = frozenset({LeftOut.PICTURES} if pictures else ())
        return PdfText(title=plain(document.get_metadata_value("Title")), lines=lines, left_out=left_out)


def _letters(page: pypdfium2.PdfTextPage, deadline: Deadline) -> list[Letter]:
    count = page.count_chars()
    limits.check("text", count, 4 * limits.TEXT)
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    found: list[Letter] = []
    for index in range(count):
        if not index % 1000:
            deadline.check()
        code = raw.FPDFText_GetUnicode(page, index)
        # Spaces that pdfium itself put in are left: where a gap is one is decided below, for all alike.
        if not code or raw.FPDFText_IsGenerated(page, index) == 1 or not raw.FPDFText_GetLooseCharBox(page, index, box):
            continue
        raw.FPDFText_GetCharOrigin(page, index, x, y)
        sign = "-" if code in _HYPHENS else chr(code)
        if not sign.isspace():
            found.append(Letter(sign, box.left, box.right, y.value, abs(box.top - box.bottom)))
    return found


def _lines(letters: Sequence[Letter], page: int) -> list[Line]:
    rows = sorted(_rows(letters), key=lambda row: -row[0].base)
    cells = [_cells(row) for row in rows]
    gutter = _gutter(cells)
    found = [_line(row, parts, page) for row, parts in zip(rows, cells, strict=True)]
    edge = {line.height for line in (*found[:2], *found[-2:])}
    if gutter is None:
        return [_marked(line, edge) for line in found]
    left: list[Line] = []
    right: list[Line] = []
    whole: list[Line] = []
    for line, row in zip(found, rows, strict=True):
        before = [letter for letter in row if letter.right <= gutter]
        after = [letter for letter in row if letter.left >= gutter]
        if len(before) + len(after) < len(row):
            # A line over both columns, such as a heading: what stands above it is read first.
            whole += [*left, *right, line]
            left, right = [], []
            continue
        left += [_line(before, _cells(before), page)] if before else []
        right += [_line(after, _cells(after), page)] if after else []
    return [_marked(line, edge) for line in (*whole, *left, *right)]


def _marked(line: Line, edge: set[int]) -> Line:
    return replace(line, at_edge=line.height in edge)


def _rows(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Yield the letters of each line, from left to right; raised digits belong to the line that they stand at."""
    rows: list[list[Letter]] = []
    by_height: dict[int, list[list[Letter]]] = {}
    for letter in letters:
        near = by_height.get(round(letter.base), ())
        row = next((row for row in near if _is_beside(letter, row[0])), None)
        if row is None:
            row = []
            rows.append(row)
            for place in range(round(letter.base - letter.height), round(letter.base + letter.height) + 1):
                by_height.setdefault(place, []).append(row)
        row.append(letter)
    for row in rows:
        row.sort(key=lambda letter: letter.left)
    for row in rows:
        for other in by_height.get(round(row[0].base), ()) if row else ():
            if other and other is not row:
                _raise(row, other)
    yield from (row for row in rows if row)


def _is_beside(letter: Letter, first: Letter) -> bool:
    return abs(first.base - letter.base) <= _SAME_LINE * min(letter.height, first.height)


def _raise(row: list[Letter], other: list[Letter]) -> None:
    """Move what stands raised at a word of another line into that line."""
    for letter in [*row]:
        at = bisect([one.left for one in other], letter.left)
        word = other[at - 1] if at else None
        if word is None or letter.left - word.right > _GAP * word.height:
            continue
        above = letter.base - word.base
        is_raised = letter.height < _SMALLER * word.height and 0.15 * word.height < above < word.height
        goes_on = word.height == letter.height and above == 0
        if is_raised or goes_on:
            row.remove(letter)
            other.insert(at, letter)


def _cells(row: Sequence[Letter]) -> list[list[Letter]]:
    cells: list[list[Letter]] = []
    for letter in row:
        wide = bool(cells) and letter.left - cells[-1][-1].right > _WIDE * max(letter.height, cells[-1][-1].height)
        if wide or not cells:
            cells.append([])
        cells[-1].append(letter)
    return cells


def _gutter(rows: Sequence[Sequence[Sequence[Letter]]]) -> float | None:
    """Return the middle of what parts two columns of running text, None where a page has one."""
    halves = [cells for cells in rows if len(cells) == 2 and min(len(cells[0]), len(cells[1])) >= _COLUMN]
    if len(halves) < max(4, _MOSTLY * len(rows)):
        return None
    start, end = max(cells[0][-1].right for cells in halves), min(cells[1][0].left for cells in halves)
    return (start + end) / 2 if start < end else None


def _line(row: Sequence[Letter], cells: Sequence[Sequence[Letter]], page: int) -> Line:
    size = Counter(round(letter.height, 1) for letter in row).most_common(1)[0][0]
    base = next(letter.base for letter in row if round(letter.height, 1) == size)
    texts = [text for cell in cells if (text := plain(_text(cell, base, size)))]
    if len(texts) > 1 and _MARK.fullmatch(texts[0]):
        texts[:2] = [f"{texts[0]} {texts[1]}"]
    return Line(cells=tuple(texts), size=size, page=page, height=round(base))


def _text(cell: Sequence[Letter], base: float, size: float) -> str:
    text = ""
    before: Letter | None = None
    for letter in cell:
        if before is not None and letter.left - before.right > _GAP * min(before.height, letter.height):
            text += " "
        up = letter.height < _SMALLER * size and letter.base - base > 0.15 * size
        text += raised(letter.sign) if up else letter.sign
        before = letter
    return text
