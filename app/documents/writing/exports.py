"""Draws pages, slides and pictures as files, each in a process of its own."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import StrEnum
from pathlib import Path
from typing import TypeVarTuple

from app.documents.blocks import Page
from app.documents.deck import Deck, SlidesKind
from app.documents.writing.bundle import Bundle, draw_bundle
from app.documents.writing.drawing import draw, draw_slides, to_png
from app.documents.writing.markdown import to_markdown
from app.shared.confinement import Confinement

Given = TypeVarTuple("Given")


class ExportKind(StrEnum):
    """A format; the value is the ending of the file's name."""

    ODT = "odt"
    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ExportKind.ODT: "application/vnd.oasis.opendocument.text",
    ExportKind.PDF: "application/pdf",
    ExportKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportKind.MARKDOWN: "text/markdown; charset=utf-8",
}


class PageExports:
    """Draws pages as files; safe for several threads, of which only a few draw at the same time."""

    def __init__(self, fonts: Path, confinement: Confinement) -> None:
        """Use Fira Sans from the folder `fonts`, where it may be missing."""
        self._fonts = fonts
        self._confinement = confinement

    def refuse(self, asker: str) -> None:
        """Raise Busy where all that draws would do so at once: worth asking before a page is made."""
        self._confinement.refuse(asker)

    def drawn(self, kind: ExportKind, page: Page, at: datetime, asker: str = "") -> bytes:
        """Return any page as a file, dated `at`, for whoever is known by `asker` and never holds all places.

        Raises ExportUnavailable, Busy, and Exhausted for one too large.
        """
        if kind is ExportKind.MARKDOWN:
            return to_markdown(page, at)
        return self._confined(asker, draw, kind.value, page, at)

    def slides(self, kind: SlidesKind, deck: Deck, at: datetime, asker: str = "") -> bytes:
        """Return slides as a file, dated `at`; raises as `drawn` does."""
        return self._confined(asker, draw_slides, kind.value, deck, at)

    def bundle(self, bundle: Bundle, at: datetime, asker: str = "") -> bytes:
        """Return several pages as one PDF, dated `at`; raises as `drawn` does."""
        return self._confined(asker, draw_bundle, ExportKind.PDF.value, bundle, at)

    def picture(self, svg: str, size: tuple[int, int], asker: str = "") -> bytes:
        """Return a drawing as PNG of this size in pixels; raises as `drawn` does."""
        return self._confined(asker, to_png, svg, size)

    def _confined(self, asker: str, function: Callable[[*Given, Path, Path], bytes], *given: *Given) -> bytes:
        return self._confinement.call_for(asker, function, *given, self._fonts, self._confinement.folder)
