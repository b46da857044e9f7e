# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes from the XML of an Office Open XML part."""

from __future__ import annotations

from collections.abc import Callable, Collection

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.formulas import reaches_out
from app.content.attachments.links import names_a_path
from app.content.attachments.office_fields import mend_fields
from app.content.attachments.xml_part import LONG_AGO, NOBODY, NOBODYS_INITIALS, Element, local, remove_all

_WORD = (
    "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}",
    "{http://purl.oclc.org/ooxml/wordprocessingml",
)
_EMBEDDED = "{http://schemas.openxmlformats.org/officeDocument/2006/relationships}embed"

_GONE = frozenset(
    {
        *("rsids", "docId", "docVars", "attachedTemplate", "mailMerge", "absPath", "revisionPtr", "presenceInfo"),
        *("embedRegular", "embedBold", "embedItalic", "embedBoldItalic", "fileSharing", "nsid", "custDataLst"),
        *("customWorkbookViews", "customSheetViews"),
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

_DESCRIBING = frozenset({"descr", "title", "alt"})
_CALCULATING = frozenset(
    {"f", "definedName", "formula", "formula1", "formula2", "calculatedColumnFormula", "oldFormula"}
)


def clean_words(root: Element) -> None:
    """Take out of a part whatever names people, machines and times; raises AttachmentHolds for fields that fetch."""
    going: list[Element] = []
    for element in root.iter():
        name = local(element.tag)
        if name in _GONE:
            going.append(element)
            continue
        if name in _CALCULATING and reaches_out(str(element.text or "")):
            raise AttachmentHolds(Holding.LINK)
        for key, said in _ON.get(name, {}).items():
            if key in element.attrib:
                element.set(key, said)
        for key in list(element.attrib):
            _mend_attribute(element, key)
    remove_all(going)
    mend_fields(root)
    if local(root.tag) == "comments":
        _forget_authors(root)


def without_drawings(root: Element, can_be_drawn: Callable[[str], bool]) -> frozenset[str]:
    """Take out drawings of lines beside which the same stands as points, and return the ids they were known by."""
    ids: set[str] = set()
    going: list[Element] = []
    for drawing in [element for element in root.iter() if local(element.tag) == "svgBlip"]:
        picture = next((holder for holder in drawing.iterancestors() if local(holder.tag) == "blip"), None)
        if picture is not None and can_be_drawn(str(picture.get(_EMBEDDED))):
            ids.add(str(drawing.get(_EMBEDDED)))
            going.append(drawing.getparent())
    remove_all(going)
    return frozenset(ids)


def _mend_attribute(element: Element, key: str) -> None:
    name = local(key)
    if name in _DESCRIBING and names_a_path(str(element.get(key))):
        # Older programs write there from where a picture was taken.
        element.set(key, "")
    if not key.startswith(_WORD) and name != "dateUtc":
        return
    if name.startswith("rsid") or name == "ed":
        del element.attrib[key]
    elif name in _IN_WORD:
        element.set(key, _IN_WORD[name])


def _forget_authors(root: Element) -> None:
    """Spreadsheets keep the authors of comments in a list, and write each name into the comment as well."""
    names = {str(element.text) for element in root.iter() if local(element.tag) == "author" and element.text}
    for element in root.iter():
        if local(element.tag) == "author" and element.text:
            element.text = NOBODY
        elif local(element.tag) == "t" and element.text:
            element.text = _without_author(str(element.text), names)


def _without_author(text: str, names: Collection[str]) -> str:
    if text.strip().removesuffix(":") in names:
        return f"{NOBODY}:"
    # The name may stand in one run with the comment.
    author, colon, said = text.partition(":")
    return f"{NOBODY}:{said}" if colon and author.strip() in names else text
