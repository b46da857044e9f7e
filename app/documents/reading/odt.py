"""Reads ODT (ISO/IEC 26300) with odfdo: headings, paragraphs, lists, tables, notes, text frames."""

from __future__ import annotations

from collections.abc import Iterator
from io import BytesIO
from typing import Any

from lxml import etree
from odfdo import Document

from app.documents.errors import DocumentDamaged, DocumentEncrypted, DocumentHolds, Holding
from app.documents.limits import DEPTH, Deadline
from app.documents.package import BROKEN
from app.documents.reading.document import DocumentPart, LeftOut, PartKind, Reading, left_out
from app.documents.reading.markdown import escaped, link, plain, raised, strong, table

_NS = {
    "text": "urn:oasis:names:tc:opendocument:xmlns:text:1.0",
    "table": "urn:oasis:names:tc:opendocument:xmlns:table:1.0",
    "draw": "urn:oasis:names:tc:opendocument:xmlns:drawing:1.0",
    "office": "urn:oasis:names:tc:opendocument:xmlns:office:1.0",
    "style": "urn:oasis:names:tc:opendocument:xmlns:style:1.0",
    "fo": "urn:oasis:names:tc:opendocument:xmlns:xsl-fo-compatible:1.0",
    "xlink": "http://www.w3.org/1999/xlink",
}
_MOST_REPEATED = 20


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
    """Return the pieces of a document whose package has been looked into.

    Raises DocumentDamaged, DocumentEncrypted: it cannot be read.
    """
    try:
        document = Document(BytesIO(data))
        if b"encryption-data" in _part(document, "META-INF/manifest.xml"):
            raise DocumentEncrypted
        # The whole tree is walked, because odfdo's own lists of elements do not keep the order of reading.
        parser = etree.XMLParser(resolve_entities=False, no_network=True)
        content = etree.fromstring(_part(document, "content.xml"), parser)
        title = document.meta.title or ""
    except (*BROKEN, KeyError, AttributeError, TypeError, etree.LxmlError) as error:
        raise DocumentDamaged from error
    body = content.find(f".//{_tag('office:text')}")
    if body is None:
        raise DocumentDamaged
    return _OdtReader(content, deadline).read(body, plain(title))


def _part(document: Document, name: str) -> bytes:
    found = document.container.get_part(name) if document.container else None
    if not isinstance(found, bytes):
        raise DocumentDamaged
    return found


