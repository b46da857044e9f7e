"""Reads a document by what it contains, not by what it is called."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from importlib import import_module

from app.documents import limits
from app.documents.errors import (
    DocumentEncrypted,
    DocumentTypeUnknown,
    DocumentWithoutText,
)
from app.documents.limits import Deadline, Stopwatch
from app.documents.package import OLD_CONTAINER, Parts, unpacked
from app.documents.reading.document import DocumentPart, ImportedDocument, ImportedSection, PartKind, Reading
from app.documents.reading.markdown import line
from app.documents.xml_part import refuse_declarations
from app.shared.wording import N_, translator

_XML = (".xml", ".rels", ".rdf")


def _checked_parts(data: bytes) -> Parts:
    """Return the parts of a packed document that is safe to open; raises as `unpacked` does."""
    parts = unpacked(data)
    for name, part in parts.items():
        if name.lower().endswith(_XML):
            limits.check("unpacked", len(part), limits.REPORT_XML)
            refuse_declarations(part)
    return parts


_LONGEST_TITLE = 200


def sections(parts: Iterable[DocumentPart]) -> tuple[ImportedSection, ...]:
    """Return the sections; a heading without anything below it stays as a section of its own.

    Raises DocumentTooLarge: there is more text than a draft can hold.
    """
    kept = tuple(section for section in _sections(parts) if section.text or section.title)
    limits.check("text", sum(len(section.text) + len(section.title) for section in kept), limits.TEXT)
    return kept


def _sections(parts: Iterable[DocumentPart]) -> Iterator[ImportedSection]:
    title, level, below = "", 1, list[DocumentPart]()
    for part in parts:
        if part.kind is PartKind.HEADING and len(part.text) <= _LONGEST_TITLE:
            yield ImportedSection(title=title, level=level, text=markdown(below))
            title, level, below = part.text, part.level, []
        else:
            below.append(part)
    yield ImportedSection(title=title, level=level, text=markdown(below))


def markdown(parts: Iterable[DocumentPart]) -> str:
    """Return pieces as one Markdown text; items of one list stand close together."""
    text = ""
    previous: DocumentPart | None = None
    for part in parts:
        shown = _shown(part)
        if not shown:
            continue
        joined = previous is not None and previous.kind is part.kind is PartKind.ITEM
        text += ("\n" if joined else "\n\n") if text else ""
        text += shown
        previous = part
    return text


def _shown(part: DocumentPart) -> str:
    if part.kind is PartKind.TABLE:
        return f"**{part.note}**\n\n{part.text}" if part.note and part.text else part.text
    if part.kind is PartKind.ITEM:
        return f"{'    ' * min(part.level, 4)}{'1.' if part.ordered else '-'} {line(part.text)}" if part.text else ""
    return line(part.text)


_PACKED = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_START = 1024

Reader = Callable[[bytes, Deadline], Reading]
_READERS = {"word/document.xml": "docx", "content.xml": "odt"}


CHECK_TABLE = N_("Please check this table: it was read from where its words stand on the page.")


def read_document(data: bytes, language: str = "de", stopwatch: Stopwatch = time.process_time) -> ImportedDocument:
    """Return title and sections of a DOCX, ODT or PDF file, here and now; `ConfinedDocuments` does so for strangers.

    The stopwatch counts what the process computes, so that a busy machine makes no document too slow.

    Raises DocumentRefused: one of its subclasses says why the document cannot be read.
    """
    limits.check("bytes", len(data), limits.FILE_LIMIT)
    reading = _reader(data)(data, Deadline(stopwatch))
    limits.check("pieces", len(reading.parts), limits.PIECES)
    note = translator(language).gettext(CHECK_TABLE)
    found = sections(replace(part, note=note) if part.guessed else part for part in reading.parts)
    if not any(section.text for section in found):
        raise DocumentWithoutText
    title = reading.title or next((part.text for part in reading.parts if part.level == 1), "")[:_LONGEST_TITLE]
    return ImportedDocument(title=title, sections=found, left_out=tuple(sorted(reading.left_out)))


def _reader(data: bytes) -> Reader:
    if _PDF in data[:_PDF_START]:
        return _imported("pdf")
    if data.startswith(OLD_CONTAINER) and b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00" in data:
        raise DocumentEncrypted
    if not data.startswith(_PACKED):
        raise DocumentTypeUnknown
    parts = _checked_parts(data)
    for name, kind in _READERS.items():
        if name in parts:
            return _imported(kind)
    raise DocumentTypeUnknown


def _imported(kind: str) -> Reader:
    """Import a reader when there is something to read: the three libraries take a third of a second to load."""
    found: Reader = getattr(import_module(f"app.documents.reading.{kind}"), f"read_{kind}")
    return found
