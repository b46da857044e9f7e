# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From an uploaded file to what may stand beside a record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Collection
from dataclasses import dataclass

from app.content.attachments.errors import AttachmentTooLarge, AttachmentTypeUnknown, DrawingRefused
from app.content.attachments.papers import clean_pdf
from app.content.attachments.pictures import clean_picture, has_shown_size
from app.content.repository import FILE_LIMIT

_SPELLED = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
_LONGEST_NAME = 60
_MARKUP = re.compile(rb"^(?:\xef\xbb\xbf)?\s*(?:<\?xml|<!doctype|<!--|<svg|<html)", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attachment:
    """A file as it is stored: `name` is made from that of the upload, and its ending says what it contains."""

    name: str
    data: bytes
    is_picture: bool


def attachment(name: str, data: bytes, taken: Collection[str] = ()) -> Attachment:
    """Return an uploaded file without what it says about its makers; no other file of the record has its name.

    Pictures are drawn anew, so that place, camera and author go; PDF lose their properties and scripts.

    Raises:
        AttachmentRefused: one of its subclasses says why the file cannot be attached.
    """
    if len(data) > FILE_LIMIT:
        raise AttachmentTooLarge("bytes", size=len(data), limit=FILE_LIMIT)
    if _MARKUP.match(data[:512]):
        raise DrawingRefused
    for ending, signature, offset, cleaned in _TYPES:
        if data[offset : offset + len(signature)] == signature:
            stored = cleaned(data)
            free = _free(_stem(name), ending, taken)
            return Attachment(name=free, data=stored, is_picture=ending != "pdf")
    raise AttachmentTypeUnknown


def picture_ending(data: bytes) -> str:
    """Return the ending of the kind of picture that bytes are, as far as pages show it; empty for everything else.

    For files of others, which stay as they were signed: nothing is drawn anew, and no name is believed.
    """
    for ending, signature, offset, _cleaned in _TYPES:
        if ending != "pdf" and data[offset : offset + len(signature)] == signature:
            return ending if has_shown_size(data) else ""
    return ""


_TYPES: tuple[tuple[str, bytes, int, Callable[[bytes], bytes]], ...] = (
    ("png", b"\x89PNG\r\n\x1a\n", 0, clean_picture),
    ("jpg", b"\xff\xd8\xff", 0, clean_picture),
    ("webp", b"WEBP", 8, clean_picture),
    ("pdf", b"%PDF-", 0, clean_pdf),
)


def _stem(name: str) -> str:
    stem = name.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or name
    spelled = unicodedata.normalize("NFKD", stem.lower().translate(_SPELLED)).encode("ascii", "ignore").decode()
    return "-".join(re.findall(r"[a-z0-9]+", spelled))[:_LONGEST_NAME].strip("-") or "datei"


def _free(stem: str, ending: str, taken: Collection[str]) -> str:
    number, name = 1, f"{stem}.{ending}"
    while name in taken:
        number += 1
        name = f"{stem}-{number}.{ending}"
    return name
