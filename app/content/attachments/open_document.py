# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Makes OpenDocument files (ISO/IEC 26300) anew without what they say about their makers, and without programs."""

from __future__ import annotations

import posixpath
import re
from collections.abc import Iterator

from lxml import etree

from app.content.attachments.errors import AttachmentDamaged, AttachmentHolds, Holding
from app.content.attachments.inner_pictures import InnerPictures
from app.content.attachments.kinds import FileKind, kind_by_mark
from app.content.attachments.open_document_words import clean_words, named_inside
from app.content.attachments.package import MIMETYPE, Parts, packed, unpacked
from app.content.attachments.xml_part import Element, parsed, written

_MANIFEST = "META-INF/manifest.xml"
_CONTENT = "content.xml"
_DOCUMENT = (_CONTENT, "styles.xml", "settings.xml")
_MOST_INSIDE = 200
"""Charts and formulas in one document."""

_NS = "urn:oasis:names:tc:opendocument:xmlns:manifest:1.0"
_OPEN_DOCUMENT = "application/vnd.oasis.opendocument."
_OFFICE = "urn:oasis:names:tc:opendocument:xmlns:office:1.0"
_KNOWN_VERSION = re.compile(r"1\.[0-9]")


def inner_type(parts: Parts) -> str:
    """Return what a package says it is, "" where it is no OpenDocument file."""
    return parts.get(MIMETYPE, b"")[:200].decode("ascii", "replace").strip()


def clean_open_document(data: bytes, kind: FileKind) -> bytes:
    """Return the document with its texts, sheets, slides, charts and pictures, and with nothing else.

    Properties, thumbnails, scripts, configurations, embedded fonts, older versions, signatures and printers go, and so
    do the authors and times of comments and tracked changes.

    Raises:
        AttachmentDamaged, AttachmentTooLarge: it cannot be read or takes too much room.
        AttachmentHolds: it holds a file of another program, links to other files, or what cannot be drawn anew.
    """
    parts = unpacked(data)
    if _CONTENT not in parts or b"encryption-data" in parts.get(_MANIFEST, b""):
        raise AttachmentDamaged
    version = _version(parts[_CONTENT])
    kept: Parts = {MIMETYPE: kind.inner.encode(), "meta.xml": _empty_meta(version)}
    pictures = InnerPictures()
    folders = [""]
    for folder in folders:
        if len(folders) > _MOST_INSIDE:
            raise AttachmentHolds(Holding.HARMFUL)
        for name in _taken_in(folder, parts, kept, pictures):
            if f"{name}/{_CONTENT}" not in parts:
                # A file of another program; charts and formulas are documents in folders of their own.
                raise AttachmentHolds(Holding.OBJECT)
            if f"{name}/" not in folders:
                folders.append(f"{name}/")
    kept[_MANIFEST] = _manifest(kept, kind, folders[1:], parts, version)
    return packed(kept)


def _taken_in(folder: str, parts: Parts, kept: Parts, pictures: InnerPictures) -> Iterator[str]:
    """Take the document in `folder` in, with its pictures, and yield the names of the documents inside it."""
    for file in _DOCUMENT:
        name = f"{folder}{file}"
        if name not in parts:
            continue
        root = parsed(parts[name])
        clean_words(root, lambda address: parts.get(_inside(folder, address), b""))
        kept[name] = written(root)
        for address, is_picture in named_inside(root):
            target = _inside(folder, address)
            if not is_picture:
                yield target
            elif target in parts:
                kept[target] = pictures.clean(parts[target])


def _inside(folder: str, address: str) -> str:
    return posixpath.normpath(posixpath.join(folder, address))


def _version(content: bytes) -> str:
    """Return the version of OpenDocument that a text says it follows, "" where it says none, as before 1.2."""
    found = parsed(content).get(f"{{{_OFFICE}}}version") or ""
    return str(found) if _KNOWN_VERSION.fullmatch(found) else ""


def _empty_meta(version: str) -> bytes:
    root = etree.Element(f"{{{_OFFICE}}}document-meta", nsmap={"office": _OFFICE})
    if version:
        root.set(f"{{{_OFFICE}}}version", version)
    etree.SubElement(root, f"{{{_OFFICE}}}meta")
    return written(root)


def _manifest(kept: Parts, kind: FileKind, folders: list[str], parts: Parts, version: str) -> bytes:
    root = etree.Element(f"{{{_NS}}}manifest", nsmap={"manifest": _NS})
    told = _told(parts)
    entries = {"/": kind.inner, **{folder: told.get(folder, "") for folder in folders}}
    entries |= {name: _media_type(name, kept[name]) for name in sorted(kept) if name != MIMETYPE}
    for name, media_type in entries.items():
        entry: Element = etree.SubElement(root, f"{{{_NS}}}file-entry")
        entry.set(f"{{{_NS}}}full-path", name)
        entry.set(f"{{{_NS}}}media-type", media_type)
        if version and name.endswith("/"):
            entry.set(f"{{{_NS}}}version", version)
    if version:
        # LibreOffice opens no document whose manifest says another version than its text, or none.
        root.set(f"{{{_NS}}}version", version)
    return written(root)


def _told(parts: Parts) -> dict[str, str]:
    """Return what the manifest says that the documents inside are."""
    root = parsed(parts[_MANIFEST]) if _MANIFEST in parts else ()
    told = {str(e.get(f"{{{_NS}}}full-path")): str(e.get(f"{{{_NS}}}media-type") or "") for e in root}
    return {name: media_type for name, media_type in told.items() if media_type.startswith(_OPEN_DOCUMENT)}


def _media_type(name: str, content: bytes) -> str:
    if name.endswith(".xml"):
        return "text/xml"
    kind = kind_by_mark(content)
    return kind.media_type if kind else ""
