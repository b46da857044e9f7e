# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Several pages as one tagged PDF: a cover with its contents, then each of them on a sheet of its own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from markupsafe import Markup

from app.kickoff import qr
from app.kickoff.memo.blocks import Page, Span
from app.kickoff.memo.export.pdf import CODE, article, document, engine, faces, joined, shown, styles


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
    named, there = faces(fonts)
    pages = (bundle.cover, *(part.page for part in bundle.parts))
    drawings = {_code(number): qr.svg(page.code) for number, page in enumerate(pages) if page.code}
    written: bytes = engine().write_pdf(to_html(bundle), styles(bundle.cover, named), there, cache, at, drawings)
    return written


def to_html(bundle: Bundle) -> str:
    """Return a whole document without styles."""
    parts = (
        Markup('<section class="part" id="{}">{}</section>').format(_name(number), article(part.page, _code(number)))
        for number, part in enumerate(bundle.parts, 1)
    )
    cover = article(bundle.cover, _code(0))
    return document(bundle.cover, Markup("{}{}{}").format(cover, _contents(bundle), joined(parts)))


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
