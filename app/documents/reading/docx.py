"""Reads DOCX (ISO/IEC 29500) with python-docx: paragraphs by their styles, lists, tables, footnotes, text boxes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from io import BytesIO
from textwrap import shorten
from typing import Any

from docx import Document
from docx.document import Document as OpenedDocument
from docx.opc.exceptions import OpcError
from docx.opc.rel import Relationships
from docx.oxml.ns import qn
from lxml import etree

from app.documents import limits
from app.documents.errors import DocumentDamaged
from app.documents.limits import Deadline
from app.documents.package import BROKEN
from app.documents.reading.document import DocumentPart, LeftOut, PartKind, Reading, left_out
from app.documents.reading.docx_styles import Styles, value_of
from app.documents.reading.markdown import escaped, link, plain, raised, strong, table

_SIGNS = {qn("w:br"): " ", qn("w:cr"): " ", qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:noBreakHyphen"): "-"}
_SKIPPED = frozenset(qn(name) for name in ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:drawing", "w:pict"))
_FORMULA, _FORMULA_TEXT = (
    f"{{http://schemas.openxmlformats.org/officeDocument/2006/math}}{name}" for name in ("oMath", "t")
)
_BEGINNING = 60
"""Letters by which a note is told that was told before."""
_BOX = qn("w:txbxContent")
# Word writes a text box twice, the second time for older programs.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"


class DocxText:
    """Reads paragraphs of one document; footnotes follow the word they belong to in brackets.

    A note that is cited again is told by its beginning, so that a short document does not become a long one.
    """

    def __init__(self, relations: Relationships, footnotes: Mapping[str, Any], deadline: Deadline) -> None:
        self._relations = relations
        self._footnotes = footnotes
        self._deadline = deadline
        self._told: dict[str, str] = {}

    def bare(self, paragraph: Any) -> str:
        return "".join(self._runs(paragraph, 0))

    def marked(self, paragraph: Any) -> str:
        """Return the words as one line of Markdown."""
        return "".join(self._spans(paragraph, 0)).strip()

    def boxes(self, paragraph: Any) -> Iterator[str]:
        """Yield the paragraphs of text boxes that hang on this one."""
        for box in paragraph.iter(_BOX):
            if not any(holder.tag in (_FALLBACK, _BOX) for holder in box.iterancestors()):
                yield from (text for text in (self.marked(inner) for inner in box.iter(qn("w:p"))) if text)

    def _spans(self, holder: Any, depth: int) -> Iterator[str]:
        pending, mark = "", ""
        for child in holder.iterchildren() if depth < limits.DEPTH else ():
            self._deadline.check()
            if child.tag == qn("w:r"):
                text, note, its_mark = escaped(_text(child)), self._note(child), _emphasis(child)
                if its_mark != mark:
                    yield strong(pending, mark)
                    pending, mark = "", its_mark
                pending += text
                if note:
                    yield strong(pending, mark)
                    yield f" ({note})"
                    pending = ""
            elif child.tag == _FORMULA:
                yield strong(pending, mark)
                pending = ""
                yield escaped(f" {_words_of(child, _FORMULA_TEXT)} ")
            elif child.tag not in _SKIPPED:
                yield strong(pending, mark)
                pending = ""
                yield self._nested(child, depth)
        yield strong(pending, mark)

    def _nested(self, child: Any, depth: int) -> str:
        words = "".join(self._spans(child, depth + 1))
        if child.tag != qn("w:hyperlink"):
            return words
        relation = self._relations.get(child.get(qn("r:id")) or "")
        return link(words, relation.target_ref) if relation is not None and relation.is_external else words

    def _runs(self, holder: Any, depth: int) -> Iterator[str]:
        for child in holder.iterchildren() if depth < limits.DEPTH else ():
            if child.tag == qn("w:r"):
                yield _text(child)
            elif child.tag not in _SKIPPED:
                yield from self._runs(child, depth + 1)

    def _note(self, run: Any) -> str:
        reference = run.find(qn("w:footnoteReference"))
        name = str(reference.get(qn("w:id"))) if reference is not None else ""
        if name in self._told:
            return self._told[name]
        note = self._footnotes.get(name)
        if note is None:
            return ""
        text = plain(" ".join("".join(self._runs(paragraph, 0)) for paragraph in note.iter(qn("w:p"))))
        limits.check("text", len(text), limits.TEXT)
        self._told[name] = escaped(shorten(text, _BEGINNING, placeholder=" …"))
        return escaped(text)


def _words_of(holder: Any, tag: str) -> str:
    """Return the pieces of a formula apart from each other: what is above and below a line is not one figure."""
    return " ".join(found.text or "" for found in holder.iter(tag))


def _text(run: Any) -> str:
    text = "".join(
        (child.text or "") if child.tag == qn("w:t") else _SIGNS[child.tag]
        for child in run.iterchildren()
        if child.tag == qn("w:t") or child.tag in _SIGNS
    )
    return raised(text) if value_of(run.find(qn("w:rPr")), "w:vertAlign") == "superscript" else text


def _emphasis(run: Any) -> str:
    properties = run.find(qn("w:rPr"))
    bold, italic = _is_on(properties, "w:b"), _is_on(properties, "w:i")
    return "**" if bold else "*" if italic else ""


def _is_on(properties: Any, name: str) -> bool:
    found = properties.find(qn(name)) if properties is not None else None
    return found is not None and found.get(qn("w:val")) not in ("0", "false", "off", "none")


_INSIDE = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:smartTag"))
_FOOTNOTES = "/footnotes"
_LEFT_OUT = (
    (qn("w:drawing"), LeftOut.PICTURES),
    (qn("w:pict"), LeftOut.PICTURES),
    (qn("w:commentReference"), LeftOut.COMMENTS),
    (qn("w:delText"), LeftOut.DELETIONS),
)


def read_docx(data: bytes, deadline: Deadline) -> Reading:
    """Return the pieces of a document whose package has been looked into; raises DocumentDamaged."""
    try:
        return _DocxReader(Document(BytesIO(data)), deadline).read()
    except (*BROKEN, OpcError, KeyError, AttributeError, etree.LxmlError) as error:
        # python-docx meets missing parts and attributes as whatever its code stumbles over.
        raise DocumentDamaged from error


class _DocxReader:
    def __init__(self, document: OpenedDocument, deadline: Deadline) -> None:
        self._document = document
        self._deadline = deadline
        self._styles = Styles(document)
        self._words = DocxText(document.part.rels, dict(_footnotes(document)), deadline)
        self._title = plain(document.core_properties.title or "")

    def read(self) -> Reading:
        body = self._document.element.body
        parts = [part for part in self._parts(body, 0) if part.text]
        return Reading(title=self._title, parts=parts, left_out=left_out(body, _LEFT_OUT))

    def _parts(self, holder: Any, depth: int) -> Iterator[DocumentPart]:
        for element in holder.iterchildren() if depth < limits.DEPTH else ():
            self._deadline.check()
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
            elif element.tag == qn("w:tbl"):
                yield DocumentPart(kind=PartKind.TABLE, text=self._table(element))
            elif element.tag in _INSIDE:
                yield from self._parts(element, depth + 1)

    def _paragraph(self, element: Any) -> Iterator[DocumentPart]:
        style = self._styles.of(element)
        if style.is_title and not self._title:
            self._title = plain(self._words.bare(element))
        if style.heading:
            yield DocumentPart(kind=PartKind.HEADING, text=plain(self._words.bare(element)), level=style.heading)
        elif style.is_item:
            item = self._words.marked(element)
            yield DocumentPart(kind=PartKind.ITEM, text=item, level=style.level, ordered=style.ordered)
        else:
            yield DocumentPart(kind=PartKind.PARAGRAPH, text=self._words.marked(element))
        for text in self._words.boxes(element):
            yield DocumentPart(kind=PartKind.PARAGRAPH, text=text)

    def _table(self, element: Any) -> str:
        rows = _inside(element, qn("w:tr"))
        return table([[self._cell(cell) for cell in _inside(row, qn("w:tc"))] for row in rows])

    def _cell(self, cell: Any) -> str:
        """Return the words of a cell, those of tables inside it included."""
        return " ".join(text for text in (self._words.marked(inner) for inner in cell.iter(qn("w:p"))) if text)


def _inside(holder: Any, tag: str, depth: int = 0) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, and not those of tables inside it."""
    for child in holder.iterchildren() if depth < limits.DEPTH else ():
        if child.tag == tag:
            yield child
        elif child.tag in _INSIDE:
            yield from _inside(child, tag, depth + 1)


def _footnotes(document: OpenedDocument) -> Iterator[tuple[str, Any]]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith(_FOOTNOTES):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            for note in etree.fromstring(relation.target_part.blob, parser).iterchildren(qn("w:footnote")):
                if note.get(qn("w:type")) is None:
                    yield str(note.get(qn("w:id"))), note
