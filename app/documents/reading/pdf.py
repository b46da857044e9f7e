"""Reads the letters of a PDF with pdfium, and forms lines and blocks from their positions.

Letters that are apart stay apart: a gap becomes a space, a wide gap separates cells, a raised digit stays raised. So
no two numbers merge. Size, weight and position of lines distinguish headings, list items, notes, tables and paragraphs.
"""

import ctypes
import re
from bisect import bisect
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import groupby

import pypdfium2
from pypdfium2 import raw

from app.documents import limits
from app.documents.blocks import Block, Heading, Items, Paragraph, Span
from app.documents.errors import DocumentDamaged, DocumentEncrypted
from app.documents.limits import Deadline
from app.documents.markdown import plain, raised
from app.documents.reading import LeftOut, Reading, grids, note
from app.documents.reading.shape import ENDS_TEXT, LONGEST_HEADING

_GAP = 0.16
"""Share of a letter's height from which a gap is a space."""
_WIDE = 1.2
"""Share of a letter's height from which a gap separates cells; justified lines stretch their spaces less."""
_SAME_LINE = 0.35
_SMALLER = 0.93
_COLUMN = 18
"""Letters that each half of a line has if a page is set in two columns."""
_MOSTLY = 0.4
_MARK = re.compile(r"[•●▪■◦‣·–\-\uf0b7o]|\d{1,2}[.)]|\d{1,2}(?:\.\d{1,2})+")
"""Matches the mark before a list item or a heading, which is often far from its words."""
_FONT_NAME = 100
"""Bytes of the name of a font in which its weight is looked for."""
_HYPHENS = (0x02, 0xFFFE)
"""Codes that pdfium returns for the hyphen at the end of a line."""


