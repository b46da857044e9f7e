import zlib
from collections.abc import Callable
from functools import cache
from io import BytesIO
from pathlib import Path

import pikepdf
import pytest
from pypdf import PdfReader, PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, NameObject, TextStringObject

from app.documents.cleaning.attachment import cleaned
from app.documents.confined import ConfinedDocuments
from app.documents.errors import DocumentDamaged, DocumentTooLarge
from app.shared.confinement import Confinement, Limits
from tests.unit.documents.cleaning.test_attachments import SECRET, pdf
from tests.unit.documents.reading.documents import pdf as report


def unpacked(data: bytes) -> bytes:
    """Return a PDF with all that it says readable in its bytes."""
    out = BytesIO()
    with pikepdf.open(BytesIO(data)) as document:
        document.save(out, qdf=True, object_stream_mode=pikepdf.ObjectStreamMode.disable)
    return out.getvalue()


@cache
def tagged() -> bytes:
    """Return a long report for screen readers too, as weasyprint writes it without packing."""
    text = "".join(
        f"<h2>Teil {n}</h2><p>Dies ist <a href='https://stadt.example/{n}'>Satz</a> {n}." for n in range(300)
    )
    import weasyprint  # noqa: PLC0415 - each process of a run would load it

    html = weasyprint.HTML(string=f"<html lang=de><title>Bericht</title>{text}")
    return bytes(html.write_pdf(pdf_tags=True, uncompressed_pdf=True))


def test_a_pdf_loses_author_scripts_and_attached_files() -> None:
    before = pdf(Author=SECRET.decode())
    kind, found = cleaned("Beschluss.PDF", before)
    assert (kind.ending, kind.is_picture) == ("pdf", False)
    read = PdfReader(BytesIO(found))
    assert read.metadata is None or read.metadata.author is None
    assert read.attachments == {}
    for trace in (SECRET, b"app.alert", b"geheim.txt"):
        assert trace in unpacked(before)
        assert trace not in unpacked(found)
    assert len(read.pages) == 1


def with_remarks() -> bytes:
    """Return a PDF with remarks of somebody, one of them a file, a link to the web and one to a program."""
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    deeds = (
        {
            "/S": NameObject("/URI"),
            "/URI": TextStringObject("https://stadt.example/"),
            "/Next": ArrayObject([DictionaryObject({NameObject("/S"): NameObject("/JavaScript")})]),
        },
        {"/S": NameObject("/URI"), "/URI": TextStringObject("file:///C:/Users/kbeispiel/x.pdf")},
        {"/S": NameObject("/JavaScript"), "/JS": TextStringObject("app.beep(0)")},
        {"/S": NameObject("/Launch"), "/F": TextStringObject("kbeispiel.exe")},
    )
    sorts = ("/Link", "/Link", "/Text", "/Link", "/FileAttachment")
    remarks = ArrayObject()
    for number, sort in enumerate(sorts):
        remark = DictionaryObject()
        remark[NameObject("/Type")], remark[NameObject("/Subtype")] = NameObject("/Annot"), NameObject(sort)
        remark[NameObject("/Contents")] = TextStringObject(f"Bemerkung {number}")
        for key in ("/T", "/NM"):
            remark[NameObject(key)] = TextStringObject("Kim Beispiel")
        remark[NameObject("/M")] = TextStringObject("D:20260102030405Z")
        remark[NameObject("/AA")] = DictionaryObject()
        if number < len(deeds):
            deed = DictionaryObject({NameObject(key): value for key, value in deeds[number].items()})
            remark[NameObject("/A")] = writer._add_object(deed)
        remarks.append(writer._add_object(remark))
    writer.pages[0][NameObject("/Annots")] = remarks
    writer.root_object[NameObject("/AF")] = ArrayObject()
    out = BytesIO()
    writer.write(out)
    return out.getvalue()


def test_remarks_in_a_pdf_stay_without_their_authors_times_and_programs() -> None:
    found = cleaned("Plan.pdf", with_remarks())[1]
    read = PdfReader(BytesIO(found))
    listed = read.pages[0]["/Annots"]
    assert isinstance(listed, ArrayObject)
    remarks = [one.get_object() for one in listed]
    assert [one["/Contents"] for one in remarks] == [f"Bemerkung {number}" for number in range(4)]
    assert [one["/A"]["/URI"] for one in remarks if "/A" in one] == ["https://stadt.example/"]
    for trace in ("Kim Beispiel", "kbeispiel", "app.beep", "20260102", "/Launch", "/JavaScript", "/AA", "/AF"):
        assert trace.encode() not in unpacked(found)
        assert trace not in "".join(str(one) for one in remarks)
    assert cleaned("plan.pdf", found)[1] == found


