"""Reads ODT (ISO/IEC 26300) with odfdo: headings, paragraphs, lists, tables, notes, text frames."""

from collections.abc import Iterator
from dataclasses import replace
from io import BytesIO
from typing import Any

from lxml import etree
from odfdo import Document

from app.documents.blocks import Block, Heading, Items, Paragraph, Span, Text, TextRole
from app.documents.errors import DocumentDamaged, DocumentEncrypted, DocumentHolds, Holding
from app.documents.limits import DEPTH, Deadline
from app.documents.markdown import CITATION, plain, raised
from app.documents.package import BROKEN
from app.documents.reading import LeftOut, Reading, cited, grids, in_cell, note, words_of

_NS = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
_MAX_REPEATED = 20
"""Maximum columns that a repeated cell may fill; more are the empty rest of a sheet."""


def _tag(name: str) -> str:
    prefix, _, local = name.partition(":")
    return f"{{{_NS[prefix]}}}{local}"


_BOX = _tag("draw:text-box")
_HOLDERS = frozenset((_BOX, _tag("text:section"), _tag("text:index-body")))
_NOT_READ = frozenset(
    _tag(name)
    for name in (
        *("text:tracked-changes", "text:table-of-content", "office:annotation", "text:sequence-decls"),
        *("text:alphabetical-index", "text:note"),
    )
)
_LEFT_OUT = (
    (_tag("draw:image"), LeftOut.PICTURES),
    (_tag("office:annotation"), LeftOut.COMMENTS),
    (_tag("text:deletion"), LeftOut.DELETIONS),
)
_ROW_HOLDERS = frozenset(_tag(f"table:{name}") for name in ("table-header-rows", "table-rows", "table-row-group"))
_SPACES = frozenset(_tag(name) for name in ("text:s", "text:tab", "text:line-break"))


def read_odt(data: bytes, deadline: Deadline) -> Reading:
    """Return the blocks of a checked package. Raises DocumentDamaged and DocumentEncrypted."""
    try:
        document = Document(BytesIO(data))
        if b"encryption-data" in _part(document, "META-INF/manifest.xml"):
            raise DocumentEncrypted
        # Walk the whole tree, because odfdo's own lists of elements do not keep the reading order.
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        content = etree.fromstring(_part(document, "content.xml"), parser)
        title = document.meta.title or ""
    except (*BROKEN, KeyError, AttributeError, TypeError, etree.LxmlError) as error:
        raise DocumentDamaged from error
    body = content.find(f".//{_tag('office:text')}")
    if body is None:
        raise DocumentDamaged
    left_out = frozenset(what for tag, what in _LEFT_OUT if next(body.iter(tag), None) is not None)
    reader = _OdtReader(content, deadline)
    return plain(title), [*reader.blocks(body, 0), *map(note, reader.notes)], left_out


def _part(document: Document, name: str) -> bytes:
    found = document.container.get_part(name) if document.container else None
    if not isinstance(found, bytes):
        raise DocumentDamaged
    return found


_PLAIN = Span(text="")


