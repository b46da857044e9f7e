"""What the code leads to is read from slides, see `test_odp` (as points) and `test_slides_pdf` (as a drawing)."""

from __future__ import annotations

from lxml import etree

from app.documents.writing import qr


def test_the_drawing_takes_any_size_says_what_it_is_and_carries_no_style() -> None:
    drawn = qr.svg("https://erfahrungen.example/", title="Führt zu <Beispiel>")
    root = etree.fromstring(drawn)
    assert root.get("viewBox")
    assert root.get("width") is None
    assert "<title>Führt zu &lt;Beispiel&gt;</title>" in drawn.decode()
    assert "style" not in drawn.decode()
