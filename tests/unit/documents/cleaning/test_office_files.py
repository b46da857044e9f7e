"""Office files keep what they say and lose what they say about their makers."""

import re
import zipfile
from io import BytesIO

import docx
import pytest
from lxml import etree
from odfdo import Document

from app.documents import limits
from app.documents.cleaning.attachment import cleaned
from app.documents.errors import (
    DocumentDamaged,
    DocumentHolds,
    DocumentRefused,
    DocumentTooLarge,
    DocumentTypeUnknown,
    Holding,
    OldOfficeFile,
)
from app.documents.package import LONG_AGO, NOBODY
from tests.unit.documents.cleaning.office_files import (
    MADE,
    SECRET,
    TRACES,
    changed,
    excel,
    odf,
    parts,
    photo,
    relations,
    repacked,
    slides,
    word,
)

KEPT = {
    "odt": "content.xml", "ods": "content.xml", "odp": "content.xml", "docx": "word/document.xml",
    "xlsx": "xl/worksheets/sheet1.xml", "pptx": "ppt/slides/slide1.xml",
}  # fmt: skip


def clean(data: bytes) -> bytes:
    return cleaned("datei", data)[1]


def refused(data: bytes) -> Holding:
    with pytest.raises(DocumentHolds) as found:
        clean(data)
    return found.value.what


@pytest.mark.parametrize("ending", MADE)
def test_a_file_is_known_by_its_content_and_keeps_no_names_times_or_places(ending: str) -> None:
    before = MADE[ending]()
    assert any(SECRET.encode() in content for content in parts(before).values()), "the example says who made it"
    kind, data = cleaned("Vorlage Süd.exe", before)
    assert (kind.ending, kind.is_picture) == (ending, False)
    assert clean(data) == data
    after = parts(data)
    assert KEPT[ending] in after
    for name, content in after.items():
        for trace in TRACES:
            assert trace not in content, (name, trace)
    with zipfile.ZipFile(BytesIO(data)) as archive:
        assert archive.testzip() is None
        for entry in archive.infolist():
            assert (entry.date_time, entry.extra) == ((1980, 1, 1, 0, 0, 0), b"")
            if entry.filename.endswith((".xml", ".rels", ".vml")):
                etree.fromstring(archive.read(entry))


@pytest.mark.parametrize("ending", ["odt", "ods", "odp"])
def test_the_manifest_names_every_part_once_and_the_type_stands_first(ending: str) -> None:
    data = clean(MADE[ending]())
    assert data[30:38] == b"mimetype", "programs look for it at this place"
    found = parts(data)
    manifest = etree.fromstring(found["META-INF/manifest.xml"])
    named = [str(entry.get(entry.keys()[0])) for entry in manifest]
    assert sorted(named) == sorted({"/", *found} - {"mimetype", "META-INF/manifest.xml"})


@pytest.mark.parametrize("version", ["1.2", "1.4", ""])
def test_the_manifest_says_the_version_that_the_text_says(version: str) -> None:
    # LibreOffice opens a document of 1.4 only if both say so.
    before = parts(odf("text"))["content.xml"].decode()
    said = f'office:version="{version}"' if version else ""
    content = re.sub(r'office:version="[^"]*"', said, before).encode()
    after = parts(clean(repacked(odf("text"), {"content.xml": content})))
    found = etree.fromstring(after["META-INF/manifest.xml"])
    name = "{urn:oasis:names:tc:opendocument:xmlns:manifest:1.0}"
    (package,) = [entry for entry in found if entry.get(f"{name}full-path") == "/"]
    assert (found.get(f"{name}version"), package.get(f"{name}version")) == ((version or None,) * 2)
    assert (f'office:version="{version}"'.encode() in after["meta.xml"]) == bool(version)


@pytest.mark.parametrize("ending", ["docx", "xlsx", "pptx"])
def test_every_relation_leads_to_a_part_whose_type_is_told(ending: str) -> None:
    found = parts(clean(MADE[ending]()))
    types = found["[Content_Types].xml"].decode()
    for name in found:
        assert f'PartName="/{name}"' in types or f'Extension="{name.rpartition(".")[2]}"' in types
    told = [entry.get("PartName") for entry in etree.fromstring(types.encode())]
    assert {str(name).removeprefix("/") for name in told if name} <= set(found)


