"""Documents that were made to do harm end in a typed error, soon and with little memory."""

import struct
import time
import tracemalloc
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO

import pytest

from app.documents import limits
from app.documents.errors import (
    DocumentDamaged,
    DocumentEncrypted,
    DocumentHolds,
    DocumentRefused,
    DocumentTooLarge,
    DocumentTooSlow,
    DocumentTypeUnknown,
    DocumentWithoutText,
)
from app.documents.reading.reader import read_document
from tests.unit.documents.cleaning.office_files import repacked
from tests.unit.documents.reading import documents
from tests.unit.documents.reading.documents import part, word_with

ROW = b"<w:tr><w:tc><w:p><w:r><w:t>x</w:t></w:r></w:p></w:tc><w:tc/></w:tr>"
WORDS = b"".join(b"BT /F1 9 Tf 1 0 0 1 %d %d Tm (xxxxxxxxxx) Tj ET\n" % (n % 60 * 60, n) for n in range(80_000))
LAUGHS = b'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "cccccccccc"><!ENTITY d "&b;&b;&b;">]><a>&d;</a>'


def locked_zip(data: bytes) -> bytes:
    """Set the mark that says "encrypted" on each entry."""
    changed = bytearray(data)
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = changed.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", changed, at + offset)[0]
            struct.pack_into("<H", changed, at + offset, flags | 1)
            at = changed.find(signature, at + 4)
    return bytes(changed)


def many_entries() -> bytes:
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for number in range(limits.PARTS + 1):
            archive.writestr(f"{number}", b"")
    return out.getvalue()


def packed_otherwise(method: int, content: bytes, *, cut: int = 0) -> bytes:
    """A report with a part that no office program packs so; `cut` bytes of the packed content are blanked."""
    out = BytesIO(documents.word())
    with zipfile.ZipFile(out, "a") as archive:
        archive.writestr(zipfile.ZipInfo("word/bomb.xml"), content, compress_type=method)
        entry = archive.getinfo("word/bomb.xml")
    changed = bytearray(out.getvalue())
    start = entry.header_offset + 30 + len(entry.filename)
    changed[start + 20 : start + 20 + cut] = bytes(cut)
    return bytes(changed)


def bomb(size: int, declared: int = 1000) -> bytes:
    """A report with a part of `size` zeros that says it holds `declared` bytes, and holds them as far as it says."""
    data = bytearray(packed_otherwise(zipfile.ZIP_BZIP2, bytes(size)))
    entry = data.rindex(b"PK\x01\x02")
    struct.pack_into("<I", data, entry + 16, zlib.crc32(bytes(declared)))
    struct.pack_into("<I", data, entry + 24, declared)
    return bytes(data)


def word_other(text: bytes) -> bytes:
    return repacked(documents.word(), {"word/document.xml": text})


