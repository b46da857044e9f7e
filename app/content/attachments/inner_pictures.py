# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures inside documents, drawn anew like those that stand alone."""

from __future__ import annotations

from hashlib import sha256

from app.content.attachments.errors import AttachmentHolds, AttachmentTooLarge, Holding
from app.content.attachments.pictures import INNER_FORMATS, clean_picture, pixels_of

DOCUMENT_PIXELS = 200_000_000
"""Of all pictures of a document together; a packed picture of one colour takes next to nothing, and seconds to draw."""

_DRAWN = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"GIF8", b"BM", b"II*\0", b"MM\0*")


def can_be_drawn(data: bytes) -> bool:
    """Tell whether a picture is made of points; office programs also know those made of lines (EMF, WMF, SVG)."""
    return data.startswith(_DRAWN) or data[8:12] == b"WEBP"


class InnerPictures:
    """Draws the pictures of one document anew, the same one once, and adds up what they hold."""

    def __init__(self) -> None:
        self._pixels = 0
        self._drawn: dict[bytes, bytes] = {}

    def clean(self, data: bytes) -> bytes:
        """Return a picture as `clean_picture` does, of the kind that it was; GIF, BMP and TIFF are known here too.

        Raises:
            AttachmentHolds: it is made of lines, or no picture at all.
            AttachmentDamaged, AttachmentTooLarge: it cannot be read, is too large, or all together are.
        """
        known = sha256(data).digest()
        if known not in self._drawn:
            self._drawn[known] = self._draw(data)
        return self._drawn[known]

    def _draw(self, data: bytes) -> bytes:
        if not can_be_drawn(data):
            raise AttachmentHolds(Holding.DRAWING)
        self._pixels += pixels_of(data, INNER_FORMATS)
        if self._pixels > DOCUMENT_PIXELS:
            raise AttachmentTooLarge("pictures", size=self._pixels, limit=DOCUMENT_PIXELS)
        return clean_picture(data, INNER_FORMATS)