class _OdtReader:
    def __init__(self, content: Any, deadline: Deadline) -> None:
        self._deadline = deadline
        self._marks = dict(_marks(content))
        self._raised = frozenset(_raised_styles(content))
        self._ordered = _ordered_lists(content)

    def read(self, body: Any, title: str) -> Reading:
        parts = [part for part in self._parts(body, 0) if part.text]
        return Reading(title=title, parts=parts, left_out=left_out(body, _LEFT_OUT))

    def _parts(self, holder: Any, depth: int) -> Iterator[DocumentPart]:
        if depth > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        for element in holder.iterchildren():
            self._deadline.check()
            if element.tag == _tag("text:h"):
                level = element.get(_tag("text:outline-level")) or "1"
                words = plain(self._words(element, 0, bare=True))
                yield DocumentPart(kind=PartKind.HEADING, text=words, level=int(level) if level.isdecimal() else 1)
            elif element.tag == _tag("text:p"):
                yield DocumentPart(kind=PartKind.PARAGRAPH, text=self._words(element, 0).strip())
                yield from self._boxes(element, depth)
            elif element.tag == _tag("text:list"):
                yield from self._list(element, 0, ordered=element.get(_tag("text:style-name")) in self._ordered)
            elif element.tag == _tag("table:table"):
                yield DocumentPart(kind=PartKind.TABLE, text=self._table(element))
            elif element.tag in _HOLDERS:
                yield from self._parts(element, depth + 1)

    def _boxes(self, element: Any, depth: int) -> Iterator[DocumentPart]:
        for child in element.iterchildren():
            # What lies in a box is read with it: once more for each box around it would double with every step inwards.
            found = self._parts(child, depth + 1) if child.tag == _BOX else self._boxes(child, depth)
            yield from found

    def _list(self, element: Any, level: int, *, ordered: bool) -> Iterator[DocumentPart]:
        if level > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        for item in element.iterchildren(_tag("text:list-item"), _tag("text:list-header")):
            if item.find(_tag("text:h")) is not None:
                yield from self._parts(item, level)
                continue
            for child in item.iterchildren():
                if child.tag == _tag("text:list"):
                    yield from self._list(child, level + 1, ordered=ordered)
                elif child.tag == _tag("text:p"):
                    text = self._words(child, 0).strip()
                    yield DocumentPart(kind=PartKind.ITEM, text=text, level=level, ordered=ordered)

    def _table(self, element: Any) -> str:
        rows = []
        for row in _rows(element, 0):
            self._deadline.check()
            cells: list[str] = []
            for cell in row.iterchildren(_tag("table:table-cell"), _tag("table:covered-table-cell")):
                words = " ".join(self._words(inner, 0).strip() for inner in cell.iter(_tag("text:p")))
                # A cell may stand for thousands of equal ones; beyond a few they are only the empty rest of a sheet.
                repeated = cell.get(_tag("table:number-columns-repeated")) or "1"
                times = int(repeated) if repeated.isdecimal() and len(repeated) < 4 else 1
                cells += [words] * (min(times, _MOST_REPEATED) if words else 1)
            rows.append(cells)
        return table(rows)

    def _words(self, element: Any, depth: int, *, bare: bool = False) -> str:
        self._deadline.check()
        if depth > DEPTH:
            raise DocumentHolds(Holding.HARMFUL)
        plain_text = str if bare else escaped
        text = plain_text(element.text or "")
        for child in element.iterchildren():
            text += self._child(child, depth, bare=bare) + plain_text(child.tail or "")
        return text

    def _child(self, child: Any, depth: int, *, bare: bool) -> str:
        if child.tag in _SPACES:
            return " "
        if child.tag == _tag("text:note"):
            note = child.find(_tag("text:note-body"))
            return "" if bare or note is None else f" ({' '.join(self._words(p, depth + 1) for p in note).strip()})"
        if child.tag in _NOT_READ or child.tag == _tag("draw:frame") or not isinstance(child.tag, str):
            return ""
        words = self._words(child, depth + 1, bare=bare)
        style = child.get(_tag("text:style-name")) or ""
        if style in self._raised:
            words = raised(words)
        if bare:
            return words
        if child.tag == _tag("text:a"):
            return link(words, child.get(_tag("xlink:href")) or "")
        return strong(words, self._marks.get(style, ""))


def _rows(table_element: Any, depth: int) -> Iterator[Any]:
    """Yield the rows of a table, those of its head and groups included, and not those of tables inside it."""
    if depth > DEPTH:
        raise DocumentHolds(Holding.HARMFUL)
    for child in table_element.iterchildren():
        if child.tag == _tag("table:table-row"):
            yield child
        elif child.tag in _ROW_HOLDERS:
            yield from _rows(child, depth + 1)


def _raised_styles(content: Any) -> Iterator[str]:
    for style in content.iter(_tag("style:style")):
        properties = style.find(_tag("style:text-properties"))
        position = properties.get(_tag("style:text-position")) if properties is not None else None
        # "super 58%" or how many per cent of a letter higher.
        if position and (position.startswith("super") or (position[:1].isdigit() and not position.startswith("0"))):
            yield style.get(_tag("style:name"))


def _marks(content: Any) -> Iterator[tuple[str, str]]:
    for style in content.iter(_tag("style:style")):
        properties = style.find(_tag("style:text-properties"))
        if properties is not None:
            bold = properties.get(_tag("fo:font-weight")) == "bold"
            italic = properties.get(_tag("fo:font-style")) == "italic"
            yield style.get(_tag("style:name")), "**" if bold else "*" if italic else ""


def _ordered_lists(content: Any) -> frozenset[str]:
    return frozenset(
        style.get(_tag("style:name"))
        for style in content.iter(_tag("text:list-style"))
        if (first := next(style.iterchildren(), None)) is not None
        and first.tag == _tag("text:list-level-style-number")
        and first.get(_tag("style:num-format"))
    )
