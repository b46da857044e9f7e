# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Draws pictures anew: what is not a pixel does not come along."""

from __future__ import annotations

import struct
import zlib
from io import BytesIO

from PIL import Image, ImageOps, UnidentifiedImageError

from app.content.attachments.errors import AttachmentDamaged, AttachmentTooLarge
from app.content.attachments.plain_pictures import is_plain

PIXELS = 40_000_000
"""The largest picture; good cameras reach about half of it."""
SIDE = 2_400
"""Longest side of a stored picture in pixels, enough for a page and its print."""

_TAIL = 64 * 1024
"""Bytes behind the end of a JPEG that some cameras and phones append."""

FORMATS = ("PNG", "JPEG", "WEBP")
INNER_FORMATS = (*FORMATS, "GIF", "BMP", "TIFF")
"""What office programs put into documents."""

_MODES = {
    "PNG": ("1", "L", "LA", "P", "RGB", "RGBA"),
    "JPEG": ("L", "RGB"),
    "WEBP": ("RGB", "RGBA"),
    "GIF": ("L", "P"),
    "BMP": ("1", "L", "RGB"),
    "TIFF": ("1", "L", "RGB", "RGBA"),
}
_OPTIONS: dict[str, dict[str, bool | int | str]] = {
    "PNG": {"optimize": True},
    "JPEG": {"quality": 85},
    "WEBP": {"quality": 85},
    "TIFF": {"compression": "tiff_lzw"},
}
_BROKEN = (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error, zlib.error, EOFError, IndexError)


def clean_picture(data: bytes, formats: tuple[str, ...] = FORMATS) -> bytes:
    """Return a picture without metadata, upright, no larger than a page needs.

    What is so already stays byte for byte, so that cleaning twice changes nothing: drawing a JPEG or WebP picture anew
    would give other points each time.

    Raises:
        AttachmentDamaged: the picture cannot be read.
        AttachmentTooLarge: it has too many pixels.
    """
    if not _is_whole(data):
        raise AttachmentDamaged
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            _check_size(picture.size)
            picture.load()
            if is_plain(data) and max(picture.size) <= SIDE:
                return data
            return _drawn(picture)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise AttachmentTooLarge("pixels", size=PIXELS + 1, limit=PIXELS) from error
    except _BROKEN as error:
        raise AttachmentDamaged from error


def pixels_of(data: bytes, formats: tuple[str, ...] = FORMATS) -> int:
    """Return how many pixels the head of a picture promises; raises as `clean_picture` does."""
    try:
        with Image.open(BytesIO(data), formats=formats) as picture:
            return picture.size[0] * picture.size[1]
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise AttachmentTooLarge("pixels", size=PIXELS + 1, limit=PIXELS) from error
    except _BROKEN as error:
        raise AttachmentDamaged from error


def has_shown_size(data: bytes) -> bool:
    """Tell whether the head of a PNG, JPEG or WebP can be read and promises no more pixels than a browser may meet."""
    try:
        with Image.open(BytesIO(data), formats=FORMATS) as picture:
            return 0 < picture.size[0] * picture.size[1] <= PIXELS
    except (Image.DecompressionBombError, Image.DecompressionBombWarning, *_BROKEN):
        return False


def _is_whole(data: bytes) -> bool:
    """Tell whether a picture has its end.

    Pillow would say so itself, but other libraries of the process may have told it to fill up cut pictures with grey.
    """
    if data.startswith(b"\x89PNG"):
        return b"IEND" in data
    if data.startswith(b"\xff\xd8"):
        return b"\xff\xd9" in data[-_TAIL:]
    return not data.startswith(b"RIFF") or len(data) >= int.from_bytes(data[4:8], "little") + 8


def _check_size(size: tuple[int, int]) -> None:
    pixels = size[0] * size[1]
    if pixels > PIXELS:
        raise AttachmentTooLarge("pixels", size=pixels, limit=PIXELS)


def _drawn(picture: Image.Image) -> bytes:
    form = picture.format or "PNG"
    upright = ImageOps.exif_transpose(picture)
    if upright.mode not in _MODES[form]:
        sees_through = "A" in upright.getbands() and "RGBA" in _MODES[form]
        upright = upright.convert("RGBA" if sees_through else _MODES[form][-1] if form == "GIF" else "RGB")
    if max(upright.size) > SIDE:
        upright = upright.convert("RGBA" if upright.mode in ("P", "LA") else upright.mode)
        upright.thumbnail((SIDE, SIDE))
    # What an encoder would copy from the original stands here: comments, profiles, EXIF.
    upright.info = {key: value for key, value in upright.info.items() if key == "transparency"}
    out = BytesIO()
    upright.save(out, form, **_OPTIONS.get(form, {}))
    return out.getvalue()
