"""The page as an Office Open XML text (ISO/IEC 29500)."""

from __future__ import annotations

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
from docx.text.run import Run

from app.documents.blocks import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text, TextRole

LINK = "Hyperlink"
"""Name of the character style for addresses."""


def write(paragraph: DocxParagraph, text: Text) -> None:
    """Add the text to the end of a paragraph; line feeds become line breaks."""
    for span in text:
        run = paragraph.add_run(span.text)
        if span.lang:
            _set_language(run, span.lang)
        if span.href:
            _link(paragraph, run, span.href)


def _link(paragraph: DocxParagraph, run: Run, address: str) -> None:
    """Put a run of a paragraph into a link, for which the library has no call."""
    relation = paragraph.part.relate_to(address, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
    link = OxmlElement("w:hyperlink")
    link.set(qn("r:id"), relation)
    run.style = LINK
    link.append(run._r)  # noqa: SLF001 - the library's own way to the element
    paragraph._p.append(link)  # noqa: SLF001 - the library's own way to the element


def _set_language(run: Run, lang: str) -> None:
    mark = OxmlElement("w:lang")
    mark.set(qn("w:val"), lang)
    run._r.get_or_add_rPr().append(mark)  # noqa: SLF001 - the library's own way to the element


_FONT = "Arial"
_BLACK = RGBColor(0, 0, 0)
_LOCALES = {"de": "de-DE", "en": "en-GB"}

# Name of the style, size in points, bold, space before and after in points.
_STYLES = (
    ("Normal", 11, False, 0, 6),
    ("Heading 1", 20, True, 0, 2),
    ("Heading 2", 13, True, 17, 5),
    ("Heading 3", 11, True, 11, 4),
    ("Subtitle", 11, False, 0, 12),
    ("Lead", 11, False, 0, 6),
    ("Note", 9, False, 0, 6),
    ("Label", 11, True, 7, 4),
    ("Dense", 9, False, 2, 2),
    ("Citation", 11, False, 12, 6),
    ("Closing", 9, False, 14, 6),
    ("List Bullet", 9.5, False, 0, 3),
    ("Header", 9, False, 0, 0),
    ("Footer", 9, False, 0, 0),
)


def set_up(document: Document, page: Page, at: datetime) -> None:
    """Give an empty document a sheet after DIN 5008, styles, head and foot, language and properties."""
    for name, size, bold, before, after in _STYLES:
        _style(document, name, size, bold=bold, before=before, after=after)
    for name in ("Lead", "Note", "Label", "Citation", "Closing"):
        document.styles[name].paragraph_format.keep_with_next = True
    document.styles["List Bullet"].paragraph_format.keep_together = True
    _link_style(document)
    _lay_out(document, page)
    _describe(document, page, at)


def _style(document: Document, name: str, size: float, *, bold: bool, before: float, after: float) -> None:
    styles = document.styles
    found = styles[name] if name in styles else styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    style = cast("ParagraphStyle", found)
    style.font.name, style.font.size, style.font.bold, style.font.italic = _FONT, Pt(size), bold, False
    style.font.color.rgb = _BLACK
    for spread in style.element.rPr.findall(qn("w:spacing")):
        style.element.rPr.remove(spread)
    fonts = style.element.rPr.rFonts
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        # A font of the theme would win over the one that was set.
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:cs"), _FONT)
    style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
    style.paragraph_format.line_spacing = 1.15


def _link_style(document: Document) -> None:
    style = document.styles.add_style(LINK, WD_STYLE_TYPE.CHARACTER)
    style.font.color.rgb = RGBColor(0x00, 0x40, 0x7A)
    style.font.underline = True


def _lay_out(document: Document, page: Page) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin, section.right_margin = Cm(2.5), Cm(2)
    section.top_margin, section.bottom_margin = Cm(2.5), Cm(2.2)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].text = page.running
    for foot in (section.first_page_footer, section.footer):
        _number(foot.paragraphs[0], page)


def _number(paragraph: DocxParagraph, page: Page) -> None:
    paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    for word, field in ((page.page, "PAGE"), (page.of, "NUMPAGES")):
        paragraph.add_run(f"{word} " if field == "PAGE" else f" {word} ")
        element = OxmlElement("w:fldSimple")
        element.set(qn("w:instr"), field)
        paragraph._p.append(element)  # noqa: SLF001 - the library's own way to the element


def _describe(document: Document, page: Page, at: datetime) -> None:
    properties = document.core_properties
    properties.title = page.running
    properties.language = _LOCALES[page.lang]
    properties.author = properties.comments = properties.last_modified_by = ""
    properties.created = properties.modified = at.replace(tzinfo=None, microsecond=0)
    for language in document.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), _LOCALES[page.lang])


_WIDTH = 16.5
"""What the margins leave of a sheet, in centimetres."""

_FACTS = (30, 70)
_TO_WRITE_ON = Cm(1)
_DENSE = "Dense"


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
        _fill(cell, (Span(text=name),), dense=grid.is_dense)
        cell.paragraphs[0].runs[0].bold = True
        # A head without a row below it would name nothing; Word goes by the paragraphs in its cells.
        cell.paragraphs[0].paragraph_format.keep_with_next = True
    head._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - the library has no call for it
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


def _fill(cell: _Cell, text: Text, *, dense: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    if dense:
        paragraph.style = _DENSE
    paragraph.paragraph_format.space_before = paragraph.paragraph_format.space_after = Pt(2)
    write(paragraph, text)


def _space_after(document: Document) -> None:
    """Part a table from what follows: without a paragraph between them two tables would become one."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(0)
    paragraph.paragraph_format.line_spacing = Pt(6)


_LIST = "List Bullet"
_ROLES = {
    TextRole.BODY: "Normal",
    TextRole.LEAD: "Lead",
    TextRole.NOTE: "Note",
    TextRole.LABEL: "Label",
    TextRole.CITATION: "Citation",
    TextRole.CLOSING: "Closing",
}


def to_docx(page: Page, at: datetime) -> bytes:
    """Return the document, dated `at`."""
    document = docx.Document()
    set_up(document, page, at)
    document.add_heading(page.title, 1)
    document.add_paragraph(page.subtitle, "Subtitle")
    for block in page.blocks:
        _add(document, block)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add(document: Document, block: Block) -> None:
    match block:
        case Heading():
            heading = document.add_heading("", block.level)
            write(heading, (Span(text=f"{block.number}  " if block.number else ""), block.text))
        case Paragraph():
            write(document.add_paragraph(style=_ROLES[block.role]), block.text)
        case Facts():
            add_facts(document, block)
        case Grid():
            add_grid(document, block)
        case Items():
            for item in block.items:
                write(document.add_paragraph(style=_LIST), item)
        case Signature():
            _sign(document, block)


def _sign(document: Document, signature: Signature) -> None:
    # One paragraph, so that no office program parts the two lines.
    paragraph = document.add_paragraph("\t".join(f"{line} \t" for line in signature.lines))
    layout = paragraph.paragraph_format
    layout.space_before = Pt(45)
    layout.keep_together = True
    layout.tab_stops.add_tab_stop(Cm(7.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
    layout.tab_stops.add_tab_stop(Cm(8.3))
    layout.tab_stops.add_tab_stop(Cm(16.5), WD_TAB_ALIGNMENT.LEFT, WD_TAB_LEADER.LINES)
