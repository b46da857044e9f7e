# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes PDF anew without properties (author, program, times), scripts and attached files."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from pypdf import PdfReader, PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import NameObject

from app.content.attachments.errors import AttachmentDamaged, AttachmentTooLarge
from app.content.attachments.paper_contents import clean_contents
from app.content.repository import FILE_LIMIT

BROKEN = (
    PyPdfError, zlib.error, struct.error, ValueError, LookupError, TypeError, AttributeError, RuntimeError,
    ArithmeticError, AssertionError, EOFError, OSError,
)  # fmt: skip
"""pypdf meets broken objects as whatever its code stumbles over, and what it does not know as NotImplementedError."""

_UNPACKED = 64 * 1024 * 1024
_ACTIVE = ("/OpenAction", "/AcroForm", "/Collection")
_MOST_WRITINGS = 5
_NAMED = ("/JavaScript", "/EmbeddedFiles")


def clean_pdf(data: bytes) -> bytes:
    """Return the document with its pages and nothing that names its makers or acts by itself.

    Raises:
        AttachmentDamaged: it is broken or protected by a password.
        AttachmentTooLarge: it is too large once it is written anew.
    """
    try:
        with apply_configuration(zlib_maximum_output_length=_UNPACKED, jbig2dec_binary=None):
            return _settled(data)
    except LimitReachedError as error:
        raise AttachmentTooLarge("bytes", size=_UNPACKED + 1, limit=_UNPACKED) from error
    except BROKEN as error:
        raise AttachmentDamaged from error


def _settled(data: bytes) -> bytes:
    """Write a document until that changes nothing any more, so that cleaning it twice gives the same bytes."""
    for _ in range(_MOST_WRITINGS):
        before, data = data, _written(PdfReader(BytesIO(data), root_object_recovery_limit=1000))
        if data == before:
            break
    return data


def _written(reader: PdfReader) -> bytes:
    if reader.is_encrypted or not reader.pages:
        raise AttachmentDamaged
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    for name in _ACTIVE:
        writer.root_object.pop(NameObject(name), None)
    names = writer.root_object.get("/Names")
    for name in _NAMED if names is not None else ():
        names.get_object().pop(NameObject(name), None)  # type: ignore[union-attr]  # /Names is a dictionary
    clean_contents(writer.root_object)
    # The first writing keeps what nothing leads to any more; copying what can be reached leaves it behind.
    again = PdfWriter(clone_from=PdfReader(BytesIO(_bytes(writer))))
    again.metadata = None
    return _bytes(again)


def _bytes(writer: PdfWriter) -> bytes:
    out = BytesIO()
    writer.write(out)
    if out.tell() > FILE_LIMIT:
        raise AttachmentTooLarge("bytes", size=out.tell(), limit=FILE_LIMIT)
    return out.getvalue()
