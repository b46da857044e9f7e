"""One page or several as tagged PDF (PDF/UA-1, ISO 14289-1): HTML in which every text passed through `escape`."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from app.documents.blocks import WHOLE, Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text
from app.documents.errors import ExportUnavailable
from app.documents.writing import qr

_DOCUMENT = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head><body>{body}</body>'
    "</html>"
)
_ARTICLE = Markup('{code}<h1 data-running="{running}">{heading}</h1><p class="subtitle">{subtitle}</p>{blocks}')

CODE = "drawing:code"
"""Under which address a document finds the QR code."""


def to_html(page: Page) -> str:
    """Return a whole document without styles."""
    return document(page.lang, page.running, article(page, CODE))


def document(lang: str, title: str, body: Markup) -> str:
    """Return a whole document without styles."""
    return _DOCUMENT.format(lang=lang, title=title, body=body)


def article(page: Page, code: str) -> Markup:
    """Return a page as a part of a document, which finds its QR code under the address `code`."""
    return _ARTICLE.format(
        running=page.running,
        code=Markup('<img class="code" src="{}" alt="{}">').format(code, page.code) if page.code else "",
        heading=page.title,
        subtitle=page.subtitle,
        blocks=joined(_block(block) for block in page.blocks),
    )


def _block(block: Block) -> Markup:
    match block:
        case Heading():
            mark = f"h{block.level}"
            number = Markup('<span class="number">{}</span> ').format(block.number) if block.number else ""
            return Markup("<{mark}>{number}{text}</{mark}>").format(mark=mark, number=number, text=shown(block.text))
        case Paragraph():
            return Markup('<p class="{}">{}</p>').format(block.role.value, _text(block.text))
        case Facts():
            rows = (Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(t, _text(v)) for t, v in block.rows)
            return Markup('<table class="facts"><tbody>{}</tbody></table>').format(joined(rows))
        case Grid():
            return _grid(block)
        case Items():
            return Markup("<ul>{}</ul>").format(joined(Markup("<li>{}</li>").format(_text(i)) for i in block.items))
        case Signature():
            lines = joined(Markup("<p>{}</p>").format(line) for line in block.lines)
            return Markup('<div class="signature">{}</div>').format(lines)


def _grid(grid: Grid) -> Markup:
    heads = joined(
        Markup('<th scope="col" class="w{}">{}</th>').format(width, name)
        for name, width in zip(grid.columns, grid.widths, strict=True)
    )
    rows = joined(
        Markup("<tr>{}</tr>").format(joined(Markup("<td>{}</td>").format(_text(cell)) for cell in row))
        for row in grid.rows
    )
    name = " ".join(("grid", *(["dense"] if grid.is_dense else []), *(["together"] if grid.together else [])))
    table = Markup('<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(name, heads, rows)


def _text(text: Text) -> Markup:
    return joined(shown(span) for span in text)


def shown(span: Span) -> Markup:
    """Return a piece of text."""
    shown = Markup("<br>").join(map(whole, span.text.split("\n")))
    if span.href:
        shown = Markup('<a href="{}">{}</a>').format(span.href, shown)
    return Markup('<span lang="{}">{}</span>').format(span.lang, shown) if span.lang else shown


def whole(text: str) -> Markup:
    """Return text in which no date and no number with its unit is broken, not even by a hyphen."""
    # Every second piece is one of those.
    pieces = enumerate(WHOLE.split(text))
    return joined(Markup('<span class="whole">{}</span>').format(one) if n % 2 else escape(one) for n, one in pieces)


def joined(parts: Iterable[Markup]) -> Markup:
    """Return pieces one behind the other."""
    return Markup("").join(parts)


PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
"""What WeasyPrint needs of Debian and Ubuntu; the font is for what Fira Sans lacks or where it is missing."""

_ENGINE = "app.documents.writing.weasyprint_engine"
_STYLES = Path(__file__).with_name("page.css")
_FACES = (("Regular", 400, "normal"), ("Bold", 700, "normal"))


def to_pdf(page: Page, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the document with Fira Sans from the folder `fonts` where it is there, else with what the system has.

    What it unpacks of fonts is kept in the folder `cache`.

    Raises ExportUnavailable where libraries of the system are missing.
    """
    return printed(to_html(page), styles(page), {CODE: page.code}, at, fonts, cache)


