from __future__ import annotations

import pytest

from app.documents.reading import ImportedSection, LeftOut
from app.documents.reading.reader import read_document
from app.records.markdown import render_markdown
from tests.unit.documents.cleaning.office_files import repacked
from tests.unit.documents.reading import documents
from tests.unit.documents.reading.documents import part, word_with

BOX = "<w:txbxContent><w:p><w:r><w:t>Kasten</w:t></w:r></w:p></w:txbxContent>"
ITEM = "<w:pPr><w:numPr/></w:pPr>"
RUN = "<w:r><w:rPr><w:b/></w:rPr><w:t>"
TABLE = "| Jahr | Fahrten\\|Tag |\n| --- | --- |\n| 2023 | 40 |"


def first(data: bytes) -> ImportedSection:
    return read_document(data).sections[0]


def test_word_documents_are_read_by_their_styles() -> None:
    found = read_document(documents.word())
    assert found.title == "Abschlussbericht Rufbus"
    assert [(section.title, section.level) for section in found.sections] == [("Ausgangslage", 1), ("Kosten", 2)]
    assert found.sections[0].text == (
        "Nach 18 Uhr **fährt kein Bus**. Das \\*stört\\* viele \\[^1].\n\n- Jugendliche\n- Ältere"
    )
    assert found.sections[1].text == TABLE


def test_open_documents_are_read_alike() -> None:
    found = read_document(documents.text())
    assert [(section.title, section.level) for section in found.sections] == [("Ausgangslage", 1), ("Kosten", 2)]
    assert found.sections[0].text == "Nach 18 Uhr fährt kein Bus. Das \\*stört\\* viele.\n\n- Jugendliche\n- Ältere"
    assert found.sections[1].text == TABLE


def test_pdf_lines_become_headings_paragraphs_and_items() -> None:
    found = read_document(documents.pdf())
    assert found.title == "Abschlussbericht Rufbus"
    assert [section.title for section in found.sections] == ["1 Ausgangslage", "2 Teil", "3 Teil"]
    text = found.sections[0].text
    assert "trifft vor allem Jugendliche, die noch nicht" in text
    assert text.endswith("So war es lange.\n\n- Jugendliche\n- Ältere")
    assert "Seite 1" not in text
    assert found.sections[-1].text.endswith("Rufbus Musterkreis, Seite 3"), "lines of the margins stand once at the end"


@pytest.mark.parametrize(
    ("xml", "text"),
    [
        ("<w:p><w:ins><w:r><w:t>neu</w:t></w:r></w:ins></w:p>", "neu"),
        ("<w:sdt><w:sdtContent><w:p><w:r><w:t>Feld</w:t></w:r></w:p></w:sdtContent></w:sdt>", "Feld"),
        ("<w:p><w:r><w:t># kein Titel</w:t></w:r></w:p>", "\\# kein Titel"),
        ("<w:p><w:r><w:t>1. Juni</w:t></w:r></w:p>", "1\\. Juni"),
        ("<w:p><w:r><w:t>a</w:t><w:br/><w:t>b</w:t></w:r></w:p>", "a b"),
        (f"<w:p><w:r><w:pict>{BOX}</w:pict></w:r></w:p>", "Kasten"),
        (f"<w:p>{RUN}neu</w:t></w:r>{RUN}es Netz</w:t></w:r></w:p>", "**neues Netz**"),
        (f"<w:p>{ITEM}<w:r><w:t>\u00ad</w:t></w:r></w:p><w:p><w:r><w:t>Text</w:t></w:r></w:p>", "Text"),
    ],
)  # fmt: skip
def test_no_words_of_a_word_document_are_lost(xml: str, text: str) -> None:
    assert first(word_with(xml)).text == text


def test_what_was_not_read_is_named() -> None:
    told = "<w:r><w:t>Text</w:t><w:drawing/><w:commentReference/></w:r>"
    xml = f"<w:p>{told}<w:del><w:r><w:delText>x</w:delText></w:r></w:del></w:p>"
    assert read_document(word_with(xml)).left_out == (LeftOut.COMMENTS, LeftOut.DELETIONS, LeftOut.PICTURES)


@pytest.mark.parametrize(
    "words",
    ["<script>alert(1)</script>", "[x](javascript:alert(1))", "![x](https://t.example/p.png)", "[^1] `code` **b** _c_"],
)
def test_words_of_a_document_stay_words_on_the_page(words: str) -> None:
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    text = first(word_with(f"<w:p><w:r><w:t>{escaped}</w:t></w:r></w:p>")).text
    html = render_markdown(text)
    assert html == f"<p>{escaped.replace('>', '&gt;')}</p>"


def test_an_outside_relation_is_never_fetched() -> None:
    relations = part(documents.word(), "word/_rels/document.xml.rels").decode()
    outside = (
        '<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/attachedTemplate"'
        ' Target="http://127.0.0.1:9/x.dotm" TargetMode="External"/></Relationships>'
    )
    changed = relations.replace("</Relationships>", outside).encode()
    assert read_document(repacked(documents.word(), {"word/_rels/document.xml.rels": changed})).sections
