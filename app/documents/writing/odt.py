"""The page as OpenDocument text (ISO/IEC 26300)."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from io import BytesIO
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from odfdo import Document, Element, Header, Link
from odfdo import Paragraph as OdfParagraph
from odfdo import Span as OdfSpan

from app.documents.blocks import Block, Facts, Grid, Heading, Items, Page, Paragraph, Signature, Span, Text, TextRole


def in_paragraph(text: Text, style: str, document: Document, paragraph: OdfParagraph | None = None) -> OdfParagraph:
    """Return the text in a new paragraph of this style, or at the end of the one that is given."""
    target = OdfParagraph(style=style) if paragraph is None else paragraph
    for span in text:
        target.append(_element(span, document))
    return target


def _element(span: Span, document: Document) -> Element:
    if span.href:
        return Link(url=span.href, text=span.text, style="Internet_20_link", visited_style="Internet_20_link")
    element = OdfSpan(style=_language_style(span.lang, document) if span.lang else None)
    # Line feeds and runs of spaces become elements; everything else stays text.
    element.append_plain_text(span.text)
    return element


def _language_style(lang: str, document: Document) -> str:
    """Return the name of the style that tells a screen reader the language."""
    language = lang.partition("-")[0]
    name = f"Language_{language}"
    if document.get_style("text", name) is None:
        properties = f'<style:text-properties fo:language="{language}" fo:country="none"/>'
        tag = f'<style:style style:name="{name}" style:family="text">{properties}</style:style>'
        document.insert_style(tag, automatic=True)
    return name


_WIDTH = 16.5
"""What the margins leave of a sheet, in centimetres."""

_FACTS = (30, 70)
_TABLE = (
    '<style:style style:name="Sheet" style:family="table">'
    f'<style:table-properties style:width="{_WIDTH}cm" table:align="left" fo:margin-bottom="0.25cm"/></style:style>'
)
_TABLE_ON_ONE_SHEET = (
    '<style:style style:name="OneSheet" style:family="table">'
    f'<style:table-properties style:width="{_WIDTH}cm" table:align="left" fo:margin-bottom="0.25cm" '
    'style:may-break-between-rows="false"/></style:style>'
)
_ROW = (
    '<style:style style:name="Row" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always"/></style:style>'
)
_ROW_TO_WRITE_ON = (
    '<style:style style:name="RowToWriteOn" style:family="table-row">'
    '<style:table-row-properties fo:keep-together="always" style:min-row-height="1cm"/></style:style>'
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
    table = _table(document, grid.widths, "OneSheet" if grid.together else "Sheet")
    head = Element.from_tag("<table:table-header-rows/>")
    names = tuple((Span(text=name),) for name in grid.columns)
    heading, contents = ("DenseHeading", "Dense") if grid.is_dense else ("Table_20_Heading", "Table_20_Contents")
    head.append(_row(document, names, "HeadCell", heading))
    table.append(head)
    for row in grid.rows:
        table.append(_row(document, row, "Cell", contents, "Row" if all(row) else "RowToWriteOn"))
    return table


def _table(document: Document, widths: Sequence[int], style: str = "Sheet") -> Element:
    _prepare(document, widths)
    name = f"Table{len(document.body.get_elements('//table:table')) + 1}"
    table = Element.from_tag(f'<table:table table:name="{name}" table:style-name="{style}"/>')
    for width in widths:
        table.append(Element.from_tag(f'<table:table-column table:style-name="Column{width}"/>'))
    return table


def _row(
    document: Document, cells: Sequence[Text], cell_style: str, text_style: str, row_style: str = "Row"
) -> Element:
    row = Element.from_tag(f'<table:table-row table:style-name="{row_style}"/>')
    for text in cells:
        cell = Element.from_tag(f'<table:table-cell table:style-name="{cell_style}" office:value-type="string"/>')
        cell.append(in_paragraph(text, text_style, document))
        row.append(cell)
    return row


def _prepare(document: Document, widths: Sequence[int]) -> None:
    """Make the styles that tables need, each once."""
    styles = [("table", "Sheet", _TABLE), ("table", "OneSheet", _TABLE_ON_ONE_SHEET)]
    styles += [("table-row", "Row", _ROW), ("table-row", "RowToWriteOn", _ROW_TO_WRITE_ON)]
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


_STYLES = Path(__file__).with_name("odt_styles.xml")
COUNTRIES = {"de": "DE", "en": "GB"}
_ROLES = {
    TextRole.BODY: "Text_20_body",
    TextRole.LEAD: "Lead",
    TextRole.NOTE: "Note",
    TextRole.LABEL: "Label",
    TextRole.CITATION: "Citation",
    TextRole.CLOSING: "Closing",
}
_FIRST = "FirstSheet"
_FIRST_STYLE = (
    f'<style:style style:name="{_FIRST}" style:family="paragraph" style:parent-style-name="Heading_20_1" '
    'style:master-page-name="First"/>'
)
_NEEDED = {"mimetype", "content.xml", "styles.xml", "meta.xml", "settings.xml", "META-INF/manifest.xml", "manifest.rdf"}


def to_odt(page: Page, at: datetime) -> bytes:
    """Return the document, dated `at`."""
    document = Document("text")
    stripped(document)
    document.set_part("styles.xml", _styles(page))
    _describe(document, page, at)
    document.insert_style(_FIRST_STYLE, automatic=True)
    body = document.body
    body.clear()
    body.append(_header(1, page.title, _FIRST))
    body.append(in_paragraph((Span(text=page.subtitle),), "Subtitle", document))
    for block in page.blocks:
        for element in _elements(block, document):
            body.append(element)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def stripped(document: Document) -> None:
    """Take out what the library's template brings along: a thumbnail, folders of an office program, word counts."""
    for part in set(document.get_parts()) - _NEEDED:
        document.del_part(part)
    for path in set(document.manifest.get_paths()) - _NEEDED - {"/"}:
        document.manifest.del_full_path(path)
    for count in document.meta.get_elements("//meta:document-statistic"):
        count.delete()


