# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells what a file is by what it contains. Its name decides between sorts of text alone, which look alike."""

from __future__ import annotations

import re

from app.content.attachments import office_xml, open_document
from app.content.attachments.errors import AttachmentTypeUnknown, DrawingRefused, OldOfficeFile
from app.content.attachments.kinds import KINDS, Family, FileKind, kind_by_mark, kind_of_name
from app.content.attachments.office_relations import relations_name
from app.content.attachments.package import MIMETYPE, unpacked
from app.content.attachments.texts import is_text

_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!doctype|<!--|<svg|<html)", re.IGNORECASE)
_COMMENT = re.compile(rb"^(?:\xef\xbb\xbf)?\s*<!--")
_TELLING = frozenset({MIMETYPE, office_xml.TYPES, relations_name("")})
_OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def kind_of(name: str, data: bytes) -> FileKind:
    """Return the kind of a file.

    Raises:
        AttachmentTypeUnknown: none of the allowed ones; DrawingRefused and OldOfficeFile say so of what is often tried.
        AttachmentDamaged, AttachmentTooLarge, AttachmentHolds: a package that cannot be looked into.
    """
    named = kind_of_name(name)
    is_text_by_name = named is not None and named.family is Family.TEXT
    if _MARKUP.match(data[:512]) and not (is_text_by_name and _COMMENT.match(data[:512])):
        raise DrawingRefused
    if data.startswith(_OLD_CONTAINER):
        raise OldOfficeFile
    marked = kind_by_mark(data)
    if marked is not None:
        return _kind_inside(data) if marked.inner else marked
    if named is not None and is_text_by_name and is_text(data):
        return named
    raise AttachmentTypeUnknown


def _kind_inside(data: bytes) -> FileKind:
    parts = unpacked(data, _TELLING)
    inner = open_document.inner_type(parts) or office_xml.inner_type(parts)
    for kind in KINDS:
        if inner and kind.inner == inner:
            return kind
    raise AttachmentTypeUnknown
