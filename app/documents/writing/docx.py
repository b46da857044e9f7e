"""Writes the page as an Office Open XML text (ISO/IEC 29500)."""

from collections.abc import Sequence
from datetime import datetime
from io import BytesIO
from typing import cast

import docx
from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph as DocxParagraph

from app.documents.blocks import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text, TextRole

_FONT = "Arial"
_LOCALES = {"de": "de-DE", "en": "en-GB"}

# Name of the style, size in points, bold, space before and after in points.
_STYLES = (
    ("Normal", 11, False, 0, 6),
    ("Heading 1", 20, True, 0, 2),
    ("Heading 2", 13, True, 12, 4),
    ("Heading 3", 11, True, 8, 3),
    ("Subtitle", 11, False, 0, 12),
    ("Lead", 11, False, 0, 6),
    ("Note", 9, False, 0, 6),
    ("Small", 9, False, 0, 6),
    ("Cell", 9.5, False, 2, 2),
    ("Label", 11, True, 7, 4),
    ("Dense", 9, False, 2, 2),
    ("Citation", 9.5, False, 8, 4),
    ("Closing", 9, False, 14, 6),
    ("List Bullet", 9.5, False, 0, 3),
    ("Header", 9, False, 0, 0),
    ("Footer", 9, False, 0, 0),
)


_ROLES = {
    TextRole.BODY: "Normal",
    TextRole.SMALL: "Small",
    TextRole.LEAD: "Lead",
    TextRole.NOTE: "Note",
    TextRole.LABEL: "Label",
    TextRole.CITATION: "Citation",
    TextRole.CLOSING: "Closing",
}
_LINK, _LIST, _DENSE, _CELL = "Hyperlink", "List Bullet", "Dense", "Cell"
_WIDTH = 16.5
"""Width between the margins, in centimetres."""
_FACTS = (26, 74)
_TO_WRITE_ON = Cm(1)


def to_docx(page: Page, at: datetime) -> bytes:
    """Return the page, dated `at`, laid out after DIN 5008, with styles, header, footer, language and properties."""
    document = docx.Document()
    _add_styles(document)
    _lay_out(document, page)
    _describe(document, page, at)
    document.add_heading(page.title, 1)
    document.add_paragraph(page.subtitle, "Subtitle")
    for block in page.blocks:
        _add(document, block)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add_styles(document: Document) -> None:
    for name, size, bold, before, after in _STYLES:
        _style(document, name, size, bold=bold, before=before, after=after)
    for name in ("Lead", "Note", "Label", "Citation", "Closing"):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles[_LIST].paragraph_format.keep_together = True
    link = document.styles.add_style(_LINK, WD_STYLE_TYPE.CHARACTER)
    link.font.color.rgb = RGBColor(0x00, 0x40, 0x7A)
    link.font.underline = True


def _style(document: Document, name: str, size: float, *, bold: bool, before: float, after: float) -> None:
    styles = document.styles
    found = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = cast("ParagraphStyle", found)
    style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, False
    style.font.color.rgb = RGBColor(0, 0, 0)
    for spread in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spread)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A theme font would take precedence over this one.
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), _FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.15


def _lay_out(document: Document, page: Page) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = page.running
    for foot in (section.first_page_footer.paragraphs[0], section.footer.paragraphs[0]):
        foot.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        for word, field in ((f"{page.page} ", "PAGE"), (f" {page.of} ", "NUMPAGES")):
            foot.add_run(word)
            foot._p.append(_made("w:fldSimple", instr=field))  # noqa: SLF001 - the library's own way to the element


def _describe(document: Document, page: Page, at: datetime) -> None:
    properties = document.core_properties
    properties.title = page.running
    properties.language = _LOCALES[page.lang]
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = at.replace(tzinfo=None, microsecond=0)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LOCALES[page.lang])


