# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads PDF with pypdf: lines by their place and size become headings, items and paragraphs."""

from __future__ import annotations

import logging
from collections import defaultdict
from io import BytesIO
from typing import Any

from pypdf import PageObject, PdfReader, apply_configuration
from pypdf.errors import DependencyError, FileNotDecryptedError, LimitReachedError

from app.content.attachments.papers import BROKEN
from app.review.importing import limits
from app.review.importing.errors import DocumentDamaged, DocumentEncrypted, DocumentTooLarge
from app.review.importing.escaping import plain
from app.review.importing.limits import Deadline
from app.review.importing.model import LeftOut, Reading
from app.review.importing.pdf_layout import Line, parts

# pypdf tells its log about broken objects, in words of the document.
logging.getLogger("pypdf").setLevel(logging.CRITICAL)

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
        except BROKEN as error:
            raise DocumentDamaged from error


def _read(reader: PdfReader, deadline: Deadline) -> Reading:
    if reader.is_encrypted and not reader.decrypt(""):
        raise DocumentEncrypted
    limits.check("pages", len(reader.pages), limits.PAGES)
    lines: list[Line] = []
    has_pictures = False
    for number, page in enumerate(reader.pages):
        deadline.check()
        lines += _PageReader(number, deadline).read(page)
        limits.check("text", sum(len(line.text) for line in lines), 2 * limits.TEXT)
        has_pictures = has_pictures or _has_pictures(page)
    title = reader.metadata.title if reader.metadata else None
    return Reading(title=plain(title or ""), parts=parts(lines), left_out={LeftOut.PICTURES} if has_pictures else set())


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
        page.extract_text(visitor_text=self._take, visitor_operand_before=self._tick)
        return [
            Line(text=text, size=self._sizes[place], page=self._number, height=place)
            for place in self._order
            if (text := plain(self._line(place)))
        ]

    def _tick(self, *_: Any) -> None:
        self._deadline.check()

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
