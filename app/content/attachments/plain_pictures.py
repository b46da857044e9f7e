# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells pictures that hold nothing but their points, by the parts that their formats are made of."""

from __future__ import annotations

import zlib

_PNG = b"\x89PNG\r\n\x1a\n"
_PNG_PARTS = frozenset({b"IHDR", b"PLTE", b"tRNS", b"IDAT", b"IEND"})
_JPEG_PARTS = frozenset({0xDB, 0xC0, 0xC1, 0xC2, 0xC4, 0xDA, 0xDD})
_JFIF, _START, _END, _SCAN = 0xE0, 0xD8, 0xD9, 0xDA
_JFIF_SIZE = 16
_WEBP_PARTS = frozenset({b"VP8 ", b"VP8L", b"VP8X", b"ALPH"})
_WEBP_ALPHA = 0x10


def is_plain(data: bytes) -> bool:
    """Tell whether a PNG, JPEG or WebP picture is made of what draws it alone, from its first byte to its last.

    Such a picture says nothing about its makers, and drawing it anew would only make it worse.
    """
    if data.startswith(_PNG):
        return _is_plain_png(data)
    if data.startswith(b"\xff\xd8"):
        return _is_plain_jpeg(data)
    return data.startswith(b"RIFF") and _is_plain_webp(data)


def _is_plain_png(data: bytes) -> bool:
    at = len(_PNG)
    while at + 12 <= len(data):
        size, name = int.from_bytes(data[at : at + 4], "big"), data[at + 4 : at + 8]
        end = at + 12 + size
        sealed = zlib.crc32(data[at + 4 : end - 4]).to_bytes(4, "big")
        if name not in _PNG_PARTS or end > len(data) or data[end - 4 : end] != sealed:
            return False
        if name == b"IEND":
            return size == 0 and end == len(data)
        at = end
    return False


def _is_plain_jpeg(data: bytes) -> bool:
    at = 2
    while at + 4 <= len(data) and data[at] == 0xFF:
        mark, size = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if mark == _JFIF:
            # Longer ones hold a small picture of their own.
            if data[at + 4 : at + 9] != b"JFIF\0" or size != _JFIF_SIZE:
                return False
        elif mark not in _JPEG_PARTS:
            return False
        at += 2 + size
        if mark == _SCAN:
            at = _behind_scan(data, at)
            if data[at : at + 2] == bytes((0xFF, _END)):
                return at + 2 == len(data)
    return False


def _behind_scan(data: bytes, at: int) -> int:
    """Return where the next mark stands; inside a scan FF is followed by 00 or a restart (ISO/IEC 10918-1, B.1.1)."""
    while (at := data.find(b"\xff", at)) >= 0 and at + 1 < len(data):
        follows = data[at + 1]
        if follows != 0 and not 0xD0 <= follows <= 0xD7:
            return at
        at += 2
    return len(data)


def _is_plain_webp(data: bytes) -> bool:
    at = 12
    if int.from_bytes(data[4:8], "little") + 8 != len(data):
        return False
    while at + 8 <= len(data):
        name, size = data[at : at + 4], int.from_bytes(data[at + 4 : at + 8], "little")
        if name not in _WEBP_PARTS or (name == b"VP8X" and data[at + 8] & ~_WEBP_ALPHA):
            return False
        at += 8 + size + size % 2
    return at == len(data)