def test_a_text_keeps_its_words_links_pictures_comments_and_changes_and_a_sheet_its_cells() -> None:
    data = clean(odf("text"))
    document, content = Document(BytesIO(data)), parts(data)["content.xml"].decode()
    assert "Bleibender Text" in str(document.body)
    for kept in ("Auch dieser Satz bleibt.", "Bitte prüfen", "gestrichen", "https://stadt.example/", NOBODY):
        assert kept in content
    assert "file:" not in content
    assert document.meta.creator is None
    assert "ShowGrid" in parts(data)["settings.xml"].decode()
    table = Document(BytesIO(clean(odf("spreadsheet")))).body.tables[0]
    assert table.get_values() == [["Jahr", "Euro"], [2023, 1200]]


def test_a_word_file_keeps_its_words_tables_pictures_and_comments() -> None:
    data = clean(word())
    document, found = docx.Document(BytesIO(data)), parts(data)
    assert document.core_properties.author == ""
    assert document.tables[0].cell(0, 0).text == "Zelle"
    assert len(document.inline_shapes) == 1
    (comment,) = document.comments
    assert (comment.author, comment.text) == (NOBODY, "Bitte prüfen")
    xml = found["word/document.xml"].decode()
    assert "Bleibender Text" in xml
    assert f'w:date="{LONG_AGO}"' in xml
    assert "rsid" not in xml
    assert b"file:" not in found["word/_rels/document.xml.rels"]
    assert b"attachedTemplate" not in found["word/settings.xml"]
    assert b"50.55 Nord" in photo()
    (picture,) = [content for name, content in found.items() if name.startswith("word/media/")]
    assert picture.startswith(b"\xff\xd8\xff")
    assert b"Exif" not in picture


def test_a_workbook_keeps_its_formulas_and_its_page_and_forgets_the_printer() -> None:
    found = parts(clean(excel()))
    sheet = found["xl/worksheets/sheet1.xml"].decode()
    assert "<f>SUM(1,2)</f>" in sheet
    assert '<pageSetup paperSize="9"/>' in sheet
    assert not [name for name in found if "printer" in name]
    comments = found["xl/comments1.xml"].decode()
    assert f"<author>{NOBODY}</author>" in comments
    assert f"<t>{NOBODY}:</t>" in comments


def test_a_chart_keeps_its_figures_without_the_workbook_behind_it() -> None:
    found = parts(clean(slides()))
    chart = found["ppt/charts/chart1.xml"].decode()
    assert "42" in chart
    assert "externalData" not in chart
    assert not [name for name in found if "embeddings" in name]


RELS = "word/_rels/document.xml.rels"


def leading(sort: str, target: str = "x.bin", *, external: bool = False) -> bytes:
    """A Word file whose text leads to one more part."""
    line = relations((sort, target), external=external).replace('Id="r1"', 'Id="neu"').partition("<Relationship ")[2]
    end = "</Relationships>"
    new = f"<Relationship {line}"
    return repacked(changed(word(), RELS, end, new), {"word/x.bin": b"\x01\x02"})


@pytest.mark.parametrize(
    ("data", "what"),
    [
        (leading("vbaProject"), Holding.MACROS),
        (leading("control"), Holding.MACROS),
        (leading("oleObject"), Holding.OBJECT),
        (leading("package"), Holding.OBJECT),
        (leading("aFChunk"), Holding.OBJECT),
        (leading("video"), Holding.MEDIA),
        (leading("image"), Holding.DRAWING),
        (leading("image", "https://zaehlpixel.example/", external=True), Holding.LINK),
        (leading("oleObject", "file:///C:/akte.xlsx", external=True), Holding.OBJECT),
        (leading("frame", "https://anderswo.example/", external=True), Holding.LINK),
        (changed(word(), "[Content_Types].xml", "document.main+xml", "document.macroEnabled.main+xml"), Holding.MACROS),
        (changed(odf("text"), "content.xml", "Pictures/", "https://anderswo.example/"), Holding.LINK),
        (changed(odf("text"), "content.xml", "Pictures/", "../Bilder/"), Holding.LINK),
    ],
)
def test_what_acts_by_itself_or_cannot_be_looked_into_is_refused(data: bytes, what: Holding) -> None:
    assert refused(data) is what


def test_objects_of_other_programs_and_fields_that_fetch_something_are_refused() -> None:
    for tag in ("draw:object-ole", "draw:plugin", "draw:applet", "draw:floating-frame"):
        data = changed(odf("text"), "content.xml", "<draw:image", f"<{tag} xlink:href='./Objekt'/><draw:image")
        with pytest.raises(DocumentHolds):
            clean(data)
    field = "<w:r><w:instrText>INC</w:instrText></w:r><w:r><w:instrText>LUDEPICTURE</w:instrText></w:r>"
    assert refused(changed(word(), "word/document.xml", "<w:p>", f"<w:p>{field}")) is Holding.LINK


