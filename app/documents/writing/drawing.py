"""Draws a page, slides or a picture as a file. For strangers in a process of its own (`app.shared.confinement`)."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from pathlib import Path

from app.documents.blocks import Page
from app.documents.deck import Deck


def draw(ending: str, page: Page, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the page as a file with this ending ("odt", "docx", "pdf"), made at `at`.

    `fonts` is a folder with Fira Sans, which may be missing; unpacked ones are kept in `cache`. Raises
    ExportUnavailable.
    """
    # Each format has a library that takes a tenth to a third of a second to load.
    match ending:
        case "odt":
            from app.documents.writing.odt import to_odt  # noqa: PLC0415 - see above

            return to_odt(page, at)
        case "docx":
            from app.documents.writing.docx import to_docx  # noqa: PLC0415 - see above

            return to_docx(page, at)
        case _:
            from app.documents.writing.pdf import to_pdf  # noqa: PLC0415 - see above

            return to_pdf(page, at, fonts, cache)


def draw_slides(ending: str, deck: Deck, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return slides as a file with this ending ("pdf", "odp"), made at `at`.

    `fonts` and `cache` are those of `draw`. Raises ExportUnavailable.
    """
    if ending == "odp":
        from app.documents.writing.odp import to_odp  # noqa: PLC0415 - see above

        return to_odp(deck, at)
    from app.documents.writing.slides_pdf import to_pdf  # noqa: PLC0415 - see above

    return to_pdf(deck, at, fonts, cache)


def to_png(svg: str, size: tuple[int, int], fonts: Path, cache: Path) -> bytes:
    """Return a drawing (SVG) of this size in pixels as PNG, with the fonts of `draw`; raises ExportUnavailable."""
    import pypdfium2  # noqa: PLC0415 - see above

    from app.documents.writing.pdf import engine, faces  # noqa: PLC0415 - see above

    named, there = faces(fonts)
    written = engine().write_drawing(svg, size, named, there, cache)
    document = pypdfium2.PdfDocument(written)
    try:
        page = document[0]
        picture = page.render(scale=size[0] / page.get_size()[0]).to_pil().convert("P", palette=1, colors=64)
    finally:
        document.close()
    found = BytesIO()
    picture.save(found, "PNG", optimize=True)
    return found.getvalue()
