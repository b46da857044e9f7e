"""Recognises an uploaded file by its content and cleans it by its kind, before it is stored with a record."""

import re

from app.documents import limits
from app.documents.cleaning import office_xml, open_document
from app.documents.cleaning.office_xml import clean_office_xml, relations_name
from app.documents.cleaning.open_document import clean_open_document
from app.documents.cleaning.pictures import clean_picture, has_shown_size
from app.documents.errors import DocumentTypeUnknown, DrawingRefused, OldOfficeFile
from app.documents.kinds import KINDS, Family, FileKind, kind_by_mark, kind_of_name
from app.documents.package import MIMETYPE, OLD_CONTAINER, unpacked

_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!doctype|<!--|<svg|<html)", re.IGNORECASE)
_COMMENT = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<!--")
_TELLING = frozenset({MIMETYPE, office_xml.TYPES, relations_name("")})


def kind_of(name: str, data: bytes) -> FileKind:
    """Return the kind of a file.

    Raises:
        DocumentTypeUnknown: the kind is not allowed; subclasses DrawingRefused and OldOfficeFile for common attempts.
        DocumentDamaged, DocumentTooLarge, DocumentHolds: a package that cannot be opened.
    """
    named = kind_of_name(name)
    is_text_by_name = named is not None and named.family is Family.TEXT
    if _MARKUP.match(data[:512]) and not (is_text_by_name and _COMMENT.match(data[:512])):
        raise DrawingRefused
    if data.startswith(OLD_CONTAINER):
        raise OldOfficeFile
    marked = kind_by_mark(data)
    if marked is not None:
        return _kind_inside(data) if marked.inner else marked
    if named is not None and is_text_by_name and is_text(data):
        return named
    raise DocumentTypeUnknown


def _kind_inside(data: bytes) -> FileKind:
    parts = unpacked(data, _TELLING)
    inner = open_document.inner_type(parts) or office_xml.inner_type(parts)
    for kind in KINDS:
        if inner and kind.inner == inner:
            return kind
    raise DocumentTypeUnknown


def cleaned(name: str, data: bytes) -> tuple[FileKind, bytes]:
    """Return the kind of a file, and its bytes without metadata about its makers.

    Pictures are re-encoded, which removes place, camera and author; documents lose properties, programs and the names
    of commenters. Cleaning a clean file returns the same bytes. Raises DocumentRefused.
    """
    limits.check("bytes", len(data), limits.FILE_LIMIT)
    kind = kind_of(name, data)
    match kind.family:
        case Family.PICTURE:
            return kind, clean_picture(data)
        case Family.PDF:
            # Loading qpdf takes a tenth of a second, so do it only for a PDF.
            from app.documents.cleaning.pdf import clean_pdf  # noqa: PLC0415

            return kind, clean_pdf(data)
        case Family.OPEN_DOCUMENT:
            return kind, clean_open_document(data, kind)
        case Family.OFFICE_XML:
            return kind, clean_office_xml(data)
        case Family.TEXT:
            return kind, clean_text(data, is_table=kind.ending == "csv")


def picture_ending(data: bytes) -> str:
    """Return the extension of a foreign picture that pages can show, or "". Being signed, it is kept as it is."""
    kind = kind_by_mark(data)
    return kind.ending if kind is not None and kind.is_picture and has_shown_size(data) else ""


_BOM = "\ufeff"
# Besides control characters: characters that can make the shown text differ from the stored one (CVE-2021-42574), and
# line ends that only some programs know.
_UNSEEN = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069\ufffe\uffff\ud800-\udfff]"
)


def is_text(data: bytes) -> bool:
    """Return whether a file is text: UTF-8, or Windows-1252, without control characters."""
    text = _decoded(data, "utf-8")
    if text is None:
        text = _decoded(data, "cp1252")
    return bool(text) and text is not None and _UNSEEN.search(text) is None


def clean_text(data: bytes, *, is_table: bool = False) -> bytes:
    """Return the text as UTF-8, with a byte order mark if a table came in Windows-1252 (for spreadsheets)."""
    if _decoded(data, "utf-8") is not None:
        return data
    return f"{_BOM if is_table else ''}{_decoded(data, 'cp1252')}".encode()


def _decoded(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None
