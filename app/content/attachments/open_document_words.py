# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes from the XML of an OpenDocument file, and where it leads."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.formulas import reaches_out
from app.content.attachments.inner_pictures import can_be_drawn
from app.content.attachments.links import NOWHERE, is_followed, is_inside, names_a_path
from app.content.attachments.xml_part import LONG_AGO, NOBODY, NOBODYS_INITIALS, Element, local, remove_all

_NS = "urn:oasis:names:tc:opendocument:xmlns:"
_XLINK = "{http://www.w3.org/1999/xlink}href"
_DRAW = f"{{{_NS}drawing:1.0}}"
_IMAGE, _FRAME, _OBJECT = f"{_DRAW}image", f"{_DRAW}frame", f"{_DRAW}object"
_FILL = f"{_DRAW}fill-image"
_BACKGROUND = f"{{{_NS}style:1.0}}background-image"
_PICTURES = frozenset({_IMAGE, _FILL, _BACKGROUND, f"{{{_NS}text:1.0}}list-level-style-image"})
_SETTING = f"{{{_NS}config:1.0}}config-item"
_SETTING_NAME = f"{{{_NS}config:1.0}}name"
_PREVIEWS = "ObjectReplacements/"

_GONE = frozenset(
    {"scripts", "script", "event-listeners", "event-listener", "font-face-src", "error-macro", "connection-resource"}
)
_REFUSED = {
    "plugin": Holding.MEDIA,
    "sound": Holding.MEDIA,
    "applet": Holding.MACROS,
    "execute-macro": Holding.MACROS,
    "object-ole": Holding.OBJECT,
    "binary-data": Holding.OBJECT,
    "floating-frame": Holding.LINK,
    "dde-source": Holding.LINK,
    "dde-connection-decl": Holding.LINK,
}
_PEOPLE = {
    "creator": NOBODY,
    "initial-creator": NOBODY,
    "creator-initials": NOBODYS_INITIALS,
    "sender-initials": NOBODYS_INITIALS,
    "date": LONG_AGO.removesuffix("Z"),
    "date-string": "",
}
"""Elements of Dublin Core and of properties, as they stand in comments and tracked changes, and what they say then."""
_DESCRIBING = frozenset({"title", "desc"})
_CALCULATING = frozenset({"formula", "expression", "condition"})
_OF_PROPERTIES = ("{http://purl.org/dc/elements/1.1/}", f"{{{_NS}meta:1.0}}", "{urn:org:documentfoundation")
_WITH_ADDRESS = frozenset({"a", "area-rectangle", "area-circle", "area-polygon", "form", "button", "image-frame"})
_PRINTERS_AND_SESSIONS = ("Printer", "Rsid", "CurrentDatabase", "EmbeddedDatabase", "ModifyPassword", "Macro")


def clean_words(root: Element, content: Callable[[str], bytes]) -> None:
    """Take out of a part whatever names people, acts by itself or leads elsewhere; `content` gives a part by address.

    Raises AttachmentHolds for what a document may not hold.
    """
    going: list[Element] = []
    for element in root.iter():
        name = local(element.tag)
        if name in _REFUSED:
            raise AttachmentHolds(_REFUSED[name])
        if name in _GONE or _is_of_a_machine(element):
            going.append(element)
            continue
        _mend_words(element, name)
        if element.tag == _FRAME:
            going += _surplus_pictures(element, content)
    remove_all(going)
    for element in root.iter():
        _mend_address(element)


def _mend_words(element: Element, name: str) -> None:
    if name in _DESCRIBING and names_a_path(str(element.text or "")):
        element.text = None
    if name in _PEOPLE and element.tag.startswith(_OF_PROPERTIES):
        element.text = _PEOPLE[name]
    for attribute in [key for key in element.attrib if "rsid" in local(key)]:
        del element.attrib[attribute]
    if any(reaches_out(value) for key, value in element.attrib.items() if local(key) in _CALCULATING):
        raise AttachmentHolds(Holding.LINK)


def named_inside(root: Element) -> Iterator[tuple[str, bool]]:
    """Yield the addresses inside the package that a part names, and whether each is a picture."""
    for element in root.iter():
        address = (element.get(_XLINK) or "").strip()
        if address and not address.startswith("#") and not _has_address(element):
            yield address, element.tag in _PICTURES


def _surplus_pictures(frame: Element, content: Callable[[str], bytes]) -> Iterator[Element]:
    """Yield all pictures of a frame but the first that can be drawn anew; they show the same in other kinds."""
    images = [child for child in frame if child.tag == _IMAGE]
    drawn = [image for image in images if can_be_drawn(content((image.get(_XLINK) or "").strip()))]
    has_object = any(child.tag == _OBJECT for child in frame)
    for image in images:
        preview = has_object and _PREVIEWS in (image.get(_XLINK) or "")
        if preview or (drawn and image is not drawn[0]):
            yield image


def _mend_address(element: Element) -> None:
    address = element.get(_XLINK)
    if address is None:
        return
    if _has_address(element):
        if not is_followed(address):
            element.set(_XLINK, NOWHERE)
    elif not is_inside(address):
        raise AttachmentHolds(Holding.LINK)


def _has_address(element: Element) -> bool:
    return local(element.tag) in _WITH_ADDRESS


def _is_of_a_machine(element: Element) -> bool:
    return element.tag == _SETTING and str(element.get(_SETTING_NAME)).startswith(_PRINTERS_AND_SESSIONS)
