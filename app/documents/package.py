"""Packed documents (OpenDocument, Office Open XML): unpacked within limits, and packed again always in the same way."""

from __future__ import annotations

import struct
import zipfile
import zlib
from collections.abc import Container, Iterable, Mapping
from io import BytesIO

from app.documents.errors import AttachmentDamaged, AttachmentHolds, AttachmentTooLarge, Holding
from app.documents.limits import FILE_LIMIT

UNPACKED = 64 * 1024 * 1024
"""Bytes of everything inside."""
PARTS = 2_000
"""Files inside."""
RATIO = 300
"""How many times larger a part may be than packed; office programs reach about a hundred with long tables."""

SMALL = 256 * 1024
"""Bytes up to which nobody asks how much larger a part is than packed."""
ENCRYPTED = 0x1
"""The mark of a part that is protected by a password."""
METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""How parts may be packed: whatever zipfile knows besides, it unpacks whole before it looks at the size declared."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip
"""What zipfile raises where a file is broken."""

_BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)
MIMETYPE = "mimetype"

Parts = dict[str, bytes]
"""The files inside a document by name, in the order in which they lie there."""


def unpacked(data: bytes, only: Container[str] | None = None) -> Parts:
    """Return the parts of a packed document, or those of them that are asked for.

    Raises:
        AttachmentDamaged: it is broken off, or protected by a password.
        AttachmentTooLarge, AttachmentHolds: it would take too much room, or holds what no office program writes.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            # `is_dir` of Python 3.11 stumbles over a file without a name.
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _check(entries)
            asked = (entry for entry in entries if only is None or entry.filename in only)
            return {entry.filename: archive.read(entry) for entry in asked}
    except BROKEN as error:
        raise AttachmentDamaged from error


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a packed document; the same parts give the same bytes. Raises AttachmentTooLarge."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda name: (name != MIMETYPE, name != "[Content_Types].xml")):
            entry = zipfile.ZipInfo(name, _BEGINNING_OF_TIME)
            entry.create_system = 0
            # OpenDocument asks for this one to be readable without unpacking (ISO/IEC 26300, 3.3).
            entry.compress_type = zipfile.ZIP_STORED if name == MIMETYPE else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    if out.tell() > FILE_LIMIT:
        raise AttachmentTooLarge("bytes", size=out.tell(), limit=FILE_LIMIT)
    return out.getvalue()


def _check(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > PARTS:
        raise AttachmentTooLarge("parts", size=len(entries), limit=PARTS)
    total = sum(entry.file_size for entry in entries)
    if total > UNPACKED:
        raise AttachmentTooLarge("unpacked", size=total, limit=UNPACKED)
    if any(entry.flag_bits & ENCRYPTED or entry.compress_type not in METHODS for entry in entries):
        raise AttachmentDamaged
    if any(_leads_elsewhere(entry.filename) for entry in entries) or _has_doubles(e.filename for e in entries):
        raise AttachmentHolds(Holding.HARMFUL)
    for entry in entries:
        most = RATIO * max(entry.compress_size, 1)
        if entry.file_size > max(SMALL, most):
            raise AttachmentHolds(Holding.HARMFUL)


def _leads_elsewhere(name: str) -> bool:
    steps = name.split("/")
    return "\\" in name or ":" in name or not name.isprintable() or any(step in ("", ".", "..") for step in steps)


def _has_doubles(names: Iterable[str]) -> bool:
    # Programs on Windows take names that differ in case alone for the same.
    folded = [name.casefold() for name in names]
    return len(folded) != len(set(folded))