@dataclass(frozen=True, slots=True)
class Letter:
    """One letter: its start and end, baseline and height, in points."""

    sign: str
    left: float
    right: float
    base: float
    height: float
    bold: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page with its cells; `size` is that of its letters, `height` its position, both in points."""

    cells: tuple[str, ...]
    bold: bool = False
    size: float
    page: int
    height: int
    at_edge: bool = False

    @property
    def text(self) -> str:
        """Return the whole line, its cells separated by a mark."""
        return " | ".join(self.cells)


def read_pdf(data: bytes, deadline: Deadline) -> Reading:
    """Return the blocks. Raises DocumentDamaged, DocumentEncrypted, DocumentTooLarge and DocumentTooSlow."""
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
        text, has_margins = _without_margins(lines)
        left_out = ((LeftOut.PICTURES, pictures), (LeftOut.MARGINS, has_margins))
        text, notes = _without_notes(text)
        found = [*_blocks(text), *map(note, notes)]
        return plain(document.get_metadata_value("Title")), found, frozenset(what for what, is_so in left_out if is_so)


def _letters(page: pypdfium2.PdfTextPage, deadline: Deadline) -> list[Letter]:
    count = page.count_chars()
    limits.check("text", count, 4 * limits.TEXT)
    box, x, y = raw.FS_RECTF(), ctypes.c_double(), ctypes.c_double()
    font, flags = ctypes.create_string_buffer(_FONT_NAME), ctypes.c_int()
    found: list[Letter] = []
    for index in range(count):
        if not index % 1000:
            deadline.check()
        code = raw.FPDFText_GetUnicode(page, index)
        # Skip spaces inserted by pdfium: the code below decides for all gaps alike which are spaces.
        if not code or raw.FPDFText_IsGenerated(page, index) == 1 or not raw.FPDFText_GetLooseCharBox(page, index, box):
            continue
        raw.FPDFText_GetCharOrigin(page, index, x, y)
        sign = "-" if code in _HYPHENS else chr(code)
        if not sign.isspace():
            length = raw.FPDFText_GetFontInfo(page, index, font, len(font), flags)
            bold = b"bold" in font.raw[:length].lower()
            found.append(Letter(sign, box.left, box.right, y.value, abs(box.top - box.bottom), bold))
    return found


def _lines(letters: Sequence[Letter], page: int) -> list[Line]:
    rows = sorted(_rows(letters), key=lambda row: -row[0].base)
    cells = [_cells(row) for row in rows]
    gutter = _gutter(cells)
    found = [_line(row, parts, page) for row, parts in zip(rows, cells, strict=True)]
    edge = {line.height for line in (*found[:2], *found[-2:])}
    if gutter is not None:
        found = list(_in_columns(rows, found, gutter))
    return [replace(line, at_edge=line.height in edge) for line in found]


def _in_columns(rows: Sequence[Sequence[Letter]], lines: Sequence[Line], gutter: float) -> Iterator[Line]:
    """Yield the left column before the right one, and both before a full-width line, such as a heading."""
    left: list[Line] = []
    right: list[Line] = []
    for line, row in zip(lines, rows, strict=True):
        before = [letter for letter in row if letter.right <= gutter]
        after = [letter for letter in row if letter.left >= gutter]
        if len(before) + len(after) < len(row):
            yield from (*left, *right, line)
            left, right = [], []
            continue
        left += [_line(before, _cells(before), line.page)] if before else []
        right += [_line(after, _cells(after), line.page)] if after else []
    yield from (*left, *right)


def _rows(letters: Sequence[Letter]) -> Iterator[list[Letter]]:
    """Yield the letters of each line, from left to right; raised digits belong to the line beside them."""
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
    """Move letters that are raised beside a word of another line into that line."""
    for letter in [*row]:
        at = bisect([one.left for one in other], letter.left)
        # The number of a footnote is raised before its first word.
        word = other[at - 1] if at else other[0]
        gap, widest = (letter.left - word.right, _GAP) if at else (word.left - letter.right, 0.6)
        if gap > widest * word.height:
            continue
        above = letter.base - word.base
        is_raised = _is_raised(letter, word.height, above) and above < word.height
        goes_on = bool(at) and word.height == letter.height and above == 0
        if is_raised or goes_on:
            row.remove(letter)
            other.insert(at, letter)


def _is_raised(letter: Letter, size: float, above: float) -> bool:
    # The boxes of some fonts are as high for small digits.
    is_small = letter.height < _SMALLER * size or (
        letter.sign.isdigit() and letter.height < size and above > 0.3 * size
    )
    return is_small and above > 0.15 * size


def _cells(row: Sequence[Letter]) -> list[list[Letter]]:
    cells: list[list[Letter]] = []
    for letter in row:
        wide = bool(cells) and letter.left - cells[-1][-1].right > _WIDE * max(letter.height, cells[-1][-1].height)
        if wide or not cells:
            cells.append([])
        cells[-1].append(letter)
    return cells


def _gutter(rows: Sequence[Sequence[Sequence[Letter]]]) -> float | None:
    """Return the middle of the gap between two columns of running text; None if a page has one column."""
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
    bold = all(letter.bold for letter in row)
    return Line(cells=tuple(texts), size=size, page=page, height=round(base), bold=bold)


def _text(cell: Sequence[Letter], base: float, size: float) -> str:
    text = ""
    before: Letter | None = None
    for letter in cell:
        if before is not None and letter.left - before.right > _GAP * min(before.height, letter.height):
            text += " "
        up = _is_raised(letter, size, letter.base - base)
        text += raised(letter.sign) if up else letter.sign
        before = letter
    return text


_LARGER = 1.12
"""Factor from which a line's size, compared with the text, makes it a heading."""
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÄÖÜ]")
_ITEM = re.compile(r"(?:[•●▪■◦‣·–-]|\uf0b7|o(?= ))\s+(?P<text>\S.*)")
_ORDERED = re.compile(r"\d{1,2}[.)]\s+\S")
_WORD = re.compile(r"\w{3}")
_DIGITS = re.compile(r"\d+")
_ENDS = (".", "!", "?", ":", "…", ")", "“", '"')
_SEEN_ON = 0.6
_FEWEST_PAGES = 3
_SHORT = 0.75
_BOLD_LEVEL = 3
"""Level of a heading that is as large as the text."""
_APART = 1.8
"""Factor of a line's size from which on a gap separates."""
_CLOSE = 1.35
"""Factor of a line's size up to which two lines are one heading that was wrapped."""

_PAGE_NUMBER = re.compile(
    r"(?:.* )?(?:Seite|Page|S\.) \d{1,3}(?: (?:von|of|/) \d{1,3})?|[-–]? ?\d{1,3} ?[-–/]? ?\d{0,3}", re.IGNORECASE
)
"""Matches a line at the edge of a page that numbers it."""
_NOTE = re.compile(r"(?:[⁰¹²³⁴-⁹]{1,3}|\d{1,2}[.)]?(?= )) ?(?P<text>\S.*)")


def _without_margins(lines: Sequence[Line]) -> tuple[list[Line], bool]:
    """Return the lines without heads, feet and numbers of pages, and whether those had words."""
    repeated = _repeated(lines)
    text = [
        line for line in lines if not line.at_edge or not (_pattern(line) in repeated or _numbers_page(line, lines))
    ]
    kept = {id(line) for line in text}
    return text, any(_WORD.search(line.text) for line in lines if id(line) not in kept)


