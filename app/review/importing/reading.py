# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads a document by what it contains, not by what it is called."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping

from app.review.importing import limits
from app.review.importing.docx_reading import read_docx
from app.review.importing.errors import DocumentEncrypted, DocumentWithoutText, UnknownDocument
from app.review.importing.limits import Deadline, Stopwatch
from app.review.importing.model import ImportedDocument, Reading
from app.review.importing.odt_reading import read_odt
from app.review.importing.packed import check_packed
from app.review.importing.pdf_reading import read_pdf
from app.review.importing.sections import sections

_PACKED = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_START = 1024
# Word protects by putting the document into the container of its older formats.
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"

Reader = Callable[[bytes, Deadline], Reading]
_READERS: Mapping[str, Reader] = {"word/document.xml": read_docx, "content.xml": read_odt}


def read_document(data: bytes, stopwatch: Stopwatch = time.monotonic) -> ImportedDocument:
    """Return title and sections of a DOCX, ODT or PDF file.

    Raises:
        DocumentRefused: one of its subclasses says why the document cannot be read.
    """
    limits.check("file", len(data), limits.FILE)
    reading = _reader(data)(data, Deadline(stopwatch))
    limits.check("parts", len(reading.parts), limits.PARTS)
    found = sections(reading.parts)
    if not any(section.text for section in found):
        raise DocumentWithoutText
    left_out = tuple(sorted(reading.left_out))
    return ImportedDocument(title=reading.title or _first_title(reading), sections=found, left_out=left_out)


def _reader(data: bytes) -> Reader:
    if _PDF in data[:_PDF_START]:
        return read_pdf
    if data.startswith(_OLD_CONTAINER) and b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00" in data:
        raise DocumentEncrypted
    if not data.startswith(_PACKED):
        raise UnknownDocument
    names = check_packed(data)
    for name, reader in _READERS.items():
        if name in names:
            return reader
    raise UnknownDocument


def _first_title(reading: Reading) -> str:
    return next((part.text for part in reading.parts if part.level == 1), "")[:200]
