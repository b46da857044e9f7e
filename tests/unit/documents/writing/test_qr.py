"""A QR code is read by another program than the one that drew it."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import pypdfium2
import zxingcpp
from lxml import etree
from PIL import Image

from app.documents.writing import qr
from app.documents.writing.weasyprint_engine import write_pdf
from tests.unit.kickoff.memo.examples import NOW

ADDRESS = "https://erfahrungen.example/r/10000000-0000-4000-8000-000000000001/v/3"


def test_the_picture_leads_to_the_address() -> None:
    assert [code.text for code in zxingcpp.read_barcodes(Image.open(BytesIO(qr.png(ADDRESS))))] == [ADDRESS]


def test_the_drawing_leads_to_the_address_and_takes_any_size(tmp_path: Path) -> None:
    drawn = qr.svg(ADDRESS)
    root = etree.fromstring(drawn)
    assert root.get("viewBox")
    assert root.get("width") is None
    page = write_pdf(
        '<html lang="de"><title>QR</title><img src="drawing:code" alt="QR">',
        "img { width: 4cm }",
        {},
        tmp_path,
        NOW,
        {"drawing:code": drawn},
    )
    picture = pypdfium2.PdfDocument(page)[0].render(scale=3).to_pil()
    assert [code.text for code in zxingcpp.read_barcodes(picture)] == [ADDRESS]


def test_the_drawing_says_what_it_is_and_carries_no_style() -> None:
    drawn = qr.svg(ADDRESS, title="Führt zu <Beispiel>").decode()
    assert "<title>Führt zu &lt;Beispiel&gt;</title>" in drawn
    assert "style" not in drawn
