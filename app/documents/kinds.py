"""The one table of what may stand beside a record: endings, how such files begin, and as what they are sent."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class Family(StrEnum):
    """Files that are recognised and cleaned in the same way."""

    PICTURE = "picture"
    PDF = "pdf"
    OPEN_DOCUMENT = "open_document"
    OFFICE_XML = "office_xml"
    TEXT = "text"


class FileGenre(StrEnum):
    """What a file is to people."""

    PICTURE = "picture"
    DOCUMENT = "document"
    SHEET = "sheet"
    SLIDES = "slides"
    TEXT = "text"


@dataclass(frozen=True, slots=True, kw_only=True)
class FileKind:
    """A kind of file. `ending` is the one it gets, `others` are accepted too.

    `mark` stands at byte `at`. Packed files begin alike, so they say inside what they are (`inner`): OpenDocument in
    the entry `mimetype`, Office Open XML as content type of its main part. `media_type` is sent with it (RFC 9110).
    """

    ending: str
    media_type: str
    family: Family
    sort: FileGenre
    others: tuple[str, ...] = ()
    mark: bytes = b""
    at: int = 0
    inner: str = ""

    @property
    def is_picture(self) -> bool:
        """Tell whether it is shown; everything else is saved."""
        return self.family is Family.PICTURE


_OPEN = "application/vnd.oasis.opendocument."
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ZIP = b"PK\x03\x04"


def _picture(ending: str, media_type: str, mark: bytes, at: int = 0, others: tuple[str, ...] = ()) -> FileKind:
    return FileKind(
        ending=ending,
        media_type=media_type,
        family=Family.PICTURE,
        sort=FileGenre.PICTURE,
        others=others,
        mark=mark,
        at=at,
    )


def _open(ending: str, name: str, sort: FileGenre) -> FileKind:
    own = f"{_OPEN}{name}"
    return FileKind(ending=ending, media_type=own, family=Family.OPEN_DOCUMENT, sort=sort, mark=_ZIP, inner=own)


def _office(ending: str, name: str, sort: FileGenre) -> FileKind:
    own = f"{_OFFICE}{name}"
    return FileKind(
        ending=ending, media_type=own, family=Family.OFFICE_XML, sort=sort, mark=_ZIP, inner=f"{own}.main+xml"
    )


def _text(ending: str, media_type: str, sort: FileGenre, others: tuple[str, ...] = ()) -> FileKind:
    sent = f"{media_type}; charset=utf-8"
    return FileKind(ending=ending, media_type=sent, family=Family.TEXT, sort=sort, others=others)


KINDS = (
    _picture("png", "image/png", b"\x89PNG\r\n\x1a\n"),
    _picture("jpg", "image/jpeg", b"\xff\xd8\xff", others=("jpeg",)),
    _picture("webp", "image/webp", b"WEBP", at=8),
    FileKind(ending="pdf", media_type="application/pdf", family=Family.PDF, sort=FileGenre.DOCUMENT, mark=b"%PDF-"),
    _open("odt", "text", FileGenre.DOCUMENT),
    _open("ods", "spreadsheet", FileGenre.SHEET),
    _open("odp", "presentation", FileGenre.SLIDES),
    _office("docx", "wordprocessingml.document", FileGenre.DOCUMENT),
    _office("xlsx", "spreadsheetml.sheet", FileGenre.SHEET),
    _office("pptx", "presentationml.presentation", FileGenre.SLIDES),
    _text("csv", "text/csv", FileGenre.SHEET),
    _text("txt", "text/plain", FileGenre.TEXT),
    _text("md", "text/markdown", FileGenre.TEXT, others=("markdown",)),
)

_BY_ENDING = {ending: kind for kind in KINDS for ending in (kind.ending, *kind.others)}

ENDINGS = tuple(_BY_ENDING)
"""Every ending that a file beside a record may have."""

UNKNOWN_TYPE = "application/octet-stream"
"""As what a file is sent that is none of these, such as one from a newer node."""


def kind_by_mark(data: bytes) -> FileKind | None:
    """Return the first kind whose mark a file begins with; packed documents are told apart by what is inside."""
    return next((kind for kind in KINDS if kind.mark and data.startswith(kind.mark, kind.at)), None)


def media_type(ending: str) -> str:
    """Return as what a file with one of these endings is sent."""
    return _BY_ENDING[ending].media_type


def kind_of_name(name: str) -> FileKind | None:
    """Return the kind that the ending of a file's name stands for."""
    return _BY_ENDING.get(name.rpartition(".")[2].lower())
