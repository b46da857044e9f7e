from io import BytesIO
from zipfile import ZipFile

import docx
import pytest
from docx.document import Document
from docx.oxml.ns import qn

from app.documents.writing.exports import ExportKind
from app.kickoff.memo.memo import ReuseMemo
from tests.unit.kickoff.memo.examples import LONG_ADDRESS, exports, full_memo
from tests.unit.kickoff.memo.hostile import TEXTS, hostile_memo

EXPORTS = exports()


def content(memo: ReuseMemo, lang: str = "de") -> bytes:
    return EXPORTS.export(memo, ExportKind.DOCX, lang).content


def reopened(memo: ReuseMemo, lang: str = "de") -> Document:
    return docx.Document(BytesIO(content(memo, lang)))


@pytest.fixture(scope="module")
def document() -> Document:
    return reopened(full_memo())


def everything(document: Document) -> str:
    cells = (cell.text for table in document.tables for row in table.rows for cell in row.cells)
    return "\n".join([*(paragraph.text for paragraph in document.paragraphs), *cells])


def test_it_opens_again_with_its_headings_and_its_words(document: Document) -> None:
    heads = [
        (p.style.name, p.text) for p in document.paragraphs if p.style and (p.style.name or "").startswith("Heading")
    ]
    assert heads[0] == ("Heading 1", "Nachnutzungsvermerk")
    assert ("Heading 3", "7.1  Beispielkreis: Frühwarnung vor Starkregen") in heads
    assert "Größenklasse" in everything(document)
    targets = {relation.target_ref for relation in document.part.rels.values() if relation.is_external}
    assert {LONG_ADDRESS, *(find.record.address for find in full_memo().finds)} <= targets


def test_tables_fit_between_the_margins_and_no_row_is_parted_from_its_head(document: Document) -> None:
    assert all(document.styles[name].paragraph_format.keep_with_next for name in ("Heading 2", "Heading 3", "Lead"))
    heads = [table for table in document.tables if table.rows[0]._tr.find(f".//{qn('w:tblHeader')}") is not None]
    assert len(heads) == 6
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for cell in heads[0].rows[0].cells)
    assert not heads[0].rows[1].cells[0].paragraphs[0].paragraph_format.keep_with_next
    for table in document.tables:
        widths = [column.width.cm for column in table.columns if column.width is not None]
        assert sum(widths) == pytest.approx(16.5, abs=0.01)
    rows = list(document.element.body.iter(qn("w:tr")))
    assert len(rows) > 20
    assert all(row.find(f"{qn('w:trPr')}/{qn('w:cantSplit')}") is not None for row in rows)
    *before, last = next(table for table in document.tables if "Datum" in table.rows[0].cells[-1].text).rows
    assert all(cell.paragraphs[0].paragraph_format.keep_with_next for row in before for cell in row.cells)
    assert not last.cells[0].paragraphs[0].paragraph_format.keep_with_next


def test_properties_are_the_memo_s_name_nobody_and_tell_its_language(document: Document) -> None:
    properties = document.core_properties
    assert properties.title == "Nachnutzungsvermerk · 10.2-621.41/2026-7"
    assert (properties.language, properties.author, properties.comments) == ("de-DE", "", "")
    assert reopened(full_memo(), "en").core_properties.language == "en-GB"
    default = document.styles.element.find(f".//{qn('w:rPrDefault')}//{qn('w:lang')}")
    assert default is not None
    assert default.get(qn("w:val")) == "de-DE"
    assert {mark.get(qn("w:val")) for mark in document.element.body.iter(qn("w:lang"))} == {"en"}


def test_sheets_are_numbered_and_further_ones_name_the_file(document: Document) -> None:
    section = document.sections[0]
    assert section.header.paragraphs[0].text == "Nachnutzungsvermerk · 10.2-621.41/2026-7"
    assert section.first_page_header.paragraphs[0].text == ""
    assert section.page_width is not None
    assert section.page_width.cm == pytest.approx(21, abs=0.01)
    for foot in (section.footer, section.first_page_footer):
        fields = [field.get(qn("w:instr")) for field in foot.paragraphs[0]._p.iter(qn("w:fldSimple"))]
        assert fields == ["PAGE", "NUMPAGES"]


def test_hostile_text_stays_text_and_fetches_nothing() -> None:
    raw = content(hostile_memo())
    found = docx.Document(BytesIO(raw))
    text = everything(found)
    assert all(part in text for part in TEXTS)
    assert found.core_properties.title is not None
    assert "</w:t>]]><b>&amp; $running {0}" in found.core_properties.title
    targets = {relation.target_ref for relation in found.part.rels.values() if relation.is_external}
    assert {target.partition(":")[0] for target in targets} == {"https"}
    with ZipFile(BytesIO(raw)) as archive:
        names = archive.namelist()
        relations = b"".join(archive.read(name) for name in names if name.endswith(".rels"))
    assert not [name for name in names if "media" in name or "vba" in name.lower()]
    assert relations.count(b'TargetMode="External"') == relations.count(b'/hyperlink"')
