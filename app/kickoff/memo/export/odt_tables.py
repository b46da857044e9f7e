# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables in OpenDocument."""

from __future__ import annotations

from collections.abc import Sequence

from odfdo import Document, Element

from app.kickoff.memo.export.odt_text import in_paragraph
from app.kickoff.memo.page import Facts, Grid, Span, Text

_WIDTH = 16.5
"""What the margins leave of a sheet, in centimetres."""

_FACTS = (30, 70)
_TABLE = (
    '<style:style style:name="Sheet" style:family="table">'
    f'<style:table-properties style:width="{_WIDTH}cm" table:align="left" fo:margin-bottom="0.25cm"/></style:style>'
)
_ROW = (
    '<style:style style:name="Row" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>'
)
_CELLS = {
    "Cell": "0.5pt solid #767676",
    "HeadCell": "1pt solid #000000",
}


def facts_table(facts: Facts, document: Document) -> Element:
    """Return a table of two columns."""
    table = _table(document, _FACTS)
    for term, value in facts.rows:
        table.append(_row(document, ((Span(text=term),), value), "Cell", "Table_20_Contents"))
    return table


def grid_table(grid: Grid, document: Document) -> Element:
    """Return a table whose head is repeated on each sheet."""
    table = _table(document, grid.widths)
    head = Element.from_tag("<table:table-header-rows/>")
    names = tuple((Span(text=name),) for name in grid.columns)
    head.append(_row(document, names, "HeadCell", "Table_20_Heading"))
    table.append(head)
    for row in grid.rows:
        table.append(_row(document, row, "Cell", "Table_20_Contents"))
    return table


def _table(document: Document, widths: Sequence[int]) -> Element:
    _prepare(document, widths)
    name = f"Table{len(document.body.get_elements('//table:table')) + 1}"
    table = Element.from_tag(f'<table:table table:name="{name}" table:style-name="Sheet"/>')
    for width in widths:
        table.append(Element.from_tag(f'<table:table-column table:style-name="Column{width}"/>'))
    return table


def _row(document: Document, cells: Sequence[Text], cell_style: str, text_style: str) -> Element:
    row = Element.from_tag('<table:table-row table:style-name="Row"/>')
    for text in cells:
        cell = Element.from_tag(f'<table:table-cell table:style-name="{cell_style}" office:value-type="string"/>')
        cell.append(in_paragraph(text, text_style, document))
        row.append(cell)
    return row


def _prepare(document: Document, widths: Sequence[int]) -> None:
    """Make the styles that tables need, each once."""
    styles = [("table", "Sheet", _TABLE), ("table-row", "Row", _ROW)]
    styles += [("table-cell", name, _cell_style(name, line)) for name, line in _CELLS.items()]
    styles += [("table-column", f"Column{width}", _column_style(width)) for width in widths]
    for family, name, tag in styles:
        if document.get_style(family, name) is None:
            document.insert_style(tag, automatic=True)


def _cell_style(name: str, line: str) -> str:
    padding = 'fo:padding-top="0.08cm" fo:padding-bottom="0.08cm" fo:padding-left="0cm" fo:padding-right="0.2cm"'
    borders = f'fo:border-bottom="{line}" fo:border-left="none" fo:border-right="none" fo:border-top="none"'
    return (
        f'<style:style style:name="{name}" style:family="table-cell">'
        f"<style:table-cell-properties {padding} {borders}/></style:style>"
    )


def _column_style(width: int) -> str:
    centimetres = f"{_WIDTH * width / 100:.3f}cm"
    return (
        f'<style:style style:name="Column{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{centimetres}"/></style:style>'
    )