def test_a_locked_pdf_is_refused() -> None:
    writer = PdfWriter(clone_from=PdfReader(BytesIO(pdf())))
    writer.encrypt("geheim")
    out = BytesIO()
    writer.write(out)
    with pytest.raises(DocumentDamaged):
        cleaned("a.pdf", out.getvalue())
    with pytest.raises(DocumentDamaged):
        cleaned("locked-in-an-unknown-way.pdf", out.getvalue().replace(b"/V ", b"/V 9"))


@pytest.mark.parametrize("made", [lambda: pdf(Author="A"), lambda: report(3), tagged, lambda: report(3)[:-20]])
def test_writing_a_pdf_twice_gives_the_same_bytes(made: Callable[[], bytes]) -> None:
    once = cleaned("a", made())[1]
    assert cleaned("a", once)[1] == once


def test_a_report_for_screen_readers_stays_one_and_becomes_smaller() -> None:
    before = tagged()
    found = cleaned("bericht.pdf", before)[1]
    assert len(found) < len(before) / 3
    with pikepdf.open(BytesIO(before)) as old, pikepdf.open(BytesIO(found)) as new:
        assert len(new.pages) == len(old.pages) > 10
        assert new.Root.MarkInfo.Marked
        assert new.Root.StructTreeRoot.keys() == old.Root.StructTreeRoot.keys()
        assert new.Root.Lang == "de"
        assert len(new.pages[0].Annots) == len(old.pages[0].Annots)
        assert len(new.Root.Outlines.keys()) == len(old.Root.Outlines.keys())


def unfolding(packed: bytes, way: bytes) -> bytes:
    """Return a PDF whose list of objects (only object 4) is packed in a way."""
    parts, starts = [b"%PDF-1.5\n"], {}
    for number, text in (
        (1, b"<< /Type /Catalog /Pages 2 0 R /Extra 4 0 R >>"),
        (2, b"<< /Type /Pages /Kids [6 0 R] /Count 1 >>"),
        (6, b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] >>"),
        (3, b"<< /Type /ObjStm /N 1 /First 4 %s /Length %d >>\nstream\n%s\nendstream" % (way, len(packed), packed)),
    ):
        starts[number] = sum(map(len, parts))
        parts.append(b"%d 0 obj\n%s\nendobj\n" % (number, text))
    starts[7] = sum(map(len, parts))
    rows = b"".join(
        b"\2\0\0\0\3\0" if n == 4 else b"%c%s\0" % (n in starts, starts.get(n, 0).to_bytes(4, "big")) for n in range(8)
    )
    head = b"<< /Type /XRef /Size 8 /W [1 4 1] /Root 1 0 R /Length %d >>" % len(rows)
    return b"".join(
        [*parts, b"7 0 obj\n%s\nstream\n%s\nendstream\nendobj\nstartxref\n%d\n%%%%EOF" % (head, rows, starts[7])]
    )


def blanks_in_lzw(number: int) -> bytes:
    """Return ever longer runs of blanks in LZW, each told by one code: a table from 258 to 4093, again and again."""
    widths = (
        (code, 9 if code < 511 else 10 if code < 1023 else 11 if code < 2047 else 12) for code in range(258, 4094)
    )
    table = f"{32:09b}" + "".join(f"{code:0{width}b}" for code, width in widths) + f"{256:012b}"
    bits = f"{256:09b}{table * number}"
    return int(bits + "0" * (-len(bits) % 8), 2).to_bytes(-(-len(bits) // 8), "big")


UNFOLDING = {
    "flate": lambda: unfolding(zlib.compress(b"4 0 5" + b" " * 100_000_000), b"/Filter /FlateDecode"),
    "flate twice": lambda: unfolding(
        zlib.compress(zlib.compress(b"4 0 5" + b" " * 100_000_000)), b"/Filter [/FlateDecode /FlateDecode]"
    ),
    "numbers": lambda: unfolding(zlib.compress(b"4 0 [" + b"0 " * 12_000_000 + b"]"), b"/Filter /FlateDecode"),
    "lzw": lambda: unfolding(blanks_in_lzw(200), b"/Filter /LZWDecode"),
}


def test_lists_of_objects_are_read() -> None:
    assert b"Hallo" in unpacked(cleaned("a.pdf", unfolding(zlib.compress(b"4 0 (Hallo)"), b"/Filter /FlateDecode"))[1])


@pytest.mark.parametrize("made", UNFOLDING.values(), ids=UNFOLDING.keys())
def test_a_pdf_that_unfolds_without_end_is_refused(made: Callable[[], bytes], tmp_path: Path) -> None:
    cleaner = ConfinedDocuments(Confinement(tmp_path, places=1, patience=1, limits=Limits(memory=512 << 20)))
    with pytest.raises(DocumentTooLarge) as refused:
        cleaner.cleaned("", "a.pdf", made())
    assert refused.value.code == "attachment_too_large_unpacked"