class _OdtReader:
    def __init__(self, content: Any, deadline: Deadline) -> None:
        self._deadline = deadline
        self._marks: dict[str, str] = {}
        self._raised: set[str] = set()
        self.notes: list[str] = []
        for style in content.iter(_tag("style:style")):
            self._learn(style)
        self._ordered = frozenset(
            style.get(_tag("style:name"))
            for style in content.iter(_tag("text:list-style"))
            if (first := next(style.iterchildren(), None)) is not None
            and first.tag == _tag("text:list-level-style-number")
            and first.get(_tag("style:num-format"))
        )

    def _learn(self, style: Any) -> None:
        properties = style.find(_tag("style:text-properties"))
        if properties is None:
            return
        name = style.get(_tag("style:name"))
        bold = properties.get(_tag("fo:font-weight")) == "bold"
        self._marks[name] = "**" if bold else "*" if properties.get(_tag("fo:font-style")) == "italic" else ""
        # "super 58%", or the rise in per cent of the letter height.
        position = properties.get(_tag("style:text-position")) or ""
        if position.startswith("super") or (position[:1].isdigit() and not position.startswith("0")):
            self._raised.add(name)

    def blocks(self, holder: Any, depth: int) -> Iterator[Block]:
        if depth > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        for element in holder.iterchildren():
            self._deadline.check()
            if element.tag == _tag("text:h"):
                level = element.get(_tag("text:outline-level")) or "1"
                words = plain(words_of(span for span in self._spans(element) if span.mark != CITATION))
                yield Heading(level=int(level) if level.isdecimal() else 1, text=Span(text=words))
            elif element.tag == _tag("text:p"):
                # A paragraph whose own style is bold stands out; a bold word has a style of its own.
                bold = self._marks.get(element.get(_tag("text:style-name")) or "") == "**"
                role = TextRole.LEAD if bold else TextRole.BODY
                yield from (Paragraph(text=text, role=role) for text in (self._text(element),) if text)
                yield from self._boxes(element, depth)
            elif element.tag == _tag("text:list"):
                yield from self._list(element, 0, ordered=element.get(_tag("text:style-name")) in self._ordered)
            elif element.tag == _tag("table:table"):
                yield from grids(map(self._cells, _rows(element, 0)))
            elif element.tag in _HOLDERS:
                yield from self.blocks(element, depth + 1)

    def _boxes(self, element: Any, depth: int) -> Iterator[Block]:
        for child in element.iterchildren():
            # Boxes inside a box are read with it; reading them here as well would double the work at each level.
            yield from self.blocks(child, depth + 1) if child.tag == _BOX else self._boxes(child, depth)

    def _list(self, element: Any, level: int, *, ordered: bool) -> Iterator[Block]:
        if level > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        for item in element.iterchildren(_tag("text:list-item"), _tag("text:list-header")):
            if item.find(_tag("text:h")) is not None:
                yield from self.blocks(item, level)
                continue
            for child in item.iterchildren():
                if child.tag == _tag("text:list"):
                    yield from self._list(child, level + 1, ordered=ordered)
                elif child.tag == _tag("text:p") and (text := self._text(child)):
                    yield Items(items=(text,), level=level, ordered=ordered)

    def _cells(self, row: Any) -> list[Text]:
        self._deadline.check()
        cells: list[Text] = []
        for cell in row.iterchildren(_tag("table:table-cell"), _tag("table:covered-table-cell")):
            text = in_cell(filter(None, map(self._text, cell.iter(_tag("text:p")))))
            repeated = cell.get(_tag("table:number-columns-repeated")) or "1"
            times = int(repeated) if repeated.isdecimal() and len(repeated) < 4 else 1
            cells += [text] * (min(times, _MAX_REPEATED) if text else 1)
        return cells

    def _text(self, element: Any) -> Text:
        found = tuple(self._spans(element))
        return found if words_of(found).strip() else ()

    def _spans(self, element: Any, like: Span = _PLAIN, depth: int = 0) -> Iterator[Span]:
        self._deadline.check()
        if depth > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        yield replace(like, text=element.text or "")
        for child in element.iterchildren():
            yield from self._child(child, like, depth)
            yield replace(like, text=child.tail or "")

    def _child(self, child: Any, like: Span, depth: int) -> Iterator[Span]:
        if child.tag in _SPACES:
            yield replace(like, text=" ")
        elif child.tag == _tag("text:note"):
            body = child.find(_tag("text:note-body"))
            if body is not None:
                self.notes.append(" ".join(words_of(self._spans(one, depth=depth + 1)) for one in body).strip())
                yield cited(len(self.notes))
        elif child.tag not in _NOT_READ and child.tag != _tag("draw:frame") and isinstance(child.tag, str):
            style = child.get(_tag("text:style-name")) or ""
            href = (child.get(_tag("xlink:href")) or "") if child.tag == _tag("text:a") else like.href
            inner = replace(like, href=href, mark=self._marks.get(style) or like.mark)
            for span in self._spans(child, inner, depth + 1):
                yield replace(span, text=raised(span.text)) if style in self._raised and span.mark != CITATION else span


def _rows(table_element: Any, depth: int) -> Iterator[Any]:
    """Yield the rows of a table, including those of its head and groups, but not of nested tables."""
    if depth > DEPTH:
        raise DocumentHolds(Holding.HARMFUL)
    for child in table_element.iterchildren():
        if child.tag == _tag("table:table-row"):
            yield child
        elif child.tag in _ROW_HOLDERS:
            yield from _rows(child, depth + 1)
