# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes Office Open XML files (ISO/IEC 29500) anew without what they say about their makers."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.attachments.errors import AttachmentDamaged, AttachmentHolds, Holding
from app.content.attachments.inner_pictures import InnerPictures, can_be_drawn
from app.content.attachments.office_relations import clean_relations, relations_name, targets_of, without_dangling
from app.content.attachments.office_words import clean_words, without_drawings
from app.content.attachments.package import Parts, packed, unpacked
from app.content.attachments.xml_part import Element, local, parsed, remove_all, written

TYPES = "[Content_Types].xml"
_MACROS = ("macroEnabled", "vbaProject")
_XML = ("+xml", "/xml", "vmlDrawing")
_PROPERTIES: Mapping[str, bytes] = {
    "application/vnd.openxmlformats-package.core-properties+xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<cp:coreProperties '
        b'xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
    ),
    "application/vnd.openxmlformats-officedocument.extended-properties+xml": (
        b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n<Properties '
        b'xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>'
    ),
}


class _Types:
    """What the parts of a package are, as its table says."""

    def __init__(self, data: bytes) -> None:
        self.root: Element = parsed(data)
        entries = list(self.root)
        self._defaults = {
            str(entry.get("Extension")).lower(): str(entry.get("ContentType"))
            for entry in entries
            if local(entry.tag) == "Default"
        }
        self._parts = {
            str(entry.get("PartName")).lstrip("/"): str(entry.get("ContentType"))
            for entry in entries
            if local(entry.tag) == "Override"
        }

    def of(self, part: str) -> str:
        return self._parts.get(part) or self._defaults.get(part.rpartition(".")[2].lower(), "")

    def all(self) -> tuple[str, ...]:
        return (*self._defaults.values(), *self._parts.values())

    def only(self, kept: Parts) -> bytes:
        """Return the table for these parts."""
        endings = {name.rpartition(".")[2].lower() for name in kept}
        named = [(entry, str(entry.get("PartName") or "").lstrip("/")) for entry in self.root]
        remove_all(
            entry
            for entry, part in named
            if (part and part not in kept) or (not part and str(entry.get("Extension")).lower() not in endings)
        )
        return written(self.root)


def inner_type(parts: Parts) -> str:
    """Return the content type of the main part, "" where it is no such package; raises what reading XML raises.

    Raises:
        AttachmentHolds: the document carries programs.
    """
    if TYPES not in parts or relations_name("") not in parts:
        return ""
    types = _Types(parts[TYPES])
    if any(mark in told for told in types.all() for mark in _MACROS):
        raise AttachmentHolds(Holding.MACROS)
    targets = clean_relations("", parts[relations_name("")], frozenset()).targets
    return next((types.of(target) for target in targets if types.of(target).endswith(".main+xml")), "")


def clean_office_xml(data: bytes) -> bytes:
    """Return the document with what its text, sheets or slides lead to, and with nothing else.

    Properties, thumbnails, printer settings, templates, embedded fonts and the data behind charts go, and so do the
    authors and times of comments and tracked changes.

    Raises:
        AttachmentDamaged, AttachmentTooLarge: it cannot be read or takes too much room.
        AttachmentHolds: it holds programs or files of others, links to other files, or what cannot be drawn anew.
    """
    parts = unpacked(data)
    types = _Types(parts[TYPES])
    kept: Parts = {}
    pictures = InnerPictures()
    waiting = [""]
    for part in waiting:
        for target in _taken_in(part, parts, kept, types, pictures):
            if target not in parts:
                raise AttachmentDamaged
            if target not in waiting:
                waiting.append(target)
    kept[TYPES] = types.only(kept)
    return packed(kept)


def _taken_in(part: str, parts: Parts, kept: Parts, types: _Types, pictures: InnerPictures) -> tuple[str, ...]:
    """Take a part in and return the names of those it leads to."""
    sort = types.of(part)
    if sort in _PROPERTIES:
        kept[part] = _PROPERTIES[sort]
        return ()
    if part and not sort.endswith(_XML):
        kept[part] = pictures.clean(parts[part])
        return ()
    root = parsed(parts[part]) if part else None
    lies = relations_name(part)
    targets: tuple[str, ...] = ()
    if lies in parts:
        dropped = frozenset() if root is None else _drawings(root, part, parts)
        relations = clean_relations(part, parts[lies], dropped)
        targets, kept[lies] = relations.targets, written(relations.root)
        if root is not None:
            without_dangling(root, relations.gone)
    if root is not None:
        clean_words(root)
        kept[part] = written(root)
    return targets


def _drawings(root: Element, part: str, parts: Parts) -> frozenset[str]:
    shown = targets_of(part, parts[relations_name(part)])
    return without_drawings(root, lambda identifier: can_be_drawn(parts.get(shown.get(identifier, ""), b"")))
