"""Reads a document by its content, not by its name."""

import time
from collections.abc import Callable, Iterable, Iterator
from importlib import import_module

from app.documents import limits
from app.documents.blocks import Block, Heading, Paragraph, TextRole
from app.documents.errors import DocumentEncrypted, DocumentTypeUnknown, DocumentWithoutText
from app.documents.limits import Deadline, Stopwatch
from app.documents.markdown import plain, to_record
from app.documents.package import OLD_CONTAINER, refuse_declarations, unpacked
from app.documents.reading import ImportedDocument, ImportedSection, Reading, words_of
from app.documents.reading.shape import shaped
from app.shared.wording import N_, translator

_XML = (".xml", ".rels", ".rdf")
_LONGEST_TITLE = 200
_PACKED = b"PK\x03\x04"
_PDF = b"%PDF-"
_PDF_START = 1024
_READERS = {"word/document.xml": "docx", "content.xml": "odt"}

CHECK_TABLE = N_("Please check this table: it was read from where its words stand on the page.")


def read_document(data: bytes, language: str = "de", stopwatch: Stopwatch = time.process_time) -> ImportedDocument:
    """Return title and sections of a DOCX, ODT or PDF file; for untrusted files use `ConfinedDocuments`.

    The stopwatch measures CPU time, so that no document fails because the machine is busy.

    Raises DocumentRefused: its subclass says why the document cannot be read.
    """
    limits.check("bytes", len(data), limits.FILE_LIMIT)
    title, read, left_out = _reader(data)(data, Deadline(stopwatch))
    limits.check("pieces", len(read), limits.PIECES)
    notes = tuple(plain(words_of(one.text)) for one in read if isinstance(one, Paragraph) and one.role is TextRole.NOTE)
    blocks = shaped(read[: len(read) - len(notes)])
    found = _sections(blocks, translator(language).gettext(CHECK_TABLE))
    # A heading with nothing below it is a section of its own.
    sections = tuple(section for section in found if section.text or section.title)
    words = (*notes, *(part for section in sections for part in (section.title, section.text)))
    limits.check("text", sum(map(len, words)), limits.TEXT)
    if not any(section.text for section in sections):
        raise DocumentWithoutText
    first = next((block.text.text for block in blocks if isinstance(block, Heading) and block.level == 1), "")
    return ImportedDocument(
        title=title or plain(first)[:_LONGEST_TITLE], sections=sections, notes=notes, left_out=tuple(sorted(left_out))
    )


def _sections(blocks: Iterable[Block], check_table: str) -> Iterator[ImportedSection]:
    title, level, below = "", 1, list[Block]()
    for block in blocks:
        if isinstance(block, Heading) and 0 < len(block.text.text) <= _LONGEST_TITLE:
            yield ImportedSection(title=title, level=level, text=to_record(below, check_table))
            title, level, below = plain(block.text.text), block.level, []
        else:
            below.append(block)
    yield ImportedSection(title=title, level=level, text=to_record(below, check_table))


def _reader(data: bytes) -> Callable[[bytes, Deadline], Reading]:
    if _PDF in data[:_PDF_START]:
        return _imported("pdf")
    if data.startswith(OLD_CONTAINER) and b"E\x00n\x00c\x00r\x00y\x00p\x00t\x00e\x00d\x00P\x00" in data:
        raise DocumentEncrypted
    if not data.startswith(_PACKED):
        raise DocumentTypeUnknown
    parts = unpacked(data)
    for name, part in parts.items():
        if name.lower().endswith(_XML):
            limits.check("unpacked", len(part), limits.REPORT_XML)
            refuse_declarations(part)
    for name, kind in _READERS.items():
        if name in parts:
            return _imported(kind)
    raise DocumentTypeUnknown


def _imported(kind: str) -> Callable[[bytes, Deadline], Reading]:
    """Import a reader only when it is needed: the three libraries take a third of a second to load."""
    found: Callable[[bytes, Deadline], Reading] = getattr(
        import_module(f"app.documents.reading.{kind}"), f"read_{kind}"
    )
    return found
