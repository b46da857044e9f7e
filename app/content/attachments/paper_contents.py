# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What goes from the objects of a PDF (ISO 32000-2): who wrote a remark and when, what acts by itself, other files."""

from __future__ import annotations

from collections.abc import Iterator

from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, PdfObject

from app.content.attachments.links import is_followed

_EVERYWHERE = ("/AA", "/AF", "/Metadata", "/PieceInfo", "/LastModified")
_IN_REMARKS = ("/T", "/M", "/CreationDate", "/NM", "/FS", "/RichMediaContent", "/Movie", "/Sound")
_REMARKS = "/Annots"
_GONE = frozenset({"/FileAttachment", "/Movie", "/Sound", "/Screen", "/RichMedia", "/3D"})
"""Remarks that are another file, or that play one."""
_DEEDS = ("/A", "/PA", "/Next")
_GOING, _LEADING = "/GoTo", "/URI"


def clean_contents(root: DictionaryObject) -> None:
    """Clean everything that can be reached from the root of a document."""
    for found in _every(root):
        for name in _EVERYWHERE:
            found.pop(NameObject(name), None)
        for name in _DEEDS:
            if name in found and not _is_harmless(found[name].get_object()):
                del found[NameObject(name)]
        if _REMARKS in found:
            _clean_remarks(found)
        if found.get("/Type") == "/Annot" or "/IRT" in found or "/FT" in found:
            # Remarks and form fields also hang on each other, not only on a page.
            _forget(found)


def _every(root: DictionaryObject) -> Iterator[DictionaryObject]:
    """Yield each dictionary once, streams included; what was taken out of one is not followed."""
    seen: set[int] = set()
    waiting: list[PdfObject] = [root]
    while waiting:
        one = waiting.pop()
        if isinstance(one, IndirectObject):
            if one.idnum in seen:
                continue
            seen.add(one.idnum)
            found = one.get_object()
            if found is None:
                continue
            one = found
        if isinstance(one, DictionaryObject):
            yield one
            waiting.extend(one.raw_get(key) for key in one)
        elif isinstance(one, ArrayObject):
            waiting.extend(list.__iter__(one))


def _is_harmless(deed: PdfObject | None) -> bool:
    """Tell whether an action, or each of several, leads within the document or to the web.

    Other things that are called so are no actions.
    """
    if isinstance(deed, ArrayObject):
        return all(_is_harmless(one.get_object()) for one in list.__iter__(deed))
    if not isinstance(deed, DictionaryObject) or "/S" not in deed:
        return True
    sort = str(deed["/S"])
    return sort == _GOING or (sort == _LEADING and is_followed(str(deed.get("/URI", ""))))


def _forget(remark: DictionaryObject) -> None:
    for name in _IN_REMARKS:
        remark.pop(NameObject(name), None)


def _clean_remarks(holder: DictionaryObject) -> None:
    remarks = holder[_REMARKS].get_object()
    if not isinstance(remarks, ArrayObject):
        return
    kept = []
    for one in list.__iter__(remarks):
        remark = one.get_object()
        if isinstance(remark, DictionaryObject) and remark.get("/Subtype") not in _GONE:
            _forget(remark)
            kept.append(one)
    holder[NameObject(_REMARKS)] = ArrayObject(kept)
