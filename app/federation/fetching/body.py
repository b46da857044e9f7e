# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Reads the body of an answer within its limits; what unpacks to more than it may is never unpacked."""

from __future__ import annotations

import zlib
from collections.abc import Callable

from app.federation.fetching.errors import FetchRefused
from app.federation.fetching.port import Limits

_CHUNK = 64 * 1024
_GZIP = 31
"""Window bits that stand for the gzip format."""

Read = Callable[[int], bytes]
"""Returns up to so many bytes, as soon as there are some; none at the end."""


def read_body(read: Read, encoding: str, limits: Limits) -> tuple[bytes, int]:
    """Return the body and its length on the wire; raises FetchRefused."""
    if encoding == "gzip":
        return _inflated(read, limits)
    if encoding not in {"", "identity"}:
        raise FetchRefused("encoding", encoding[:40])
    parts: list[bytes] = []
    size = 0
    while part := read(_CHUNK):
        size += len(part)
        if size > min(limits.wire, limits.inflated):
            raise FetchRefused("too_large", "wire")
        parts.append(part)
    return b"".join(parts), size


def _inflated(read: Read, limits: Limits) -> tuple[bytes, int]:
    unpacker = zlib.decompressobj(_GZIP)
    body = bytearray()
    wire = 0
    while part := read(_CHUNK):
        wire += len(part)
        if wire > limits.wire:
            raise FetchRefused("too_large", "wire")
        if unpacker.eof:
            raise FetchRefused("encoding", "more than one member")
        _unpack(unpacker, part, body, limits.inflated)
    if not unpacker.eof:
        raise FetchRefused("encoding", "cut off")
    return bytes(body), wire


def _unpack(unpacker: zlib._Decompress, part: bytes, body: bytearray, limit: int) -> None:
    try:
        # One byte more than allowed is asked for, so that too much is noticed without unpacking it.
        body += unpacker.decompress(part, limit - len(body) + 1)
    except zlib.error as error:
        raise FetchRefused("encoding", "gzip") from error
    if len(body) > limit:
        raise FetchRefused("too_large", "inflated")
    if unpacker.unused_data:
        raise FetchRefused("encoding", "more than one member")
