import re
from collections import Counter
from collections.abc import Callable
from html import escape

import docx
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from odfdo import Document, Paragraph, Table

from app.documents.reading import ImportedDocument, ImportedSection, LeftOut
from app.documents.reading.reader import read_document
from app.records.markdown import render_markdown
from tests.unit.documents.cleaning.office_files import repacked
from tests.unit.documents.reading import documents
from tests.unit.documents.reading.documents import part, saved, word_with

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
    assert found.sections[-1].text == "Text 3 des Teils.", "heads and feet of pages are no text"
    assert found.left_out == (LeftOut.MARGINS,)


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


FIGURE = re.compile(r"[\d⁰¹²³⁴⁵⁶⁷⁸⁹]+(?:[.,]\d+)*")
UNITS = ("Minuten", "Prozent", "€", "%", "Fahrten", "", "Einwohner", "km²")

figures = st.one_of(
    st.integers(0, 9_999_999).map(str),
    st.integers(1, 999_999).map(lambda n: f"{n:,}".replace(",", ".")),
    st.decimals(0, 999, places=2, allow_nan=False).map(lambda n: str(n).replace(".", ",")),
)
cells = st.builds(lambda number, unit: f"{number} {unit}".strip(), figures, st.sampled_from(UNITS))
tables = st.integers(2, 5).flatmap(
    lambda width: st.lists(st.lists(cells, min_size=width, max_size=width), min_size=2, max_size=6)
)
sentences = st.lists(st.one_of(cells, st.sampled_from(["nach", "rund", "waren es", "statt"])), min_size=2, max_size=20)


def said(document: ImportedDocument) -> Counter[str]:
    return Counter(FIGURE.findall(" ".join(f"{section.title} {section.text}" for section in document.sections)))


def html_of(rows: list[list[str]], words: list[str]) -> str:
    body = "".join(f"<tr>{''.join(f'<td>{escape(cell)}</td>' for cell in row)}</tr>" for row in rows)
    text = f"<p>Davor stand {escape(' '.join(words))} und mehr.</p>"
    style = "td { padding: 2pt 8pt } body { font: 11pt sans-serif; text-align: justify }"
    return f"<style>{style}</style>{text}<table>{body}</table>"


def printed(rows: list[list[str]], words: list[str]) -> bytes:
    return documents.of_html(html_of(rows, words))


def in_word(rows: list[list[str]], words: list[str]) -> bytes:
    document = docx.Document()
    paragraph = document.add_paragraph("Davor stand ")
    for number, word in enumerate(words):
        paragraph.add_run(f"{word} ").bold = bool(number % 2)
    made = document.add_table(len(rows), len(rows[0]))
    for down, row in enumerate(rows):
        for across, cell in enumerate(row):
            made.cell(down, across).text = cell
    return saved(document)


def in_open_document(rows: list[list[str]], words: list[str]) -> bytes:
    document = Document("text")
    document.body.clear()
    document.body.append(Paragraph(f"Davor stand {' '.join(words)}"))
    table = Table("Zahlen")
    table.set_values(rows)
    document.body.append(table)
    return saved(document)


@pytest.mark.parametrize("make", [printed, in_word, in_open_document])
@settings(max_examples=8)
@given(rows=tables, words=sentences)
# The first line of a wrapped row is a number alone, near the edge of the page.
@example(
    rows=[
        [f"{number} Minuten" for number in row.split()]
        for row in ("0 100 0 0 0", "0 0 100 0 1000", "100000 0 9 1.014 0")
    ],
    words=["0 Minuten"] * 2,
)
def test_a_document_keeps_its_figures(
    make: Callable[[list[list[str]], list[str]], bytes], rows: list[list[str]], words: list[str]
) -> None:
    expected = Counter(FIGURE.findall(" ".join([*words, *(cell for row in rows for cell in row)])))
    assert said(read_document(make(rows, words))) == expected


def test_a_table_of_a_pdf_asks_to_be_checked() -> None:
    rows = [["Jahr", "Wartezeit", "Anteil"], ["52", "11 Minuten", "8"], ["2023", "12 Minuten", "63 Prozent"]]
    text = read_document(printed(rows, ["nichts"])).sections[0].text
    assert "| 52 | 11 Minuten | 8 |" in text
    assert "Bitte prüfen Sie diese Tabelle" in text.split("| Jahr")[0]


def test_columns_are_read_one_after_the_other_and_raised_and_leading_figures_stay() -> None:
    text = "Der Bus fuhr im Jahr viele Fahrten und die Leute im Ort waren sehr zufrieden damit. " * 12
    style = "div { columns: 2; column-gap: 1cm; font: 11pt sans-serif } @page { size: A4 }"
    raised = "<p>52<sup>1</sup> Fahrten<p>10<sup>6</sup> Euro<p>in 10<sup>12</sup> und 4<sup>-3</sup>"
    page = f"<style>{style}</style><div>{text}</div><p>Text davor, der lang genug ist.</p>{raised}"
    page += "<p>12. Mai 2021 begann es.</p><p>3. Bus</p><p>4. Rad</p>"
    found = read_document(documents.of_html(page)).sections[0].text
    assert found.count("sehr zufrieden damit") == 12
    for shown in ("52¹ Fahrten", "10⁶ Euro", "12\\. Mai 2021", "3\\. Bus", "in 10¹² und 4⁻³"):
        assert shown in found


RAISED = b'<w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
WORD_START = b"<w:p><w:r><w:t>Es waren 52</w:t></w:r><w:r>%b<w:t>3</w:t></w:r></w:p>" % RAISED
NESTED = b"<w:tbl><w:tr><w:tc>%b<w:p><w:r><w:t>7</w:t></w:r></w:p></w:tc><w:tc><w:p/></w:tc></w:tr></w:tbl>"


def test_a_raised_figure_of_a_word_document_stays_apart_and_nested_tables_are_told_once() -> None:
    assert "52³" in read_document(word_with(WORD_START)).sections[0].text
    body = b""
    for _ in range(12):
        body = NESTED % body
    assert said(read_document(word_with(body + b"<w:p/>"))) == Counter({"7": 12})
