"""The single table of file kinds that a record may have: extensions, first bytes and media types."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class Family(StrEnum):
    """A group of kinds that are recognised and cleaned in the same way."""

    PICTURE = "picture"
    PDF = "pdf"
    OPEN_DOCUMENT = "open_document"
    OFFICE_XML = "office_xml"
    TEXT = "text"


class FileGenre(StrEnum):
    """What a kind of file is called for readers."""

    PICTURE = "picture"
    DOCUMENT = "document"
    SHEET = "sheet"
    SLIDES = "slides"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file. `ending` is the extension it is stored with, `others` are accepted too.

    `mark` are the bytes at position `at`. Packages start with the same bytes, so `inner` distinguishes them:
    OpenDocument by the entry `mimetype`, Office Open XML by the content type of its main part. `media_type` is sent
    with it (RFC 9110).
    """

    ending: str
    media_type: str
    family: Family
    genre: FileGenre
    others: tuple[str, ...] = ()
    mark: bytes = b""
    at: int = 0
    inner: str = ""

    @property
    def is_picture(self) -> bool:
        """Return whether pages show it; all other files are downloaded."""
        return self.family is Family.PICTURE


_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP = b"PK\x03\x04"


def _kind(ending: str, media_type: str, family: Family, genre: FileGenre, *others: str, **marks: Any) -> FileKind:
    if family in (Family.OPEN_DOCUMENT, Family.OFFICE_XML):
        marks = {"mark": _ZIP, "inner": f"{media_type}{'.main+xml' if family is Family.OFFICE_XML else ''}"}
    sent = f"{media_type}; charset=utf-8" if family is Family.TEXT else media_type
    return FileKind(ending=ending, media_type=sent, family=family, genre=genre, others=others, **marks)


KINDS = (
    _kind("png", "image/png", Family.PICTURE, FileGenre.PICTURE, mark=b"\x89PNG\r\n\x1a\n"),
    _kind("jpg", "image/jpeg", Family.PICTURE, FileGenre.PICTURE, "jpeg", mark=b"\xff\xd8\xff"),
    _kind("webp", "image/webp", Family.PICTURE, FileGenre.PICTURE, mark=b"WEBP", at=8),
    _kind("pdf", "application/pdf", Family.PDF, FileGenre.DOCUMENT, mark=b"%PDF-"),
    _kind("odt", f"{_OPEN}text", Family.OPEN_DOCUMENT, FileGenre.DOCUMENT),
    _kind("ods", f"{_OPEN}spreadsheet", Family.OPEN_DOCUMENT, FileGenre.SHEET),
    _kind("odp", f"{_OPEN}presentation", Family.OPEN_DOCUMENT, FileGenre.SLIDES),
    _kind("docx", f"{_OFFICE}wordprocessingml.document", Family.OFFICE_XML, FileGenre.DOCUMENT),
    _kind("xlsx", f"{_OFFICE}spreadsheetml.sheet", Family.OFFICE_XML, FileGenre.SHEET),
    _kind("pptx", f"{_OFFICE}presentationml.presentation", Family.OFFICE_XML, FileGenre.SLIDES),
    _kind("csv", "text/csv", Family.TEXT, FileGenre.SHEET),
    _kind("txt", "text/plain", Family.TEXT, FileGenre.TEXT),
    _kind("md", "text/markdown", Family.TEXT, FileGenre.TEXT, "markdown"),
)

_BY_ENDING = {ending: kind for kind in KINDS for ending in (kind.ending, *kind.others)}

ENDINGS = tuple(_BY_ENDING)
"""Every extension that a file of a record may have."""

UNKNOWN_TYPE = "application/octet-stream"
"""Media type of a file of none of these kinds, such as one from a newer node."""


def kind_by_mark(data: bytes) -> FileKind | None:
    """Return the first kind whose mark a file starts with; packages must be told apart by their contents."""
    return next((kind for kind in KINDS if kind.mark and data.startswith(kind.mark, kind.at)), None)


def media_type(ending: str) -> str:
    """Return the media type of a file with one of these extensions."""
    return _BY_ENDING[ending].media_type


def kind_of_name(name: str) -> FileKind | None:
    """Return the kind that a file's extension stands for."""
    return _BY_ENDING.get(name.rpartition(".")[2].lower())
