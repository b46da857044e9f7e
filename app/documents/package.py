"""OpenDocument and Office packages, unpacked within limits and packed reproducibly; XML without entities or network."""

import re
import struct
import zipfile
import zlib
from collections.abc import Collection, Container, Iterable, Mapping
from io import BytesIO
from typing import Any

from lxml import etree

from app.documents import limits
from app.documents.errors import DocumentDamaged, DocumentEncrypted, DocumentHolds, DocumentTooLarge, Holding

_ENCRYPTED = 0x1
"""Flag of a password-protected part."""
_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Allowed compression methods; with others, zipfile unpacks the whole part before it checks the declared size."""
BROKEN = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, ValueError, OSError,
)  # fmt: skip
"""What zipfile raises for a broken file."""

_BEGINNING_OF_TIME = (1980, 1, 1, 0, 0, 0)
MIMETYPE = "mimetype"
OLD_CONTAINER = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
"""First bytes of files of office programs before 2007, and of newer ones that Word protects by a password."""

Parts = dict[str, bytes]
"""The files in a package by name, in their order there."""


def unpacked(data: bytes, only: Container[str] | None = None) -> Parts:
    """Return the parts of a package, or those in `only`.

    Raises:
        DocumentDamaged, DocumentEncrypted: it is truncated, or password-protected.
        DocumentTooLarge, DocumentHolds: it needs too much memory, or contains what no office program writes.
    """
    try:
        with zipfile.ZipFile(BytesIO(data)) as archive:
            # `is_dir` in Python 3.11 fails for a file without a name.
            entries = [entry for entry in archive.infolist() if not entry.filename.endswith("/")]
            _check(entries)
            asked = (entry for entry in entries if only is None or entry.filename in only)
            return {entry.filename: archive.read(entry) for entry in asked}
    except BROKEN as error:
        raise DocumentDamaged from error


def packed(parts: Mapping[str, bytes]) -> bytes:
    """Return a package; the same parts give the same bytes. Raises DocumentTooLarge."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        for name in sorted(parts, key=lambda name: (name != MIMETYPE, name != "[Content_Types].xml")):
            entry = zipfile.ZipInfo(name, _BEGINNING_OF_TIME)
            entry.create_system = 0
            # OpenDocument requires this one to be stored uncompressed (ISO/IEC 26300, 3.3).
            entry.compress_type = zipfile.ZIP_STORED if name == MIMETYPE else zipfile.ZIP_DEFLATED
            archive.writestr(entry, parts[name])
    limits.check("bytes", out.tell(), limits.FILE_LIMIT)
    return out.getvalue()


def _check(entries: list[zipfile.ZipInfo]) -> None:
    limits.check("parts", len(entries), limits.PARTS)
    limits.check("unpacked", sum(entry.file_size for entry in entries), limits.UNPACKED)
    if any(entry.flag_bits & _ENCRYPTED for entry in entries):
        raise DocumentEncrypted
    if any(entry.compress_type not in _METHODS for entry in entries):
        raise DocumentDamaged
    names = [entry.filename for entry in entries]
    # Windows programs treat names that differ only in case as equal.
    if any(map(_leads_elsewhere, names)) or len({name.casefold() for name in names}) < len(names):
        raise DocumentHolds(Holding.HARMFUL)
    for entry in entries:
        if entry.file_size > max(limits.SMALL, limits.RATIO * max(entry.compress_size, 1)):
            raise DocumentHolds(Holding.HARMFUL)


def _leads_elsewhere(name: str) -> bool:
    steps = name.split("/")
    return "\\" in name or ":" in name or not name.isprintable() or any(step in ("", ".", "..") for step in steps)


NOBODY = "N. N."
"""Replaces the author of a comment or a change."""
NOBODYS_INITIALS = "N"
LONG_AGO = "1970-01-01T00:00:00Z"
"""Replaces the time of a comment or a change."""

_DECLARATION = re.compile(rb"<!(?:DOCTYPE|ENTITY)", re.IGNORECASE)

Element = Any
"""An element of lxml, which ships no types."""


def refuse_declarations(data: bytes) -> None:
    """Raise DocumentHolds for a part with declarations, such as entities; office programs never write any."""
    # In another encoding a declaration could evade the search; office programs write UTF-8.
    if data[:2] in (b"\xff\xfe", b"\xfe\xff") or b"\x00" in data[:64] or _DECLARATION.search(data):
        raise DocumentHolds(Holding.HARMFUL)


def parsed(data: bytes) -> Element:
    """Return a part's root, without comments. Raises DocumentDamaged, DocumentHolds and DocumentTooLarge."""
    limits.check("unpacked", len(data), limits.XML)
    refuse_declarations(data)
    # In XML "<" only starts tags, comments and the like, so this count is never too low.
    elements = data.count(b"<") - data.count(b"</")
    limits.check("elements", elements, limits.ELEMENTS)
    # Spaces may surround "=", so what follows is not checked; texts contain few of them.
    attributes = data.count(b"=")
    if attributes > limits.ATTRIBUTES:
        raise DocumentTooLarge("elements", size=attributes, limit=limits.ELEMENTS)
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, load_dtd=False, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(data, parser)
    except (etree.LxmlError, ValueError) as error:
        raise DocumentDamaged from error
    if (root.getroottree().docinfo.encoding or "UTF-8").upper() not in ("UTF-8", "US-ASCII", "ASCII"):
        raise DocumentHolds(Holding.HARMFUL)
    return root


def written(root: Element) -> bytes:
    """Return a part as bytes; parsing and writing it again gives the same bytes."""
    found: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return found


def local(name: object) -> str:
    """Return a tag or attribute name without its namespace."""
    return str(name).rpartition("}")[2]


def remove_all(elements: Iterable[Element]) -> None:
    """Remove elements from their tree, keeping the text after each, in time linear in the size of the tree."""
    going = list(elements)
    marked = set(going)
    for parent in dict.fromkeys(element.getparent() for element in going):
        if parent is not None:
            _close_up(parent, marked)


def _close_up(parent: Element, marked: Collection[Element]) -> None:
    """Remove the marked children. Text is joined once per gap: piece by piece, thousands would take minutes."""
    last, pieces = None, [parent.text or ""]
    for child in list(parent):
        if child in marked:
            pieces.append(child.tail or "")
            parent.remove(child)
        else:
            _set_text(parent, last, pieces)
            last, pieces = child, [child.tail or ""]
    _set_text(parent, last, pieces)


def _set_text(parent: Element, last: Element | None, pieces: list[str]) -> None:
    text = "".join(pieces) or None
    if last is None:
        parent.text = text
    else:
        last.tail = text
