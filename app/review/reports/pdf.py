# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads PDF with pypdf: lines by their place and size become headings, items and paragraphs."""

from __future__ import annotations

import logging
import re
import struct
import zlib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError, PyPdfError

from app.review.reports import limits
from app.review.reports.document import (
    DocumentDamaged,
    DocumentEncrypted,
    DocumentPart,
    DocumentTooLarge,
    LeftOut,
    PartKind,
    Reading,
)
from app.review.reports.limits import Deadline
from app.review.reports.markdown import escaped, plain

_LARGER = 1.12
"""How much larger than the text a heading is set."""
_LONGEST_HEADING = 120
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÄÖÜ]")
_ITEM = re.compile(r"(?:[•●▪■◦‣·–-]|\uf0b7|o(?= ))\s+(?P<text>\S.*)")
_ORDERED = re.compile(r"\d{1,2}[.)]\s+(?P<text>\S.*)")
_WORD = re.compile(r"\w{3}")
_DIGITS = re.compile(r"\d+")
_ENDS = (".", "!", "?", ":", "…", ")", "“", '"')
_SEEN_ON = 0.6
_FEWEST_PAGES = 3
_SHORT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page; `size` is that of its letters, `height` where it stands, both in points."""

    text: str
    size: float
    page: int
    height: int


def parts(lines: Sequence[Line]) -> list[DocumentPart]:
    """Return the pieces; lines that come back on most pages (heads, feet, page numbers) stand once, at the end."""
    repeated = _repeated(lines)
    found = [*_pieces([line for line in lines if _pattern(line) not in repeated])]
    rest = {_pattern(line): line.text for line in lines if _pattern(line) in repeated and _WORD.search(line.text)}
    if rest:
        found.append(DocumentPart(kind=PartKind.PARAGRAPH, text=" · ".join(escaped(text) for text in rest.values())))
    return found


def _pieces(lines: Sequence[Line]) -> Iterator[DocumentPart]:
    body = _usual_size(lines)
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
            yield DocumentPart(kind=PartKind.HEADING, text=line.text, level=heading)
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
    ordered = _ORDERED.match(first)
    found = _ITEM.match(first) or ordered
    text = found["text"] if found else first
    for line in lines[1:]:
        # A word divided at the end of a line is made whole; "Land- und" and "E-Mail" keep their hyphen.
        text = text[:-1] + line.text if _divided(text, line.text) else f"{text} {line.text}"
    kind = PartKind.ITEM if found else PartKind.PARAGRAPH
    return DocumentPart(kind=kind, text=escaped(text), ordered=bool(ordered))


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
    seen = {(_pattern(line), line.page) for line in lines}
    counts = Counter(pattern for pattern, _ in seen)
    return frozenset(pattern for pattern, count in counts.items() if count >= max(_FEWEST_PAGES, pages * _SEEN_ON))


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)


# pypdf tells its log about broken objects, in words of the document.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

_BROKEN = (
    PyPdfError, zlib.error, struct.error, ValueError, LookupError, TypeError, AttributeError, RuntimeError,
    ArithmeticError, AssertionError, EOFError, OSError,
)  # fmt: skip
"""pypdf meets broken objects as whatever its code stumbles over, and what it does not know as NotImplementedError."""

_UNPACKED = 16 * 1024 * 1024
_OPERATIONS = 400_000
_FORMS = 200
_ELEMENTS = 50_000


def read_pdf(data: bytes, deadline: Deadline) -> Reading:
    """Return the pieces of a document.

    Raises:
        DocumentDamaged, DocumentEncrypted, DocumentTooLarge, DocumentTooSlow: it cannot be read.
    """
    with apply_configuration(
        zlib_maximum_output_length=_UNPACKED,
        lzw_maximum_output_length=_UNPACKED,
        run_length_maximum_output_length=_UNPACKED,
        array_based_stream_maximum_output_length=_UNPACKED,
        maximum_declared_stream_length=_UNPACKED,
        stream_parsing_work_maximum_count=_OPERATIONS,
        xform_maximum_invocations_per_extraction=_FORMS,
        array_maximum_element_count=_ELEMENTS,
        page_tree_maximum_entries=_ELEMENTS,
        jbig2dec_binary=None,
    ):
        try:
            return _read(PdfReader(BytesIO(data), root_object_recovery_limit=1000), deadline)
        except (FileNotDecryptedError, DependencyError) as error:
            raise DocumentEncrypted from error
        except LimitReachedError as error:
            raise DocumentTooLarge("unpacked", size=_UNPACKED + 1, limit=_UNPACKED) from error
        except _BROKEN as error:
            raise DocumentDamaged from error


def _read(reader: PdfReader, deadline: Deadline) -> Reading:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentEncrypted
    limits.check("pages", len(reader.pages), limits.PAGES)
    lines: list[Line] = []
    pictures: frozenset[LeftOut] = frozenset()
    for number, page in enumerate(reader.pages):
        deadline.check()
        lines += _PageReader(number, deadline).read(page)
        limits.check("text", sum(len(line.text) for line in lines), 2 * limits.TEXT)
        pictures = pictures or frozenset({LeftOut.PICTURES} if _has_pictures(page) else ())
    title = reader.metadata.title if reader.metadata else None
    return Reading(title=plain(title or ""), parts=parts(lines), left_out=pictures)


class _PageReader:
    """Gathers the words of a page into lines by the height at which they stand."""

    def __init__(self, number: int, deadline: Deadline) -> None:
        self._number = number
        self._deadline = deadline
        self._texts: dict[int, list[tuple[float, str]]] = defaultdict(list)
        self._sizes: dict[int, float] = {}
        self._order: list[int] = []

    def read(self, page: PageObject) -> list[Line]:
        # Extracting gives an empty page where the content is too long; asked for itself, it says so.
        page.get_contents()
        page.extract_text(visitor_text=self._take, visitor_operand_before=lambda *_: self._deadline.check())
        return [
            Line(text=text, size=self._sizes[place], page=self._number, height=place)
            for place in self._order
            if (text := plain(self._line(place)))
        ]

    def _take(self, text: str, _user: Any, matrix: Any, _font: Any, size: Any) -> None:
        place = round(float(matrix[5]))
        for piece in text.split("\n"):
            if not piece.strip():
                continue
            if place not in self._texts:
                self._order.append(place)
                self._sizes[place] = round(abs(float(size or 0) * float(matrix[3] or 1)), 1)
            self._texts[place].append((float(matrix[4]), piece))

    def _line(self, place: int) -> str:
        # Some programs draw the mark of a list item after its words; what stands further left is read first.
        return "".join(piece for _, piece in sorted(self._texts[place], key=lambda entry: entry[0]))


def _has_pictures(page: PageObject) -> bool:
    resources: Any = page.get("/Resources")
    found = resources.get_object().get("/XObject") if resources is not None else None
    objects = found.get_object() if found is not None else {}
    return any(item.get_object().get("/Subtype") == "/Image" for item in objects.values())
