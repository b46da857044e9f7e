# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Looks into packed documents (DOCX, ODT) before any program unpacks them."""

from __future__ import annotations

import zipfile
from io import BytesIO

from app.content.attachments.package import BROKEN, ENCRYPTED, METHODS, SMALL
from app.review.importing import limits
from app.review.importing.errors import DocumentDamaged, DocumentDangerous, DocumentEncrypted

_MARKUP = (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype", b"<!entity")
_XML = (".xml", ".rels", ".rdf")


def check_packed(data: bytes) -> frozenset[str]:
    """Return the names of the parts of a packed document that is safe to open.

    Raises:
        DocumentDamaged, DocumentDangerous, DocumentEncrypted, DocumentTooLarge: it is not.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            entries = archive.infolist()
            _check_sizes(entries)
            for entry in entries:
                _check_entry(archive, entry)
            return frozenset(entry.filename for entry in entries)
    except BROKEN as error:
        raise DocumentDamaged from error


def _check_sizes(entries: list[zipfile.ZipInfo]) -> None:
    limits.check("parts", len(entries), limits.ENTRIES)
    limits.check("unpacked", sum(entry.file_size for entry in entries), limits.UNPACKED)
    for entry in entries:
        if entry.flag_bits & ENCRYPTED:
            raise DocumentEncrypted
        if entry.compress_type not in METHODS:
            raise DocumentDamaged
        name = entry.filename
        if name.startswith("/") or "\\" in name or ".." in name.split("/"):
            raise DocumentDangerous("path")
        if entry.file_size > SMALL and entry.file_size > limits.RATIO * max(entry.compress_size, 1):
            limits.check("unpacked", entry.file_size, limits.RATIO * max(entry.compress_size, 1))


def _check_entry(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> None:
    if not entry.filename.lower().endswith(_XML):
        return
    limits.check("xml", entry.file_size, limits.XML)
    content = archive.read(entry)
    # In another encoding than UTF-8 a declaration could hide from the search below; office programs write none.
    if content[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in content[:64]:
        raise DocumentDangerous("encoding")
    if any(mark in content for mark in _MARKUP):
        raise DocumentDangerous("doctype")
