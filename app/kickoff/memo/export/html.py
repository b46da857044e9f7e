# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page as HTML, from which the PDF is printed; every text passes through `escape`."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup, escape

from app.kickoff.memo.page import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text

_DOCUMENT = Markup(
    '<!doctype html><html lang="{lang}"><head><meta charset="utf-8"><title>{title}</title></head>'
    '<body><h1 data-running="{running}">{heading}</h1><p class="subtitle">{subtitle}</p>{blocks}</body></html>'
)


def to_html(page: Page) -> str:
    """Return a whole document without styles."""
    return _DOCUMENT.format(
        lang=page.lang,
        title=page.running,
        running=page.running,
        heading=page.title,
        subtitle=page.subtitle,
        blocks=_joined(_block(block) for block in page.blocks),
    )


def _block(block: Block) -> Markup:
    match block:
        case Heading():
            mark = f"h{block.level}"
            number = Markup('<span class="number">{}</span>').format(block.number)
            return Markup("<{mark}>{number} {text}</{mark}>").format(mark=mark, number=number, text=_span(block.text))
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
    return Markup('<table class="grid"><thead><tr>{}</tr></thead><tbody>{}</tbody></table>').format(heads, rows)


def _text(text: Text) -> Markup:
    return _joined(_span(span) for span in text)


def _span(span: Span) -> Markup:
    shown = Markup("<br>").join(escape(line) for line in span.text.split("\n"))
    if span.href:
        shown = Markup('<a href="{}">{}</a>').format(span.href, shown)
    return Markup('<span lang="{}">{}</span>').format(span.lang, shown) if span.lang else shown


def _joined(parts: Iterable[Markup]) -> Markup:
    return Markup("").join(parts)