def _made(tag: str, *children: BaseOxmlElement, **attributes: str) -> BaseOxmlElement:
    """Return an element that the library cannot create."""
    element = OxmlElement(tag)
    for name, value in attributes.items():
        element.set(qn(f"w:{name}"), value)
    element.extend(children)
    return element


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading():
            heading = document.add_heading("", block.level)
            _write(heading, (Span(text=f"{block.number}  " if block.number else ""), block.text))
        case Paragraph():
            _write(document.add_paragraph(style=_ROLES[block.role]), block.text)
        case Facts():
            _add_facts(document, block)
        case Grid():
            _add_grid(document, block)
        case Items():
            for item in block.items:
                _write(document.add_paragraph(style=_LIST), item)
        case Signature():
            # One paragraph, so that office programs do not separate the two lines.
            layout = document.add_paragraph("\t".join(f"{line} \t" for line in block.lines)).paragraph_format
            layout.space_before = Pt(36)
            layout.keep_together = True
            layout.tab_stops.add_tab_stop(Cm(7.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
            layout.tab_stops.add_tab_stop(Cm(8.3))
            layout.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)


def _write(paragraph: DocxParagraph, text: Text) -> None:
    """Add the text to the end of a paragraph; line feeds become line breaks."""
    for span in text:
        run = paragraph.add_run(span.text)
        if span.lang:
            run._r.get_or_add_rPr().append(_made("w:lang", val=span.lang))  # noqa: SLF001 - as in `_lay_out`
        if span.href:
            link = OxmlElement("w:hyperlink")
            link.set(qn("r:id"), paragraph.part.relate_to(span.href, RELATIONSHIP_TYPE.HYPERLINK, is_external=True))
            run.style = _LINK
            link.append(run._r)  # noqa: SLF001 - as in `_lay_out`
            paragraph._p.append(link)  # noqa: SLF001 - as in `_lay_out`


def _add_facts(document: Document, facts: Facts) -> None:
    table = _table(document, len(facts.rows), _FACTS)
    for row, (term, value) in zip(table.rows, facts.rows, strict=True):
        _fill(row.cells[0], (Span(text=term),))
        _fill(row.cells[1], value)
    _space_after(document)


def _add_grid(document: Document, grid: Grid) -> None:
    """Add a table whose head is repeated on each page."""
    table = _table(document, len(grid.rows) + 1, grid.widths)
    head, *rows = table.rows
    for cell, name in zip(head.cells, grid.columns, strict=True):
        _fill(cell, (Span(text=name),), dense=grid.is_dense)
        cell.paragraphs[0].runs[0].bold = True
        # Keep the head with the first row; Word looks at the paragraphs in the cells for that.
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - as in `_lay_out`
    for row, texts in zip(rows, grid.rows, strict=True):
        if not all(texts):
            row.height = _TO_WRITE_ON
        for cell, text in zip(row.cells, texts, strict=True):
            _fill(cell, text, dense=grid.is_dense)
            cell.paragraphs[0].paragraph_format.keep_with_next = (grid.together and row is not rows[-1]) or None
    _space_after(document)


def _table(document: Document, rows: int, widths: Sequence[int]) -> Table:
    table: Table = document.add_table(rows, len(widths))
    table.autofit = False
    for column, share in zip(table.columns, widths, strict=True):
        column.width = Cm(_WIDTH * share / 100)
        for cell in column.cells:
            # Word reads the widths of columns, other programs those of cells.
            cell.width = Cm(_WIDTH * share / 100)
    for row in table.rows:
        # Keep each row on one page.
        row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))  # noqa: SLF001 - as in `_lay_out`
    lines = (
        _made(edge, val="single", sz="4", space="0", color="767676") for edge in ("w:top", "w:bottom", "w:insideH")
    )
    # Without a left margin, tables are aligned with the text.
    margins = (_made(edge, w=twips, type="dxa") for edge, twips in (("w:left", "0"), ("w:right", "115")))
    table._tblPr.extend([_made("w:tblBorders", *lines), _made("w:tblCellMar", *margins)])  # noqa: SLF001 - as in `_lay_out`
    return table


def _fill(cell: _Cell, text: Text, *, dense: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.style = _DENSE if dense else _CELL
    _write(paragraph, text)


def _space_after(document: Document) -> None:
    """Add a paragraph after a table; without one, two tables in a row would merge."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)
