# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes from the XML of an Office Open XML part."""

from __future__ import annotations

import re
from collections.abc import Callable

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.xml_part import LONG_AGO, NOBODY, NOBODYS_INITIALS, Element, local, removed

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml",
)
_EMBEDDED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"

_GONE = frozenset(
    {
        *("rsids", "docId", "docVars", "attachedTemplate", "mailMerge", "absPath", "revisionPtr", "presenceInfo"),
        *("embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "fileSharing", "nsid", "custDataLst"),
    }
)
"""Elements that name people, machines and sessions, or lead to what goes with them."""

_IN_WORD = {"author": NOBODY, "initials": NOBODYS_INITIALS, "date": LONG_AGO, "dateUtc": LONG_AGO}
_ON = {
    "cmAuthor": {"name": NOBODY, "initials": NOBODYS_INITIALS},
    "author": {"name": NOBODY, "initials": NOBODYS_INITIALS, "userId": NOBODY, "providerId": "None"},
    "person": {"displayName": NOBODY, "userId": NOBODY, "providerId": "None"},
    "cm": {"dt": LONG_AGO, "created": LONG_AGO},
    "reply": {"created": LONG_AGO},
    "threadedComment": {"dT": LONG_AGO},
    "pivotCacheDefinition": {"refreshedBy": NOBODY, "refreshedDate": "0", "refreshedDateIso": LONG_AGO},
}
"""Attributes by their element, and what they say then."""

_QUOTED = re.compile(r'"[^"]*"')
_FETCHING = re.compile(r"\b(?:DDE|DDEAUTO|INCLUDEPICTURE|INCLUDETEXT|IMPORT|LINK)\b", re.IGNORECASE)
_FIELD, _SIMPLE_FIELD, _PARAGRAPH = "instrText", "fldSimple", "p"


def clean_words(root: Element) -> None:
    """Take out of a part whatever names people, machines and times; raises AttachmentHolds for fields that fetch."""
    for element in list(root.iter()):
        name = local(element.tag)
        if name in _GONE:
            removed(element)
            continue
        for key, said in _ON.get(name, {}).items():
            if key in element.attrib:
                element.set(key, said)
        for key in list(element.attrib):
            _mend_attribute(element, key)
    _refuse_fields(root)
    if local(root.tag) == "comments":
        _forget_authors(root)


def without_drawings(root: Element, can_be_drawn: Callable[[str], bool]) -> frozenset[str]:
    """Take out drawings of lines beside which the same stands as points, and return the ids they were known by."""
    ids: set[str] = set()
    for drawing in [element for element in root.iter() if local(element.tag) == "svgBlip"]:
        picture = next((holder for holder in drawing.iterancestors() if local(holder.tag) == "blip"), None)
        if picture is not None and can_be_drawn(str(picture.get(_EMBEDDED))):
            ids.add(str(drawing.get(_EMBEDDED)))
            removed(drawing.getparent())
    return frozenset(ids)


def _mend_attribute(element: Element, key: str) -> None:
    name = local(key)
    if not key.startswith(_WORD) and name != "dateUtc":
        return
    if name.startswith("rsid"):
        del element.attrib[key]
    elif name in _IN_WORD:
        element.set(key, _IN_WORD[name])


def _refuse_fields(root: Element) -> None:
    for paragraph in (element for element in root.iter() if local(element.tag) == _PARAGRAPH):
        orders = "".join(_orders(element) for element in paragraph.iter())
        if _FETCHING.search(_QUOTED.sub("", orders)):
            raise AttachmentHolds(Holding.LINK)


def _orders(element: Element) -> str:
    name = local(element.tag)
    if name == _FIELD:
        return str(element.text or "")
    if name == _SIMPLE_FIELD:
        return next((f" {value} " for key, value in element.attrib.items() if local(key) == "instr"), "")
    return ""


def _forget_authors(root: Element) -> None:
    """Spreadsheets keep the authors of comments in a list, and write each name into the comment as well."""
    names = {str(element.text) for element in root.iter() if local(element.tag) == "author" and element.text}
    for element in root.iter():
        if local(element.tag) == "author" and element.text:
            element.text = NOBODY
        elif local(element.tag) == "t" and str(element.text).strip().removesuffix(":") in names:
            element.text = f"{NOBODY}:"
