"""What is read from a document, or why it cannot be read. No error carries a word of the document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from app.shared.errors import Invalid
from app.shared.wording import N_, Translator

_TOO_MUCH = N_("This file holds more than a report usually does and was not opened. Please save it anew as ODT or PDF.")


class DocumentRefused(Invalid):
    """The document cannot be read; each subclass says why."""


class UnknownDocument(DocumentRefused):
    """The content is neither DOCX nor ODT nor PDF, whatever the file is called."""

    message = N_("Only reports in ODT, DOCX and PDF can be read. This file is something else.")


class DocumentTooLarge(DocumentRefused):
    """`what` ("file", "unpacked", "xml", "parts", "pages", "text", "table") holds `size`; `limit` is allowed."""

    what: str
    size: int
    limit: int

    def said(self, say: Translator) -> str:
        match self.what:
            case "file":
                limit = self.limit >> 20
                return say.gettext(
                    "The file is larger than %(limit)s MB. Please save it without pictures.", limit=limit
                )
            case "pages":
                return say.gettext(
                    "The report has more than %(limit)s pages. Please save the part you need.", limit=self.limit
                )
            case "text":
                return say.gettext("The report is too long. Please save the part you need, at most about sixty pages.")
        return say(_TOO_MUCH)


class DocumentEncrypted(DocumentRefused):
    """The document is protected by a password."""

    message = N_("The file is locked with a password. Please save it without one.")


class DocumentDangerous(DocumentRefused):
    """The document holds `what` ("doctype", "path", "encoding", "overlap", "depth"), which no writer program makes."""

    message = _TOO_MUCH

    what: str


class DocumentDamaged(DocumentRefused):
    """The document is broken off or does not follow its format."""

    message = N_("The file is damaged. Please save it anew.")


class DocumentTooSlow(DocumentRefused):
    """Reading took longer than `seconds`."""

    message = _TOO_MUCH


class DocumentWithoutText(DocumentRefused):
    """The document holds no text, such as a scan without recognised letters."""

    message = N_("No text was found in the file. It probably consists of scanned pages; please use the original.")


class PartKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPart:
    """A piece of a document in reading order; `text` is Markdown, `level` is that of a heading (1 …) or item (0 …).

    A `guessed` table was put together from where its words stand on a page; `note` tells its author so.
    """

    kind: PartKind
    text: str
    level: int = 0
    ordered: bool = False
    guessed: bool = False
    note: str = ""


class LeftOut(StrEnum):
    """What a document holds and was not read, so that its author can be told."""

    PICTURES = "pictures"
    COMMENTS = "comments"
    DELETIONS = "deletions"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSection:
    """What stands under one heading. `title` is "" before the first heading, `level` counts from 1."""

    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document that was read: its title or "", its sections in order, and what was not read."""

    title: str
    sections: tuple[ImportedSection, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The pieces of one document."""

    title: str
    parts: list[DocumentPart]
    left_out: frozenset[LeftOut] = frozenset()


def left_out(body: Any, marks: Iterable[tuple[str, LeftOut]]) -> frozenset[LeftOut]:
    """Return what stands in an XML body and is not read, by the tags that tell of it."""
    return frozenset(what for tag, what in marks if next(body.iter(tag), None) is not None)
