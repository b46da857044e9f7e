# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""PDF: the pages, and nothing that names their makers or acts by itself."""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from io import BytesIO

from pypdf import PdfReader, PdfWriter, apply_configuration
from pypdf.errors import LimitReachedError, PyPdfError
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from app.content.attachments.errors import AttachmentDamaged, AttachmentTooLarge
from app.content.attachments.links import is_followed
from app.content.repository import FILE_LIMIT

_EVERYWHERE = ("/AA", "/AF", "/Metadata", "/PieceInfo", "/LastModified")
_IN_REMARKS = ("/T", "/M", "/CreationDate", "/NM", "/FS", "/RichMediaContent", "/Movie", "/Sound")
_REMARKS = "/Annots"
_GONE = frozenset({"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"})
"""Remarks that are another file, or that play one."""
_DEEDS = ("/A", "/PA", "/Next")
_GOING, _LEADING = "/GoTo", "/URI"


def clean_contents(root: DictionaryObject) -> None:
    """Clean everything that can be reached from the root of a document."""
    for found in _every(root):
        for name in _EVERYWHERE:
            found.pop(NameObject(name), None)
        for name in _DEEDS:
            if name in found and not _is_harmless(found[name].get_object()):
                del found[NameObject(name)]
        if _REMARKS in found:
            _clean_remarks(found)
        if found.get("/Type") == "/Annot" or "/IRT" in found or "/FT" in found:
            # Remarks and form fields also hang on each other, not only on a page.
            _forget(found)


def _every(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield each dictionary once, streams included; what was taken out of one is not followed."""
    seen: set[int] = set()
    waiting: list[PdfObject] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            found = one.get_object()
            if found is None:
                continue
            one = found
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _is_harmless(deed: PdfObject | None) -> bool:
    """Tell whether an action, or each of several, leads within the document or to the web.

    Other things that are called so are no actions.
    """
    if isinstance(deed, ArrayObject):
        return all(_is_harmless(one.get_object()) for one in list.__iter__(deed))
    if not isinstance(deed, DictionaryObject) or "/S" not in deed:
        return True
    sort = str(deed["/S"])
    return sort == _GOING or (sort == _LEADING and is_followed(str(deed.get("/URI", ""))))


def _forget(remark: DictionaryObject) -> None:
    for name in _IN_REMARKS:
        remark.pop(NameObject(name), None)


def _clean_remarks(holder: DictionaryObject) -> None:
    remarks = holder[_REMARKS].get_object()
    if not isinstance(remarks, ArrayObject):
        return
    kept = []
    for one in list.__iter__(remarks):
        remark = one.get_object()
        if isinstance(remark, DictionaryObject) and remark.get("/Subtype") not in _GONE:
            _forget(remark)
            kept.append(one)
    holder[NameObject(_REMARKS)] = ArrayObject(kept)


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
