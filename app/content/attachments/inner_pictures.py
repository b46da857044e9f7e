# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures inside documents, drawn anew like those that stand alone."""

from __future__ import annotations

from app.content.attachments.errors import AttachmentHolds, Holding
from app.content.attachments.pictures import INNER_FORMATS, clean_picture

_DRAWN = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def can_be_drawn(data: bytes) -> bool:
    """Tell whether a picture is made of points; office programs also know those made of lines (EMF, WMF, SVG)."""
    return data.startswith(_DRAWN) or data[8:12] == b"WEBP"


def clean_inner_picture(data: bytes) -> bytes:
    """Return a picture as `clean_picture` does, of the kind that it was; GIF, BMP and TIFF are known here too.

    Raises:
        AttachmentHolds: it is made of lines, or no picture at all.
        AttachmentDamaged, AttachmentTooLarge: it cannot be read, or is too large.
    """
    if not can_be_drawn(data):
        raise AttachmentHolds(Holding.DRAWING)
    return clean_picture(data, INNER_FORMATS)
