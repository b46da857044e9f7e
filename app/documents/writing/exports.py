"""Writes pages, slides and pictures as files, each in a separate process."""

import csv
import io
from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from enum import StrEnum
from io import BytesIO
from pathlib import Path
from typing import TypeVarTuple

from app.documents.blocks import Deck, Page, SlidesKind
from app.documents.kinds import media_type
from app.documents.markdown import to_markdown
from app.documents.writing.pdf import Bundle, draw_bundle, engine, faces, slides_to_pdf, to_pdf
from app.shared.confinement import Confinement

Given = TypeVarTuple("Given")


class ExportKind(StrEnum):
    """A file format; the value is the file extension."""

    ODT = "odt"
    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        return media_type(self)


class PageExports:
    """Writes pages as files. Thread-safe; only a few are written at the same time."""

    def __init__(self, fonts: Path, confinement: Confinement) -> None:
        """Use Fira Sans from the folder `fonts`, which may be missing."""
        self._fonts = fonts
        self._confinement = confinement

    def refuse(self, asker: str) -> None:
        """Raise Busy if `drawn` would do so right now; saves building the page in vain."""
        self._confinement.refuse(asker)

    def drawn(self, kind: ExportKind, page: Page, at: datetime, asker: str = "") -> bytes:
        """Return a page as a file, dated `at`, for `asker`. Raises ExportUnavailable, Busy and Exhausted."""
        if kind is ExportKind.MARKDOWN:
            return to_markdown(page, at)
        return self._confined(asker, draw, kind.value, page, at)

    def slides(self, kind: SlidesKind, deck: Deck, at: datetime, asker: str = "") -> bytes:
        """Return slides as a file, dated `at`; raises as `drawn` does."""
        return self._confined(asker, draw_slides, kind.value, deck, at)

    def bundle(self, bundle: Bundle, at: datetime, asker: str = "") -> bytes:
        """Return several pages as one PDF, dated `at`; raises as `drawn` does."""
        return self._confined(asker, draw_bundle, bundle, at)

    def picture(self, svg: str, size: tuple[int, int], asker: str = "") -> bytes:
        """Return an SVG drawing as PNG of this size in pixels; raises as `drawn` does."""
        return self._confined(asker, to_png, svg, size)

    def _confined(self, asker: str, function: Callable[[*Given, Path, Path], bytes], *given: *Given) -> bytes:
        return self._confinement.call_for(asker, function, *given, self._fonts, self._confinement.folder)


def draw(ending: str, page: Page, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the page as "odt", "docx" or "pdf", dated `at`; see `to_pdf` for the folders. Raises ExportUnavailable."""
    # Import late: the library of each format takes a tenth to a third of a second to load.
    match ending:
        case "odt":
            from app.documents.writing.open_document import to_odt  # noqa: PLC0415 - see above

            return to_odt(page, at)
        case "docx":
            from app.documents.writing.docx import to_docx  # noqa: PLC0415 - see above

            return to_docx(page, at)
        case _:
            return to_pdf(page, at, fonts, cache)


def draw_slides(ending: str, deck: Deck, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return slides as a file with this extension ("pdf", "odp"), dated `at`, as `draw` does for a page."""
    if ending == "odp":
        from app.documents.writing.open_document import to_odp  # noqa: PLC0415 - as in `draw`

        return to_odp(deck, at)
    return slides_to_pdf(deck, at, fonts, cache)


def to_png(svg: str, size: tuple[int, int], fonts: Path, cache: Path) -> bytes:
    """Return an SVG drawing of this size in pixels as PNG, with the fonts of `draw`; raises ExportUnavailable."""
    import pypdfium2  # noqa: PLC0415 - as in `draw`

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


BOM = "\ufeff"
"""Makes spreadsheets read the file as UTF-8."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""Characters that make a spreadsheet take a cell for a formula, including full-width ones (OWASP, CSV injection)."""


def csv_bytes(rows: Iterable[Sequence[str]]) -> bytes:
    """Return the rows of a table, each cell as text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(
        [_safe(cell) for cell in row] for row in rows
    )
    return (BOM + text.getvalue()).encode()


def _safe(cell: str) -> str:
    """Return the text with an apostrophe before anything that a spreadsheet would compute, even after spaces."""
    text = cell.replace("\x00", "")
    return f"'{text}" if text.lstrip(" \u00a0").startswith(_FORMULA) else text
