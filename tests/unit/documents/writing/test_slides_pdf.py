from __future__ import annotations

from io import BytesIO
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
import zxingcpp
from lxml import etree
from pypdf import PdfReader

from app.documents.writing import qr
from app.documents.writing.pdf import slides_to_html, slides_to_pdf
from tests.unit.documents.writing.slides import ADDRESS, HOSTILE, full_deck
from tests.unit.kickoff.memo.examples import NOW, ROOT

FONTS = ROOT / "static" / "vendor" / "fira-sans"


@pytest.fixture(scope="module")
def written(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return slides_to_pdf(full_deck(), NOW, FONTS, tmp_path_factory.mktemp("fonts"))


def test_there_are_five_sheets_of_sixteen_to_nine(written: bytes) -> None:
    pages = PdfReader(BytesIO(written)).pages
    assert len(pages) == 5
    for page in pages:
        assert float(page.mediabox.width) / float(page.mediabox.height) == pytest.approx(16 / 9, rel=0.001)


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