CASES = {
    "text": (lambda: b"Kein Dokument, nur Text.", DocumentTypeUnknown),
    "picture": (lambda: b"\x89PNG\r\n\x1a\n" + b"\0" * 100, DocumentTypeUnknown),
    "too large": (lambda: b"%PDF-" + b"x" * limits.FILE_LIMIT, DocumentTooLarge),
    "zip of nothing known": (
        lambda: documents.word().replace(b"word/document.xml", b"word/documenu.xml"), DocumentTypeUnknown,
    ),
    "bomb in a picture": (lambda: repacked(documents.word(), {"word/media/a.png": b"\0" * 5_000_000}), DocumentHolds),
    "bomb in the text": (lambda: word_with(b"<w:p/>" * 1_500_000), DocumentHolds),
    "many entries": (many_entries, DocumentTooLarge),
    "entities in DOCX": (lambda: word_other(LAUGHS), DocumentHolds),
    "entities in ODT": (lambda: repacked(documents.text(), {"content.xml": LAUGHS}), DocumentHolds),
    "another encoding": (lambda: word_other(LAUGHS.decode().encode("utf-16")), DocumentHolds),
    "way out": (lambda: repacked(documents.word(), {"../../etc/x.xml": b"<a/>"}), DocumentHolds),
    "locked DOCX": (lambda: locked_zip(documents.word()), DocumentEncrypted),
    "locked by Word": (
        lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + "EncryptedPackage".encode("utf-16-le"), DocumentEncrypted,
    ),
    "cut DOCX": (lambda: documents.word()[:2000], DocumentDamaged),
    "cut ODT": (lambda: documents.text()[:-300], DocumentDamaged),
    "bzip2": (lambda: packed_otherwise(zipfile.ZIP_BZIP2, b"<a/>" * 100), DocumentDamaged),
    "broken bzip2": (lambda: packed_otherwise(zipfile.ZIP_BZIP2, b"<a/>" * 100, cut=20), DocumentDamaged),
    "broken LZMA": (lambda: packed_otherwise(zipfile.ZIP_LZMA, b"<a/>" * 100, cut=5), DocumentDamaged),
    "deep XML": (lambda: word_with(b"<w:sdt>" * 5000 + b"</w:sdt>" * 5000), DocumentDamaged),
    "large table": (lambda: word_with(b"<w:tbl>" + ROW * 3000 + b"</w:tbl>"), DocumentTooLarge),
    "too much text": (
        lambda: word_with(b"<w:p><w:r><w:t>" + b"wort " * 40_000 + b"</w:t></w:r></w:p>"), DocumentTooLarge,
    ),
    "many paragraphs": (lambda: word_with(b"<w:p><w:r><w:t>x</w:t></w:r></w:p>" * 7000), DocumentTooLarge),
    "no text": (lambda: word_with(b"<w:p/>"), DocumentWithoutText),
    "scan": (documents.empty_pdf, DocumentWithoutText),
    "many pages": (lambda: documents.empty_pdf(101), DocumentTooLarge),
    "locked PDF": (documents.locked_pdf, DocumentEncrypted),
    "cut PDF": (lambda: documents.pdf(1)[:400], DocumentDamaged),
    "bomb in a PDF": (lambda: documents.pdf_with_stream(WORDS), DocumentTooLarge),
    "unknown filter": (documents.pdf_of_unknown_filter, DocumentWithoutText),
    "nothing but a mark": (lambda: b"%PDF-1.7\n", DocumentDamaged),
}  # fmt: skip


@pytest.mark.parametrize(("make", "error"), CASES.values(), ids=CASES.keys())
def test_a_hostile_document_ends_in_a_typed_error_soon(make: Callable[[], bytes], error: type[DocumentRefused]) -> None:
    data = make()
    begun = time.monotonic()
    with pytest.raises(DocumentRefused) as found:
        read_document(data)
    assert type(found.value) is error
    assert time.monotonic() - begun < 5


def odt_xml(body: str) -> bytes:
    head = part(documents.text(), "content.xml").split(b"<office:body>")[0]
    text = f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    return repacked(documents.text(), {"content.xml": head + text.encode()})


BOX = ("<text:p>wort<draw:frame><draw:text-box>", "</draw:text-box></draw:frame></text:p>")
LIST = ("<text:list><text:list-item>", "<text:h>wort</text:h></text:list-item></text:list>")
WORD_BOX = (b"<w:p><w:r><w:t>wort</w:t><w:pict><w:txbxContent>", b"</w:txbxContent></w:pict></w:r></w:p>")


@pytest.mark.parametrize(
    "data",
    [
        odt_xml(BOX[0] * 20 + BOX[1] * 20),
        odt_xml(LIST[0] * 20 + LIST[1] * 20 + "<text:p>Ende</text:p>"),
        word_with(WORD_BOX[0] * 20 + WORD_BOX[1] * 20),
    ],
    ids=["boxes", "lists", "boxes in DOCX"],
)
def test_what_is_nested_is_read_once(data: bytes) -> None:
    begun = time.process_time()
    found = read_document(data).sections
    assert sum(f"{section.title} {section.text}".count("wort") for section in found) == 20
    assert time.process_time() - begun < 1


def test_a_part_that_unpacks_to_more_than_it_says_takes_no_memory() -> None:
    data = bomb(40_000_000)
    assert len(data) < 50_000
    tracemalloc.start()
    try:
        with pytest.raises(DocumentDamaged):
            read_document(data)
        assert tracemalloc.get_traced_memory()[1] < 5_000_000
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("make", [documents.word, documents.text, documents.pdf], ids=["docx", "odt", "pdf"])
def test_reading_ends_when_its_time_is_over(make: Callable[[], bytes]) -> None:
    times = iter([0.0, 1.0])
    with pytest.raises(DocumentTooSlow):
        read_document(make(), "de", lambda: next(times, limits.SECONDS + 1))
