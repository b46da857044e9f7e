"""Reads DOCX (ISO/IEC 29500) with python-docx: paragraphs by style, lists, tables, footnotes, text boxes."""

import re
from collections.abc import Iterator
from io import BytesIO
from typing import Any

from docx import Document
from docx.document import Document as OpenedDocument
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn
from lxml import etree

from app.documents import limits
from app.documents.blocks import Block, Heading, Items, Paragraph, Span, Text, TextRole
from app.documents.errors import DocumentDamaged
from app.documents.limits import Deadline
from app.documents.markdown import plain, raised
from app.documents.package import BROKEN
from app.documents.reading import LeftOut, Reading, cited, grids, in_cell, note, words_of

_SIGNS = {qn("w:br"): " ", qn("w:cr"): " ", qn("w:tab"): " ", qn("w:ptab"): " ", qn("w:noBreakHyphen"): "-"}
_SKIPPED = frozenset(qn(name) for name in ("w:pPr", "w:rPr", "w:del", "w:moveFrom", "w:drawing", "w:pict"))
_INSIDE = frozenset(qn(name) for name in ("w:sdt", "w:sdtContent", "w:ins", "w:customXml", "w:smartTag"))
_FORMULA, _FORMULA_TEXT = (
    f"{{http://schemas.openxmlformats.org/officeDocument/2006/math}}{name}" for name in ("oMath", "t")
)
_BOX = qn("w:txbxContent")
# Word writes a text box twice, the second time for older programs.
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = (
    (qn("w:drawing"), LeftOut.PICTURES),
    (qn("w:pict"), LeftOut.PICTURES),
    (qn("w:commentReference"), LeftOut.COMMENTS),
    (qn("w:delText"), LeftOut.DELETIONS),
)
_HEADING = re.compile(r"(?:heading|überschrift) ([1-9])")
_ITEM = re.compile(r"list (?P<sort>bullet|number)(?: (?P<level>\d))?")
_LEVELS = 9
_USUAL_SIZE, _LARGER = 22, 1.12
"""Half points of a letter where none are given, and the factor from which a line is a heading."""
_BASES = 12
"""Maximum length of the chain of styles that a style is based on."""


def read_docx(data: bytes, deadline: Deadline) -> Reading:
    """Return the blocks of a document whose package has been checked; raises DocumentDamaged."""
    try:
        document = Document(BytesIO(data))
        reader, body = _DocxReader(document, deadline), document.element.body
        blocks = [*reader.blocks(body), *(note(text) for _number, text in reader.notes.values())]
        left_out = frozenset(what for tag, what in _LEFT_OUT if next(body.iter(tag), None) is not None)
    except (*BROKEN, OpcError, KeyError, AttributeError, etree.LxmlError) as error:
        # python-docx raises these for missing parts and attributes.
        raise DocumentDamaged from error
    return reader.title, blocks, left_out


