"""The XML inside documents, read without anything that XML can make a reader do."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from typing import Any

from lxml import etree

from app.documents import limits
from app.documents.errors import DocumentDamaged, DocumentHolds, DocumentTooLarge, Holding

NOBODY = "N. N."
"""Whoever wrote a comment or a change, once their name is gone."""
NOBODYS_INITIALS = "N"
LONG_AGO = "1970-01-01T00:00:00Z"
"""In place of every time."""

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Element = Any
"""An element of lxml, which ships no types."""


def refuse_declarations(data: bytes) -> None:
    """Raise DocumentHolds for a part that declares anything, such as entities; office programs never do."""
    # In another encoding a declaration could hide from the search; office programs write UTF-8.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:64] or _DECLARATION.search(data):
        raise DocumentHolds(Holding.HARMFUL)


def parsed(data: bytes) -> Element:
    """Return the root of a part, without its comments.

    Raises DocumentDamaged, DocumentHolds and DocumentTooLarge.
    """
    limits.check("unpacked", len(data), limits.XML)
    refuse_declarations(data)
    # "<" stands for nothing else in XML but marks, comments and the like, so this is never too few.
    elements = data.count(b"<") - data.count(b"</")
    limits.check("elements", elements, limits.ELEMENTS)
    # Blanks may stand around it, so what follows is not looked at; a text holds few of them.
    attributes = data.count(b"=")
    if attributes > limits.ATTRIBUTES:
        raise DocumentTooLarge("elements", size=attributes, limit=limits.ELEMENTS)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentDamaged from error
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise DocumentHolds(Holding.HARMFUL)
    return root


def written(root: Element) -> bytes:
    """Return a part as bytes; reading and writing it once more gives the same."""
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


def local(name: object) -> str:
    """Return a tag or attribute name without its namespace."""
    return str(name).rpartition("}")[2]


def remove_all(elements: Iterable[Element]) -> None:
    """Take elements out of their tree and leave the text behind each where it is, in time that grows with the tree."""
    going = list(elements)
    marked = set(going)
    for parent in dict.fromkeys(element.getparent() for element in going):
        if parent is not None:
            _close_up(parent, marked)


def _close_up(parent: Element, marked: Collection[Element]) -> None:
    """Take the marked children out. Text is joined once for each gap: piece by piece, thousands would take minutes."""
    last, pieces = None, [parent.text or ""]
    for child in list(parent):
        if child in marked:
            pieces.append(child.tail or "")
            parent.remove(child)
        else:
            _set_text(parent, last, pieces)
            last, pieces = child, [child.tail or ""]
    _set_text(parent, last, pieces)


def _set_text(parent: Element, last: Element | None, pieces: list[str]) -> None:
    text = "".join(pieces) or None
    if last is None:
        parent.text = text
    else:
        last.tail = text