def _numbers_page(line: Line, lines: Sequence[Line]) -> bool:
    """Return whether a line at the edge is the number of its page: nothing stands close to it."""
    beside = (other for other in lines if other.page == line.page and other is not line)
    return bool(_PAGE_NUMBER.fullmatch(line.text)) and all(
        abs(other.height - line.height) > max(line.size, 1) * _APART for other in beside
    )


def _without_notes(lines: Sequence[Line]) -> tuple[list[Line], list[str]]:
    """Return the lines without the footnotes at the foot of each page, and the footnotes.

    The raised numbers that cite them stay in the text: a number may be a power as well.
    """
    body, text, notes = _usual_size(lines), list[Line](), list[str]()
    for _page, group in groupby(lines, key=lambda line: line.page):
        page = list(group)
        small = len(page) - next((n for n, line in enumerate(reversed(page)) if line.size >= body * _SMALLER), 0)
        first = next((n for n in range(small, len(page)) if _NOTE.match(page[n].text)), len(page))
        text += page[:first]
        for line in page[first:]:
            found = _NOTE.match(line.text)
            notes[len(notes) if found else -1 :] = [found["text"] if found else f"{notes[-1]} {line.text}"]
    return text, notes


def _blocks(text: Sequence[Line]) -> Iterator[Block]:
    body = _usual_size(text)
    between: list[Line] = []
    for in_cells, group in groupby(text, key=lambda line: len(line.cells) > 1):
        block = list(group)
        if in_cells and len(block) > 1:
            # Consecutive lines with cells form a table.
            yield from _pieces(between, body)
            between = []
            yield from grids(([(Span(text=cell),) for cell in line.cells] for line in block), guessed=True)
        else:
            between += block
    yield from _pieces(between, body)


def _gap(above: Line, below: Line) -> float:
    return above.height - below.height if above.page == below.page else float("inf")


def _pieces(lines: Sequence[Line], body: float) -> Iterator[Block]:
    width = max((len(line.text) for line in lines), default=0)
    gathered: list[Line] = []
    for line, heading in _headed(lines, body):
        is_item = _ITEM.match(line.text) or _ORDERED.match(line.text)
        begins = heading or is_item or (gathered and _is_apart(gathered[-1], line, width))
        if begins and gathered:
            yield _joined(gathered)
            gathered = []
        if heading:
            yield Heading(level=heading, text=Span(text=" ".join(line.cells)))
        else:
            gathered.append(line)
    if gathered:
        yield _joined(gathered)


def _headed(lines: Sequence[Line], body: float) -> list[tuple[Line, int]]:
    """Return each line with its level as a heading, 0 for text; a heading over two lines is one."""
    some_text = any(not line.bold for line in lines)
    found: list[tuple[Line, int]] = []
    for line in lines:
        before, level = found[-1] if found else (None, 0)
        close = before is not None and 0 < _gap(before, line) <= _CLOSE * line.size
        alike = before is not None and (before.bold, before.size) == (line.bold, line.size)
        if before and level and close and alike and not _NUMBERED.match(line.text):
            found[-1] = (replace(line, cells=(f"{before.text} {line.text}",)), level)
            continue
        apart = before is None or level or not close or before.text.endswith(_ENDS)
        found.append((line, _heading(line, body, bold=bool(some_text and line.bold and apart))))
    return found


def _heading(line: Line, body: float, *, bold: bool) -> int:
    """Return the level of a heading, larger than the text or a bold line of its own; 0 for text."""
    if len(line.text) > LONGEST_HEADING or line.text.endswith(ENDS_TEXT) or not _WORD.search(line.text):
        return 0
    if not body or line.size < body * _LARGER:
        return _BOLD_LEVEL if bold and not _ITEM.match(line.text) and not line.text.endswith(":") else 0
    numbered = _NUMBERED.match(line.text)
    return numbered["number"].count(".") + 1 if numbered else (1 if line.size >= body * 1.5 else 2)


def _is_apart(before: Line, line: Line, width: int) -> bool:
    """Return whether a new paragraph begins: after a gap, or after a short line that ends a sentence."""
    if before.page == line.page and abs(before.height - line.height) > max(line.size, 1) * _APART:
        return True
    return before.text.endswith(_ENDS) and len(before.text) < width * _SHORT


def _joined(lines: Sequence[Line]) -> Block:
    first = lines[0].text
    # A leading number stays in the text: "12. Mai" and a list item numbered from 3 look alike.
    found = _ITEM.match(first)
    text = found["text"] if found else first
    for line in lines[1:]:
        # Rejoin a word divided at the end of a line; "Land- und" and "E-Mail" keep their hyphen.
        text = text[:-1] + line.text if _divided(text, line.text) else f"{text} {line.text}"
    words = (Span(text=text),)
    return Items(items=(words,)) if found else Paragraph(text=words)


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
