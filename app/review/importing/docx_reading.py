# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads DOCX (ISO/IEC 29500) with python-docx: paragraphs by their styles, lists, tables, footnotes, text boxes."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any
from zipfile import BadZipFile

from docx import Document
from docx.document import Document as OpenedDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from app.review.importing.docx_styles import Styles
from app.review.importing.docx_words import Words
from app.review.importing.errors import DocumentDamaged
from app.review.importing.escaping import plain
from app.review.importing.limits import Deadline
from app.review.importing.model import LeftOut, Part, PartKind, Reading
from app.review.importing.tables import table

_INSIDE = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:smartTag"))
_DEEPEST = 20
_FOOTNOTES = "/footnotes"


def read_docx(data: bytes, deadline: Deadline) -> Reading:
    """Return the pieces of a document whose package has been looked into; raises DocumentDamaged."""
    try:
        document = Document(BytesIO(data))
        return _DocxReader(document, deadline).read()
    except (OpcError, BadZipFile, KeyError, ValueError, AttributeError, etree.LxmlError) as error:
        # python-docx meets missing parts and attributes as whatever its code stumbles over.
        raise DocumentDamaged from error


class _DocxReader:
    def __init__(self, document: OpenedDocument, deadline: Deadline) -> None:
        self._document = document
        self._deadline = deadline
        self._styles = Styles(document)
        self._words = Words(document.part.rels, dict(_footnotes(document)))
        self._reading = Reading(title=plain(document.core_properties.title or ""))

    def read(self) -> Reading:
        body = self._document.element.body
        self._reading.parts = [part for part in self._parts(body, 0) if part.text]
        self._note(body)
        return self._reading

    def _parts(self, holder: Any, depth: int) -> Iterator[Part]:
        for element in holder.iterchildren() if depth < _DEEPEST else ():
            self._deadline.check()
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield Part(kind=PartKind.TABLE, text=self._table(element))
            elif element.tag in _INSIDE:
                yield from self._parts(element, depth + 1)

    def _paragraph(self, element: Any) -> Iterator[Part]:
        style = self._styles.of(element)
        if style.is_title and not self._reading.title:
            self._reading.title = plain(self._words.bare(element))
        if style.heading:
            yield Part(kind=PartKind.HEADING, text=plain(self._words.bare(element)), level=style.heading)
        elif style.is_item:
            item = self._words.marked(element)
            yield Part(kind=PartKind.ITEM, text=item, level=style.level, ordered=style.ordered)
        else:
            yield Part(kind=PartKind.PARAGRAPH, text=self._words.marked(element))
        for text in self._words.boxes(element):
            yield Part(kind=PartKind.PARAGRAPH, text=text)

    def _table(self, element: Any) -> str:
        return table([[self._cell(cell) for cell in row.iter(qn("w:tc"))] for row in element.iterchildren(qn("w:tr"))])

    def _cell(self, cell: Any) -> str:
        return " ".join(text for text in (self._words.marked(inner) for inner in cell.iter(qn("w:p"))) if text)

    def _note(self, body: Any) -> None:
        for name, what in (
            ("w:drawing", LeftOut.PICTURES),
            ("w:pict", LeftOut.PICTURES),
            ("w:commentReference", LeftOut.COMMENTS),
            ("w:delText", LeftOut.DELETIONS),
        ):
            if next(body.iter(qn(name)), None) is not None:
                self._reading.left_out.add(what)


def _footnotes(document: OpenedDocument) -> Iterator[tuple[str, Any]]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_FOOTNOTES):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            for note in etree.fromstring(relation.target_part.blob, parser).iterchildren(qn("w:footnote")):
                if note.get(qn("w:type")) is None:
                    yield str(note.get(qn("w:id"))), note
