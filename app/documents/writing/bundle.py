"""Several pages as one tagged PDF: a cover with its contents, then each of them on a sheet of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from app.documents.blocks import Page, Span
from app.documents.writing.pdf import CODE, article, document, joined, printed, shown, styles


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page of the bundle and the sentence on it in the contents."""

    page: Page
    note: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """The cover, what its list of contents is called, and the pages in their order."""

    cover: Page
    contents: str
    parts: tuple[Part, ...]


def draw_bundle(_ending: str, bundle: Bundle, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the file, dated `at`; see `to_pdf`. Raises ExportUnavailable."""
    pages = (bundle.cover, *(part.page for part in bundle.parts))
    codes = {_code(number): page.code for number, page in enumerate(pages)}
    return printed(to_html(bundle), styles(bundle.cover), codes, at, fonts, cache)


def to_html(bundle: Bundle) -> str:
    """Return a whole document without styles."""
    parts = (
        Markup('<section class="part" id="{}">{}</section>').format(_name(number), article(part.page, _code(number)))
        for number, part in enumerate(bundle.parts, 1)
    )
    cover = bundle.cover
    body = Markup("{}{}{}").format(article(cover, _code(0)), _contents(bundle), joined(parts))
    return document(cover.lang, cover.running, body)


def _contents(bundle: Bundle) -> Markup:
    lines = (
        Markup('<li><a href="#{}">{}</a><br>{}</li>').format(_name(number), part.page.title, shown(part.note))
        for number, part in enumerate(bundle.parts, 1)
    )
    return Markup('<h2>{}</h2><ol class="contents">{}</ol>').format(bundle.contents, joined(lines))


def _name(number: int) -> str:
    return f"teil-{number}"


def _code(number: int) -> str:
    return f"{CODE}-{number}"