class _DocxReader:
    """Reads one document; `notes` are the footnotes cited so far."""

    def __init__(self, document: OpenedDocument, deadline: Deadline) -> None:
        self._deadline = deadline
        self._relations = document.part.rels
        self._footnotes = dict(_footnotes(document))
        self.notes: dict[str, tuple[int, str]] = {}
        self._styles = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self._formats = _formats(document)
        usual = _value(document.styles.element.find(f".//{qn('w:docDefaults')}//{qn('w:rPr')}"), "w:sz")
        self._larger = _LARGER * int(usual if usual.isdecimal() else _USUAL_SIZE)
        self.title = plain(document.core_properties.title or "")

    def blocks(self, holder: Any, depth: int = 0) -> Iterator[Block]:
        for element in holder.iterchildren() if depth < limits.DEPTH else ():
            self._deadline.check()
            if element.tag == qn("w:p"):
                yield from self._paragraph(element)
                for box in element.iter(_BOX):
                    if not any(around.tag in (_FALLBACK, _BOX) for around in box.iterancestors()):
                        yield from (Paragraph(text=text) for text in map(self._text, box.iter(qn("w:p"))) if text)
            elif element.tag == qn("w:tbl"):
                rows = _inside(element, qn("w:tr"))
                yield from grids([self._cell(cell) for cell in _inside(row, qn("w:tc"))] for row in rows)
            elif element.tag in _INSIDE:
                yield from self.blocks(element, depth + 1)

    def _paragraph(self, element: Any) -> Iterator[Block]:
        """Yield the block of a paragraph by its style and numbering; nothing if it has no words."""
        properties = element.find(qn("w:pPr"))
        style = _value(properties, "w:pStyle")
        name = _value(self._styles.get(style), "w:name").lower()
        outline = _value(properties, "w:outlineLvl") or self._inherited_outline(style)
        numbering = properties.find(qn("w:numPr")) if properties is not None else None
        heading, listed = _HEADING.match(name), _ITEM.match(name)
        text = self._text(element)
        if name == "title" and not self.title:
            self.title = plain(self._bare(element))
        if not text:
            return
        if heading or (outline.isdecimal() and int(outline) < _LEVELS):
            level = int(heading[1]) if heading else int(outline) + 1
            yield Heading(level=level, text=Span(text=plain(self._bare(element))))
        elif (listed or numbering is not None) and _value(numbering, "w:numId") != "0":
            written = _value(numbering, "w:ilvl")
            depth = int(written) if written.isdecimal() else int((listed and listed["level"]) or 1) - 1
            form = self._formats.get((_value(numbering, "w:numId"), str(depth)), "")
            ordered = form not in ("bullet", "none") if form else bool(listed and listed["sort"] == "number")
            yield Items(items=(text,), level=max(0, min(depth, _LEVELS)), ordered=ordered)
        else:
            runs = (run.find(qn("w:rPr")) for run in element.iter(qn("w:r")) if _words(run).strip())
            larger = all(
                size.isdecimal() and int(size) >= self._larger for size in (_value(run, "w:sz") for run in runs)
            )
            yield Paragraph(text=text, role=TextRole.LEAD if larger else TextRole.BODY)

    def _inherited_outline(self, style_id: str) -> str:
        for _ in range(_BASES):
            style = self._styles.get(style_id)
            if style is None:
                break
            found = _value(style.find(qn("w:pPr")), "w:outlineLvl")
            if found:
                return found
            style_id = _value(style, "w:basedOn")
        return ""

    def _cell(self, cell: Any) -> Text:
        """Return the words of a cell, including those of nested tables."""
        return in_cell(filter(None, map(self._text, cell.iter(qn("w:p")))))

    def _text(self, paragraph: Any) -> Text:
        found = tuple(self._spans(paragraph))
        return found if words_of(found).strip() else ()

    def _bare(self, paragraph: Any) -> str:
        return words_of(self._spans(paragraph, with_notes=False))

    def _spans(self, holder: Any, depth: int = 0, href: str = "", *, with_notes: bool = True) -> Iterator[Span]:
        for child in holder.iterchildren() if depth < limits.DEPTH else ():
            self._deadline.check()
            if child.tag == qn("w:r"):
                yield Span(text=_words(child), href=href, mark=_mark(child))
                if with_notes:
                    yield from self._citation(child)
            elif child.tag == _FORMULA:
                # Separate numerator and denominator, which are not one number.
                pieces = " ".join(found.text or "" for found in child.iter(_FORMULA_TEXT))
                yield Span(text=f" {pieces} ", href=href)
            elif child.tag not in _SKIPPED:
                yield from self._spans(child, depth + 1, self._target(child) or href, with_notes=with_notes)

    def _target(self, element: Any) -> str:
        relation = self._relations.get(element.get(qn("r:id")) or "") if element.tag == qn("w:hyperlink") else None
        return relation.target_ref if relation is not None and relation.is_external else ""

    def _citation(self, run: Any) -> Iterator[Span]:
        reference = run.find(qn("w:footnoteReference"))
        key = str(reference.get(qn("w:id"))) if reference is not None else ""
        if key in self._footnotes:
            if key not in self.notes:
                text = plain(" ".join(map(self._bare, self._footnotes[key].iter(qn("w:p")))))
                self.notes[key] = (len(self.notes) + 1, text)
            yield cited(self.notes[key][0])


def _words(run: Any) -> str:
    text = "".join(
        (child.text or "") if child.tag == qn("w:t") else _SIGNS[child.tag]
        for child in run.iterchildren()
        if child.tag == qn("w:t") or child.tag in _SIGNS
    )
    return raised(text) if _value(run.find(qn("w:rPr")), "w:vertAlign") == "superscript" else text


def _mark(run: Any) -> str:
    properties = run.find(qn("w:rPr"))
    for name, mark in (("w:b", "**"), ("w:i", "*")):
        found = properties.find(qn(name)) if properties is not None else None
        if found is not None and found.get(qn("w:val")) not in ("0", "false", "off", "none"):
            return mark
    return ""


def _value(holder: Any, name: str) -> str:
    """Return a child's attribute `w:val`, "" if there is none."""
    found = holder.find(qn(name)) if holder is not None else None
    return str(found.get(qn("w:val")) or "") if found is not None else ""


def _inside(holder: Any, tag: str, depth: int = 0) -> Iterator[Any]:
    """Yield the rows of a table or the cells of a row, excluding nested tables."""
    for child in holder.iterchildren() if depth < limits.DEPTH else ():
        if child.tag == tag:
            yield child
        elif child.tag in _INSIDE:
            yield from _inside(child, tag, depth + 1)


def _footnotes(document: OpenedDocument) -> Iterator[tuple[str, Any]]:
    for relation in document.part.rels.values():
        if not relation.is_external and relation.reltype.endswith("/footnotes"):
            parser = etree.XMLParser(resolve_entities=False, no_network=True)
            for note in etree.fromstring(relation.target_part.blob, parser).iterchildren(qn("w:footnote")):
                if note.get(qn("w:type")) is None:
                    yield str(note.get(qn("w:id"))), note


def _formats(document: OpenedDocument) -> dict[tuple[str, str], str]:
    """Return the format of each numbering on each level: "bullet", "decimal" …"""
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    if part is None:
        return {}
    element: Any = part.element
    levels = {
        abstract.get(qn("w:abstractNumId")): {
            level.get(qn("w:ilvl")): _value(level, "w:numFmt") for level in abstract.iterchildren(qn("w:lvl"))
        }
        for abstract in element.iterchildren(qn("w:abstractNum"))
    }
    return {
        (number.get(qn("w:numId")), level): form
        for number in element.iterchildren(qn("w:num"))
        for level, form in levels.get(_value(number, "w:abstractNumId"), {}).items()
    }
