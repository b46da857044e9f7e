"""Writes pages and slides as tagged PDF (PDF/UA-1, ISO 14289-1), from HTML in which every text is escaped."""

import ctypes.util
import importlib
import sys
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from markupsafe import Markup, escape

from app.documents.blocks import (
    WHOLE,
    Block,
    Deck,
    Facts,
    Figure,
    Grid,
    Heading,
    Items,
    Page,
    Paragraph,
    Point,
    Signature,
    Slide,
    Span,
    Text,
)
from app.documents.errors import ExportUnavailable
from app.documents.writing import qr

CODE = "drawing:code"
"""The address that refers to the QR code in a document."""
PACKAGES = ("libpango-1.0-0", "libpangoft2-1.0-0", "libharfbuzz-subset0", "fonts-dejavu-core")
"""Packages that WeasyPrint needs on Debian and Ubuntu; the font has characters that Fira Sans lacks, or replaces it."""
_FOLDER = Path(__file__).parent
_FACES = (("Regular", 400), ("Bold", 700))


def to_pdf(page: Page, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the document in Fira Sans from `fonts` (if missing, in system fonts), unpacked in `cache`.

    Raises ExportUnavailable if system libraries are missing.
    """
    return _printed(to_html(page), styles(page), {CODE: page.code}, at, fonts, cache)


def slides_to_pdf(deck: Deck, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the slides, 16:9, as `to_pdf` does for a page."""
    top = f"@page {{ @top-right {{ {_numbers(deck.page, deck.of)} }} }}"
    css = f"{(_FOLDER / 'slides.css').read_text(encoding='utf-8')}\n{top}"
    return _printed(slides_to_html(deck), css, {CODE: deck.address}, at, fonts, cache)


def _printed(html: str, css: str, codes: Mapping[str, str], at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return a document; `codes` maps the addresses in it to the targets of QR codes."""
    named, there = faces(fonts)
    drawings = {address: qr.svg(leads_to) for address, leads_to in codes.items() if leads_to}
    written: bytes = engine().write_pdf(html, f"{named}\n{css}", there, cache, at, drawings)
    return written


def faces(fonts: Path) -> tuple[str, dict[str, Path]]:
    """Return the styles for the fonts in a folder, and the existing font files by name."""
    files = {f"font:{name}": fonts / f"FiraSans-{name}.woff2" for name, _weight in _FACES}
    there = {address: path for address, path in files.items() if path.is_file()}
    named = (
        f'@font-face {{ font-family: "Fira Sans"; src: url("font:{name}"); font-weight: {weight}; font-style: normal }}'
        for name, weight in _FACES
        if f"font:{name}" in there
    )
    return "\n".join(named), there


def styles(page: Page) -> str:
    """Return the style sheet, including the words around page numbers."""
    font = 'font: 9pt "Fira Sans", "Liberation Sans", sans-serif'
    foot = f"@page {{ @bottom-right {{ {_numbers(page.page, page.of)}; {font} }} }}"
    return f"{(_FOLDER / 'page.css').read_text(encoding='utf-8')}\n{foot}"


def _numbers(page: str, of: str) -> str:
    """Return the page numbers' style; both words come from our own texts, never from a reader."""
    return f'content: "{page} " counter(page) " {of} " counter(pages)'


def engine() -> Any:
    """Load WeasyPrint on first use: it takes a third of a second, and needs libraries that may be missing."""
    try:
        with _libraries_by_file_name():
            return importlib.import_module("app.documents.writing.weasyprint_engine")
    except (ImportError, OSError) as error:
        raise ExportUnavailable("pdf", PACKAGES) from error


@contextmanager
def _libraries_by_file_name() -> Iterator[None]:
    """Make WeasyPrint open libraries by file name: looking up names starts some thirty processes."""
    find = ctypes.util.find_library
    if sys.platform == "linux":
        ctypes.util.find_library = lambda name: None  # noqa: ARG005 - called with its name
    try:
        yield
    finally:
        ctypes.util.find_library = find


@dataclass(frozen=True, slots=True, kw_only=True)
class Bundle:
    """Pages after a cover and a table of contents; `parts` gives each with its sentence in that table."""

    cover: Page
    contents: str
    parts: tuple[tuple[Page, Span], ...]


def draw_bundle(bundle: Bundle, at: datetime, fonts: Path, cache: Path) -> bytes:
    """Return the file, dated `at`; see `to_pdf`. Raises ExportUnavailable."""
    cover = bundle.cover
    numbered = [(f"teil-{number}", f"{CODE}-{number}", *part) for number, part in enumerate(bundle.parts, 1)]
    lines = (
        Markup('<li><a href="#{}">{}</a><br>{}</li>').format(name, page.title, _span(note))
        for name, _code, page, note in numbered
    )
    contents = Markup('<h2>{}</h2><ol class="contents">{}</ol>').format(bundle.contents, _joined(lines))
    sections = (
        Markup('<section class="part" id="{}">{}</section>').format(name, _article(page, code))
        for name, code, page, _note in numbered
    )
    body = Markup("{}{}{}").format(_article(cover, f"{CODE}-0"), contents, _joined(sections))
    codes = {f"{CODE}-0": cover.code, **{code: page.code for _name, code, page, _note in numbered}}
    return _printed(_document(cover.lang, cover.running, body), styles(cover), codes, at, fonts, cache)


def to_html(page: Page) -> str:
    """Return a complete HTML document without styles."""
    return _document(page.lang, page.running, _article(page, CODE))


def _document(lang: str, title: str, body: Markup) -> str:
    return Markup(
        '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
        "<body>{body}</body></html>"
    ).format(lang=lang, title=title, body=body)


def _article(page: Page, code: str) -> Markup:
    """Return a page as part of a document, in which the address `code` refers to its QR code."""
    return Markup('{code}<h1 data-running="{running}">{heading}</h1><p class="subtitle">{subtitle}</p>{blocks}').format(
        running=page.running,
        code=Markup('<img class="code" src="{}" alt="{}">').format(code, page.code) if page.code else "",
        heading=page.title,
        subtitle=page.subtitle,
        blocks=_joined(_block(block) for block in page.blocks),
    )


def _block(block: Block) -> Markup:
    match block:
        case Heading():
            mark = f"h{block.level}"
            number = Markup('<span class="number">{}</span> ').format(block.number) if block.number else ""
            return Markup("<{mark}>{number}{text}</{mark}>").format(mark=mark, number=number, text=_span(block.text))
        case Paragraph():
            return Markup('<p class="{}">{}</p>').format(block.role.value, _text(block.text))
        case Facts():
            rows = (Markup('<tr><th scope="row">{}</th><td>{}</td></tr>').format(t, _text(v)) for t, v in block.rows)
            return Markup('<table class="facts"><tbody>{}</tbody></table>').format(_joined(rows))
        case Grid():
            return _grid(block)
        case Items():
            return Markup("<ul>{}</ul>").format(_joined(Markup("<li>{}</li>").format(_text(i)) for i in block.items))
        case Signature():
            lines = _joined(Markup("<p>{}</p>").format(line) for line in block.lines)
            return Markup('<div class="signature">{}</div>').format(lines)


def _grid(grid: Grid) -> Markup:
    heads = _joined(
        Markup('<th scope="col" class="w{}">{}</th>').format(width, name)
        for name, width in zip(grid.columns, grid.widths, strict=True)
    )
    rows = _joined(
        Markup("<tr>{}</tr>").format(_joined(Markup("<td>{}</td>").format(_text(cell)) for cell in row))
        for row in grid.rows
    )
    name = " ".join(("grid", *(["dense"] if grid.is_dense else []), *(["together"] if grid.together else [])))
    table = Markup('<table class="{}"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>')
    return table.format(name, heads, rows)


def _text(text: Text) -> Markup:
    return _joined(map(_span, text))


def _span(span: Span) -> Markup:
    shown = Markup("<br>").join(map(whole, span.text.split("\n")))
    if span.href:
        shown = Markup('<a href="{}">{}</a>').format(span.href, shown)
    return Markup('<span lang="{}">{}</span>').format(span.lang, shown) if span.lang else shown


def whole(text: str) -> Markup:
    """Return text in which no date and no number with its unit is broken, not even at a hyphen."""
    # Every second piece is a date or a number.
    pieces = enumerate(WHOLE.split(text))
    return _joined(Markup('<span class="whole">{}</span>').format(one) if n % 2 else escape(one) for n, one in pieces)


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)


def slides_to_html(deck: Deck) -> str:
    """Return a complete HTML document without styles."""
    return _document(deck.lang, deck.title.text, _joined(_slide(deck, slide) for slide in deck.slides))


def _slide(deck: Deck, slide: Slide) -> Markup:
    title = Markup("<h1>{}</h1><p class=subtitle>{}</p>").format(_span(deck.title), deck.subtitle)
    figures = Markup('<div class="figures of{}">{}</div>').format(
        len(slide.figures), _joined(map(_figure, slide.figures))
    )
    points = Markup("<ul>{}</ul>").format(_joined(Markup("<li>{}</li>").format(_point(one)) for one in slide.points))
    return Markup(
        '<section class="slide {scale}"><div class="body">{head}<h2>{title}</h2>{figures}{points}</div>{foot}</section>'
    ).format(
        scale=slide.scale.value,
        head=title if slide.is_first else "",
        title=slide.title,
        figures=figures if slide.figures else "",
        points=points if slide.points else "",
        foot=_foot(deck, slide),
    )


def _figure(figure: Figure) -> Markup:
    note = Markup('<p class="note">{}</p>').format(figure.note) if figure.note else ""
    return Markup('<div class="figure"><p class="value">{}</p><p class="what">{}</p>{}</div>').format(
        figure.value, _span(figure.label), note
    )


def _point(point: Point) -> Markup:
    label = Markup("<strong>{}:</strong> ").format(point.label) if point.label else ""
    # Keep the number of a source on one line with the last word.
    space = "\N{NO-BREAK SPACE}" if point.note.startswith("[") else " "
    note = Markup('{}<span class="mark">{}</span>').format(space, point.note) if point.note else ""
    return Markup("{}{}{}").format(label, _text(point.text), note)


def _foot(deck: Deck, slide: Slide) -> Markup:
    sources = ""
    if slide.sources:
        lines = _joined(Markup("<p>{}</p>").format(_text(one)) for one in slide.sources)
        sources = Markup('<p class="label">{}</p>{}').format(deck.sources, lines)
    where = ""
    if deck.address and slide.leads_on:
        code = Markup('<img src="{}" alt="{}">').format(CODE, deck.code)
        where = Markup('<div class="where"><p>{0} <a href="{1}">{1}</a></p>{2}</div>').format(
            deck.mark, deck.address, code
        )
    return Markup('<div class="foot"><div class="sources">{}</div>{}</div>').format(sources, where)