def test_a_drawing_with_a_picture_of_points_beside_it_leaves_the_picture() -> None:
    both = changed(
        repacked(odf("text"), {"Pictures/a.svg": b"<svg onload='alert(1)'/>"}),
        "content.xml",
        "<draw:image",
        '<draw:image xlink:href="Pictures/a.svg"/><draw:image',
    )
    assert "Pictures/a.svg" not in parts(clean(both))
    (name,) = [name for name in parts(odf("text")) if name.startswith("Pictures/")]
    assert refused(repacked(odf("text"), {name: b"\x01\0\0\0 EMF"})) is Holding.DRAWING


PATHS = ("../a.xml", "/a.xml", "a\\b.xml", "C:/a.xml", "a//b.xml", "./a.xml", "a\nb.xml")


@pytest.mark.parametrize(
    ("ending", "name"),
    [
        *(("odt", name) for name in PATHS),
        *((ending, PATHS[0]) for ending in MADE),
        *((e, KEPT[e].upper()) for e in MADE),
    ],
)
def test_paths_that_lead_elsewhere_and_two_parts_of_one_name_are_refused(ending: str, name: str) -> None:
    assert refused(repacked(MADE[ending](), {name: b"<a/>"})) is Holding.HARMFUL


def test_a_part_without_a_name_is_refused() -> None:
    data = repacked(odf("text"), {"#leer#": b"x"})
    # Both heads of the part say what it is called; a name ends at the first zero.
    assert refused(data.replace(b"#leer#", b"\0leer#")) is Holding.HARMFUL


LAUGHS = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">]><x>&b;</x>'


NESTED = b"<a>" * 9_000 + b"</a>" * 9_000
HOSTILE = (
    LAUGHS.encode("utf-16"), b'<?xml version="1.0" encoding="utf-7"?><x>+ADw-</x>',
    b'<!DOCTYPE x SYSTEM "file:///etc/passwd"><x/>', NESTED,
)  # fmt: skip


@pytest.mark.parametrize(
    ("ending", "content"),
    [
        *((ending, LAUGHS.encode()) for ending in MADE),
        *((ending, one) for ending in ("odt", "docx") for one in HOSTILE),
    ],
)
def test_declarations_odd_encodings_and_endless_nesting_are_refused(ending: str, content: bytes) -> None:
    with pytest.raises(DocumentDamaged if content is NESTED else (DocumentHolds, DocumentDamaged)):
        clean(repacked(MADE[ending](), {KEPT[ending]: content}))


def test_what_unpacks_to_very_much_is_refused_unread() -> None:
    with pytest.raises(DocumentTooLarge) as one:
        clean(repacked(odf("text"), {"Pictures/a.png": b"\0" * (limits.UNPACKED + 1)}))
    assert one.value.what == "unpacked"
    assert refused(repacked(odf("text"), {"Pictures/a.png": b"\0" * 8_000_000})) is Holding.HARMFUL
    with pytest.raises(DocumentTooLarge) as many:
        clean(repacked(odf("text"), {f"Pictures/{number}": b"" for number in range(limits.PARTS)}))
    assert many.value.what == "parts"


def test_an_archive_inside_a_document_is_never_kept() -> None:
    inner = repacked(odf("text"), {})
    assert "Pictures/innen.zip" not in parts(clean(repacked(odf("text"), {"Pictures/innen.zip": inner})))
    named = changed(
        repacked(odf("text"), {"Pictures/innen.zip": inner}), "content.xml", "<draw:image",
        '<draw:image xlink:href="Pictures/innen.zip"/><draw:image',
    )  # fmt: skip
    assert "Pictures/innen.zip" not in parts(clean(named))
    assert refused(repacked(leading("image", "innen.png"), {"word/innen.png": inner})) is Holding.DRAWING


def test_locked_old_and_other_packages_are_refused() -> None:
    with pytest.raises(OldOfficeFile):
        clean(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600)
    with pytest.raises(DocumentDamaged):
        clean(repacked(odf("text"), {"META-INF/manifest.xml": b"<m><encryption-data/></m>"}))
    for other in ({"mimetype": b"application/epub+zip"}, {"mimetype": None}):
        with pytest.raises(DocumentTypeUnknown):
            clean(repacked(odf("text"), other))
    with pytest.raises(DocumentRefused):
        clean(repacked(word(), {"word/document.xml": None}))


def test_a_part_that_says_it_is_smaller_than_it_is_is_refused() -> None:
    data = bytearray(odf("text"))
    at = data.rfind(b"PK\x01\x02")
    data[at + 24 : at + 28] = (1).to_bytes(4, "little")
    with pytest.raises(DocumentRefused):
        clean(bytes(data))