def printed(html: str, css: str, codes: Mapping[str, str], at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return a document as `to_pdf` does; `codes` are what its QR codes lead to, by the addresses that it uses."""
    named, there = faces(fonts)
    drawings = {address: qr.svg(leads_to) for address, leads_to in codes.items() if leads_to}
    written: bytes = engine().write_pdf(html, f"{named}\n{css}", there, cache, at, drawings)
    return written


def faces(fonts: Path) -> tuple[str, dict[str, Path]]:
    """Return the styles that name the fonts of a folder, and the files by these names, as far as they are there."""
    files = {f"font:{name}": fonts / f"FiraSans-{name}.woff2" for name, *_ in _FACES}
    there = {address: path for address, path in files.items() if path.is_file()}
    named = (
        f'@font-face {{ font-family: "Fira Sans"; src: url("font:{name}"); '
        f"font-weight: {weight}; font-style: {style} }}"
        for name, weight, style in _FACES
        if f"font:{name}" in there
    )
    return "\n".join(named), there


def styles(page: Page) -> str:
    """Return the style sheet, with the words beside the numbers of the sheets."""
    font = 'font: 9pt "Fira Sans", "Liberation Sans", sans-serif'
    foot = f"@page {{ @bottom-right {{ {numbers(page.page, page.of)}; {font} }} }}"
    return f"{_STYLES.read_text(encoding='utf-8')}\n{foot}"


def numbers(page: str, of: str) -> str:
    """Return what numbers the sheets; both words come from our own wording, never from a reader."""
    return f'content: "{page} " counter(page) " {of} " counter(pages)'


def engine() -> Any:
    """Load WeasyPrint on first use: it takes a third of a second, and looks for libraries that may be missing."""
    try:
        return importlib.import_module(_ENGINE)
    except (ImportError, OSError) as error:
        raise ExportUnavailable("pdf", PACKAGES) from error


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A page of the bundle and the sentence on it in the contents."""

    page: Page
    note: Span


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Several pages: the cover, what its list of contents is called, and the others, each on a sheet of its own."""

    cover: Page
    contents: str
    parts: tuple[Part, ...]


def draw_bundle(bundle: Bundle, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the file, dated `at`; see `to_pdf`. Raises ExportUnavailable."""
    pages = (bundle.cover, *(part.page for part in bundle.parts))
    codes = {_code_of(number): page.code for number, page in enumerate(pages)}
    return printed(bundle_html(bundle), styles(bundle.cover), codes, at, fonts, cache)


def bundle_html(bundle: Bundle) -> str:
    """Return a whole document without styles."""
    parts = (
        Markup('<section class="part" id="{}">{}</section>').format(
            _part_name(number), article(part.page, _code_of(number))
        )
        for number, part in enumerate(bundle.parts, 1)
    )
    cover = bundle.cover
    body = Markup("{}{}{}").format(article(cover, _code_of(0)), _contents(bundle), joined(parts))
    return document(cover.lang, cover.running, body)


def _contents(bundle: Bundle) -> Markup:
    lines = (
        Markup('<li><a href="#{}">{}</a><br>{}</li>').format(_part_name(number), part.page.title, shown(part.note))
        for number, part in enumerate(bundle.parts, 1)
    )
    return Markup('<h2>{}</h2><ol class="contents">{}</ol>').format(bundle.contents, joined(lines))


def _part_name(number: int) -> str:
    return f"teil-{number}"


def _code_of(number: int) -> str:
    return f"{CODE}-{number}"