def _styles(page: Page) -> bytes:
    filled = Template(_STYLES.read_text(encoding="utf-8")).substitute(
        language=page.lang,
        country=COUNTRIES[page.lang],
        running=escape(page.running),
        page=escape(page.page),
        of=escape(page.of),
    )
    return filled.encode()


def _describe(document: Document, page: Page, at: datetime) -> None:
    meta = document.meta
    meta.title = page.running
    meta.language = f"{page.lang}-{COUNTRIES[page.lang]}"
    moment = at.replace(tzinfo=None, microsecond=0)
    meta.creation_date = moment
    meta.date = moment


def _elements(block: Block, document: Document) -> Iterator[Element]:
    match block:
        case Heading():
            style = f"Heading_20_{block.level}"
            header = _header(block.level, f"{block.number}  " if block.number else "", style)
            yield in_paragraph((block.text,), style, document, header)
        case Paragraph():
            yield in_paragraph(block.text, _ROLES[block.role], document)
        case Facts():
            yield facts_table(block, document)
        case Grid():
            yield grid_table(block, document)
        case Items():
            yield _list(block, document)
        case Signature():
            # One paragraph, so that no office program parts the two lines.
            yield OdfParagraph("\t".join(f"{line} \t" for line in block.lines), style="Signature")


def _header(level: int, text: str, style: str) -> Header:
    header = Header(level, text)
    # The library takes a style in the constructor and forgets it.
    header.style = style
    return header


def _list(items: Items, document: Document) -> Element:
    found = Element.from_tag('<text:list text:style-name="List_20_1"/>')
    for text in items.items:
        item = Element.from_tag("<text:list-item/>")
        item.append(in_paragraph(text, "Source", document))
        found.append(item)
    return found
