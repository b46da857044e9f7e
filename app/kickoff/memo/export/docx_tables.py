# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tables in Office Open XML."""

from __future__ import annotations

from collections.abc import Sequence

from docx.document import Document
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt
from docx.table import Table, _Cell

from app.kickoff.memo.export.docx_text import write
from app.kickoff.memo.page import Facts, Grid, Span, Text

_WIDTH = 16.5
"""What the margins leave of a sheet, in centimetres."""

_FACTS = (30, 70)


def add_facts(document: Document, facts: Facts) -> None:
    """Add a table of two columns."""
    table = _table(document, len(facts.rows), _FACTS)
    for row, (term, value) in zip(table.rows, facts.rows, strict=True):
        _fill(row.cells[0], (Span(text=term),))
        _fill(row.cells[1], value)
    _space_after(document)


def add_grid(document: Document, grid: Grid) -> None:
    """Add a table whose head is repeated on each sheet."""
    table = _table(document, len(grid.rows) + 1, grid.widths)
    head, *rows = table.rows
    for cell, name in zip(head.cells, grid.columns, strict=True):
        _fill(cell, (Span(text=name),))
        cell.paragraphs[0].runs[0].bold = True
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no call for it
    for row, texts in zip(rows, grid.rows, strict=True):
        for cell, text in zip(row.cells, texts, strict=True):
            _fill(cell, text)
    _space_after(document)


def _table(document: Document, rows: int, widths: Sequence[int]) -> Table:
    table: Table = document.add_table(rows, len(widths))
    table.autofit = False
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Cm(_WIDTH * share / 100)
        for cell in column.cells:
            # Word goes by the columns, others by the cells.
            cell.width = Cm(_WIDTH * share / 100)
    for row in table.rows:
        # A row stays on one sheet.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - the library has no call for it
    borders = OxmlElement("w:tblBorders")
    for edge in ("w:top", "w:bottom", "w:insideH"):
        line = OxmlElement(edge)
        for name, value in (("w:val", "single"), ("w:sz", "4"), ("w:space", "0"), ("w:color", "767676")):
            line.set(qn(name), value)
        borders.append(line)
    table._tblPr.append(borders)  # noqa: SLF001 - the library has no call for lines
    table._tblPr.append(_flush())  # noqa: SLF001 - the library has no call for the space inside cells
    return table


def _flush() -> BaseOxmlElement:
    """Return cell margins that let tables begin where the text begins."""
    margins = OxmlElement("w:tblCellMar")
    for edge, twips in (("w:left", "0"), ("w:right", "115")):
        margin = OxmlElement(edge)
        margin.set(qn("w:w"), twips)
        margin.set(qn("w:type"), "dxa")
        margins.append(margin)
    return margins


def _fill(cell: _Cell, text: Text) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    write(paragraph, text)


def _space_after(document: Document) -> None:
    """Part a table from what follows: without a paragraph between them two tables would become one."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)
