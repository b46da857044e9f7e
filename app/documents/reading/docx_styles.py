"""What the paragraphs of a DOCX are by their styles and numberings: headings, items, text."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from docx.document import Document as OpenedDocument
from docx.oxml.ns import qn

_HEADING = re.compile(r"(?:heading|überschrift) ([1-9])")
_ITEM = re.compile(r"list (?P<sort>bullet|number)(?: (?P<level>\d))?")
_LEVELS = 9
_CHAIN = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Style:
    """`heading` is its level or 0; `level` is how deep an item stands."""

    heading: int = 0
    is_title: bool = False
    is_item: bool = False
    ordered: bool = False
    level: int = 0


class Styles:
    """The styles of one document by id, and its numberings."""

    def __init__(self, document: OpenedDocument) -> None:
        self._by_id = {style.get(qn("w:styleId")): style for style in document.styles.element.iter(qn("w:style"))}
        self._formats = _formats(document)

    def of(self, paragraph: Any) -> Style:
        properties = paragraph.find(qn("w:pPr"))
        style_id = value_of(properties, "w:pStyle")
        outline = value_of(properties, "w:outlineLvl") or self._inherited(style_id, "w:outlineLvl")
        name = self._name(style_id)
        heading = _HEADING.match(name)
        if heading or (outline.isdecimal() and int(outline) < _LEVELS):
            return Style(heading=int(heading[1]) if heading else int(outline) + 1)
        numbering = properties.find(qn("w:numPr")) if properties is not None else None
        return self._item(numbering, name) if numbering is not None or _ITEM.match(name) else _plain(name)

    def _item(self, numbering: Any, name: str) -> Style:
        number, level = value_of(numbering, "w:numId"), value_of(numbering, "w:ilvl")
        if number == "0":
            return _plain(name)
        found = _ITEM.match(name)
        depth = int(level) if level.isdecimal() else int((found and found["level"]) or 1) - 1
        form = self._formats.get((number, str(depth)), "")
        ordered = form not in ("", "bullet", "none") or (not form and bool(found) and found["sort"] == "number")  # type: ignore[index]  # found holds
        return Style(is_item=True, ordered=ordered, level=max(0, min(depth, _LEVELS)))

    def _name(self, style_id: str) -> str:
        return value_of(self._by_id.get(style_id), "w:name").lower()

    def _inherited(self, style_id: str, name: str) -> str:
        for _ in range(_CHAIN):
            style = self._by_id.get(style_id)
            if style is None:
                break
            found = value_of(style.find(qn("w:pPr")), name)
            if found:
                return found
            style_id = value_of(style, "w:basedOn")
        return ""


def _plain(name: str) -> Style:
    return Style(is_title=name == "title")


def value_of(holder: Any, name: str) -> str:
    """Return what an element says in `w:val`, "" where there is none."""
    found = holder.find(qn(name)) if holder is not None else None
    return str(found.get(qn("w:val")) or "") if found is not None else ""


def _formats(document: OpenedDocument) -> dict[tuple[str, str], str]:
    """Return how each numbering counts on each level: "bullet", "decimal" …"""
    part = next((rel.target_part for rel in document.part.rels.values() if rel.reltype.endswith("/numbering")), None)
    if part is None:
        return {}
    element: Any = part.element
    levels = {
        abstract.get(qn("w:abstractNumId")): {
            level.get(qn("w:ilvl")): value_of(level, "w:numFmt") for level in abstract.iterchildren(qn("w:lvl"))
        }
        for abstract in element.iterchildren(qn("w:abstractNum"))
    }
    return {
        (number.get(qn("w:numId")), level): form
        for number in element.iterchildren(qn("w:num"))
        for level, form in levels.get(value_of(number, "w:abstractNumId"), {}).items()
    }
