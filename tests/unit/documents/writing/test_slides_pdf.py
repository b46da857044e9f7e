import time
from io import BytesIO
from pathlib import Path
from typing import Any
from zipfile import ZipFile

import pypdfium2
import pytest
import zxingcpp
from lxml import etree
from odfdo import Document
from PIL import Image
from pypdf import PdfReader

from app.documents.blocks import Figure, Point, Scale, Slide, Span
from app.documents.writing import qr
from app.documents.writing.open_document import to_odp
from app.documents.writing.pdf import slides_to_html, slides_to_pdf
from tests.unit.documents.writing.slides import ADDRESS, HOSTILE, full_deck
from tests.unit.kickoff.memo.examples import NOW, ROOT

FONTS = ROOT / "static" / "vendor" / "fira-sans"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return slides_to_pdf(full_deck(), NOW, FONTS, tmp_path_factory.mktemp("fonts"))


def test_the_document_is_tagged_in_its_language_and_what_it_shows_stays_text(written: bytes) -> None:
    found = PdfReader(BytesIO(written))
    root: Any = found.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"].value is True
    assert root["/Lang"] == "de"
    assert b"pdfuaid:part" in root["/Metadata"].get_object().get_data()
    words = " ".join(" ".join(page.extract_text().split()) for page in found.pages)
    assert " ".join(HOSTILE.split()) in words
    assert ADDRESS in words.replace("- ", "-").replace(" ", "")


def test_every_sheet_leads_to_the_version(written: bytes) -> None:
    for page in pypdfium2.PdfDocument(written):
        assert [code.text for code in zxingcpp.read_barcodes(page.render(scale=2).to_pil())] == [ADDRESS]


def test_no_text_runs_into_the_foot_of_its_sheet(written: bytes) -> None:
    centimetre = 72 / 2.54
    for page in pypdfium2.PdfDocument(written):
        text = page.get_textpage()
        label = text.search("Quellen").get_next()
        top = max(3.2 * centimetre, text.get_charbox(label[0])[3] if label else 0)
        below = text.get_text_bounded(left=0, bottom=0, right=page.get_width(), top=top)
        assert ADDRESS[:20] in below
        assert "[1, 2, 14]" not in below


def test_slides_hold_no_markup_of_others_and_are_made_without_the_font_too(tmp_path: Path) -> None:
    html = slides_to_html(full_deck())
    assert "<script" not in html
    assert 'src="drawing:code"' in html
    assert slides_to_pdf(full_deck(), NOW, tmp_path / "nirgends", tmp_path).startswith(b"%PDF-")


def test_the_drawing_takes_any_size_says_what_it_is_and_carries_no_style() -> None:
    drawn = qr.svg("https://erfahrungen.example/", title="Führt zu <Beispiel>")
    root = etree.fromstring(drawn)
    assert root.get("viewBox")
    assert root.get("width") is None
    assert "<title>Führt zu &lt;Beispiel&gt;</title>" in drawn.decode()
    assert "style" not in drawn.decode()


@pytest.fixture(scope="module")
def raw() -> bytes:
    return to_odp(full_deck(), NOW)


def test_five_sheets_with_their_titles_can_be_opened_and_all_texts_stay_text(raw: bytes) -> None:
    document = Document(BytesIO(raw))
    assert document.get_type() == "presentation"
    titles = [
        frame.inner_text.strip() for frame in document.body.get_elements("//draw:frame[@presentation:class='title']")
    ]
    assert len(document.body.get_elements("//draw:page")) == len(titles) == 5
    assert titles[2] == "Was es kostet"
    assert (document.meta.title, document.meta.language) == (full_deck().title.text, "de-DE")
    text = document.body.inner_text
    assert " ".join(HOSTILE.split()) in " ".join(text.split())
    assert "rund 1.200 Fahrgäste" in text
    assert text.count("[4] Beispielzeitung") == 4


def test_the_code_leads_to_the_version_and_has_a_text_and_nothing_of_the_template_is_left(raw: bytes) -> None:
    package = ZipFile(BytesIO(raw))
    picture = Image.open(BytesIO(package.read("Pictures/code.png")))
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [ADDRESS]
    content = package.read("content.xml").decode()
    assert content.count(f"<svg:desc>QR-Code, führt zu {ADDRESS}</svg:desc>") == 5
    assert 'manifest:full-path="Pictures/code.png"' in package.read("META-INF/manifest.xml").decode()
    assert [name for name in package.namelist() if name.startswith(("Pictures/", "Thumb"))] == ["Pictures/code.png"]
    assert "pr1" not in content


def test_what_a_statement_is_and_what_limits_it_look_unlike_it_and_addresses_are_text(raw: bytes) -> None:
    body = Document(BytesIO(raw)).body
    labels = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Label']")]
    marks = [one.inner_text for one in body.get_elements("//text:span[@text:style-name='Mark']")]
    assert labels
    assert all(one.endswith(": ") for one in labels)
    assert all(one[0] in " \N{NO-BREAK SPACE}" for one in marks if one)
    # Long links are drawn over each other.
    assert body.get_elements("//text:a") == []
    assert ADDRESS in body.inner_text


@pytest.mark.parametrize(
    ("letters", "figures", "scale"),
    [(80, 0, Scale.LARGE), (400, 0, Scale.MEDIUM), (400, 2, Scale.SMALL), (900, 0, Scale.SMALL)],
)
def test_the_fewer_the_words_the_larger_they_are(letters: int, figures: int, scale: Scale) -> None:
    slide = Slide(
        title="Kosten",
        points=tuple(Point(text=(Span(text="x" * (letters // 2)),)) for _ in range(2)),
        figures=(Figure(value="1", label=Span(text="x")),) * figures,
    )
    assert slide.scale is scale


def test_of_more_than_fits_the_longest_statements_stay_behind() -> None:
    points = tuple(Point(text=(Span(text="x" * length),)) for length in (190, 100, 300, 190, 190, 190, 20))
    slide = Slide(title="Risiken", points=points).fitted()
    lengths = [len(point.text[0].text) for point in slide.points]
    assert 300 not in lengths
    assert len(lengths) >= 4
    assert lengths[-1] == 20
    assert Slide(title="Risiken", points=points[:2]).fitted().points == points[:2]


def test_a_long_row_of_digits_is_looked_at_once() -> None:
    begun = time.process_time()
    Span(text="1" * 200_000)
    assert time.process_time() - begun < 1
