"""Writes pages as OpenDocument text and slides as OpenDocument presentation (ISO/IEC 26300)."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from string import Template
from typing import Any
from xml.sax.saxutils import escape

from odfdo import Document, DrawPage, Element, Frame, Header, Link
from odfdo import Paragraph as OdfParagraph
from odfdo import Span as OdfSpan

from app.documents.blocks import (
    Block,
    Deck,
    Facts,
    Figure,
    Grid,
    Heading,
    Items,
    Page,
    Paragraph,
    Scale,
    Signature,
    Slide,
    Span,
    Text,
    TextRole,
)
from app.documents.writing import qr

_FOLDER = Path(__file__).parent
_COUNTRIES = {"de": "DE", "en": "GB"}
_NEEDED = {"mimetype", "content.xml", "styles.xml", "meta.xml", "settings.xml", "META-INF/manifest.xml", "manifest.rdf"}


def to_odt(page: Page, at: datetime) -> bytes:
    """Return the page, dated `at`."""
    words = {"running": escape(page.running), "page": escape(page.page), "of": escape(page.of)}
    document = _begun("text", page.lang, page.running, at, **words)
    grids = [block for block in page.blocks if isinstance(block, Grid)]
    widths = {*_FACTS, *(width for grid in grids for width in grid.widths)}
    for style in (*_STYLES, *map(_column_style, sorted(widths))):
        document.insert_style(style, automatic=True)
    body = document.body
    body.append(_header(1, page.title, "FirstSheet"))
    body.append(_paragraph((Span(text=page.subtitle),), "Subtitle", document))
    for block in page.blocks:
        body.append(_element(block, document))
    return _saved(document)


def _begun(kind: str, lang: str, title: str, at: datetime, **words: str) -> Document:
    """Return an empty document without the extras of the library's template: thumbnail, folders, word counts."""
    document = Document(kind)
    for part in set(document.get_parts()) - _NEEDED:
        document.del_part(part)
    for path in set(document.manifest.get_paths()) - _NEEDED - {"/"}:
        document.manifest.del_full_path(path)
    meta = document.meta
    for count in meta.get_elements("//meta:document-statistic"):
        count.delete()
    meta.title, meta.language = title, f"{lang}-{_COUNTRIES[lang]}"
    meta.creation_date = meta.date = at.replace(tzinfo=None, microsecond=0)
    styles = Template((_FOLDER / f"{kind}_styles.xml").read_text(encoding="utf-8"))
    document.set_part("styles.xml", styles.substitute(language=lang, country=_COUNTRIES[lang], **words).encode())
    document.body.clear()
    return document


def _saved(document: Document) -> bytes:
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _paragraph(text: Text, style: str, document: Document, paragraph: OdfParagraph | None = None) -> OdfParagraph:
    """Return the text in a new paragraph of this style, or appended to the given paragraph."""
    target = OdfParagraph(style=style) if paragraph is None else paragraph
    for span in text:
        if span.href:
            link = Link(url=span.href, text=span.text, style="Internet_20_link", visited_style="Internet_20_link")
            target.append(link)
        else:
            target.append(_marked(span.text, _language_style(span.lang, document) if span.lang else None))
    return target


def _marked(text: str, style: str | None) -> OdfSpan:
    span = OdfSpan(style=style)
    # Line feeds and runs of spaces become elements.
    span.append_plain_text(text)
    return span


def _language_style(lang: str, document: Document) -> str:
    """Return the name of the style that tells a screen reader the language."""
    language = lang.partition("-")[0]
    name = f"Language_{language}"
    if document.get_style("text", name) is None:
        properties = f'<style:text-properties fo:language="{language}" fo:country="none"/>'
        tag = f'<style:style style:name="{name}" style:family="text">{properties}</style:style>'
        document.insert_style(tag, automatic=True)
    return name


_PAGE_WIDTH = 16.5
"""Width between the margins, in centimetres."""
_FACTS = (26, 74)
_ROLES = {
    TextRole.BODY: "Text_20_body",
    TextRole.SMALL: "Small",
    TextRole.LEAD: "Lead",
    TextRole.NOTE: "Note",
    TextRole.LABEL: "Label",
    TextRole.CITATION: "Citation",
    TextRole.CLOSING: "Closing",
}


def _table_style(name: str, more: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table"><style:table-properties '
        f'style:width="{_PAGE_WIDTH}cm" table:align="left" fo:margin-bottom="0.25cm"{more}/></style:style>'
    )


def _row_style(name: str, more: str) -> str:
    return (
        f'<style:style style:name="{name}" style:family="table-row">'
        f'<style:table-row-properties fo:keep-together="always"{more}/></style:style>'
    )


def _cell_style(name: str, line: str) -> str:
    padding = 'fo:padding-top="0.08cm" fo:padding-bottom="0.08cm" fo:padding-left="0cm" fo:padding-right="0.2cm"'
    borders = f'fo:border-bottom="{line}" fo:border-left="none" fo:border-right="none" fo:border-top="none"'
    return (
        f'<style:style style:name="{name}" style:family="table-cell">'
        f"<style:table-cell-properties {padding} {borders}/></style:style>"
    )


def _column_style(width: int) -> str:
    return (
        f'<style:style style:name="Column{width}" style:family="table-column">'
        f'<style:table-column-properties style:column-width="{_PAGE_WIDTH * width / 100:.3f}cm"/></style:style>'
    )


_FIRST_SHEET = (
    '<style:style style:name="FirstSheet" style:family="paragraph" style:parent-style-name="Heading_20_1" '
    'style:master-page-name="First"/>'
)
_STYLES = (
    _FIRST_SHEET,
    _table_style("Sheet", ""),
    _table_style("OneSheet", ' style:may-break-between-rows="false"'),
    _row_style("Row", ""),
    _row_style("RowToWriteOn", ' style:min-row-height="1cm"'),
    _cell_style("Cell", "0.5pt solid #767676"),
    _cell_style("HeadCell", "1pt solid #000000"),
)


def _element(block: Block, document: Document) -> Element:
    match block:
        case Heading():
            style = f"Heading_20_{block.level}"
            header = _header(block.level, f"{block.number}  " if block.number else "", style)
            return _paragraph((block.text,), style, document, header)
        case Paragraph():
            return _paragraph(block.text, _ROLES[block.role], document)
        case Facts():
            rows = (_row(document, ((Span(text=term),), value)) for term, value in block.rows)
            return _table(document, _FACTS, "Sheet", rows)
        case Grid():
            return _table(document, block.widths, "OneSheet" if block.together else "Sheet", _rows(document, block))
        case Items():
            return _list("List_20_1", (_paragraph(item, "Source", document) for item in block.items))
        case Signature():
            # One paragraph, so that office programs do not separate the two lines.
            return OdfParagraph("\t".join(f"{line} \t" for line in block.lines), style="Signature")


def _header(level: int, text: str, style: str) -> Header:
    header = Header(level, text)
    # The library ignores the style given to the constructor.
    header.style = style
    return header


def _rows(document: Document, grid: Grid) -> Iterator[Element]:
    heading, contents = ("DenseHeading", "Dense") if grid.is_dense else ("Table_20_Heading", "Table_20_Contents")
    head = Element.from_tag("<table:table-header-rows/>")
    head.append(_row(document, tuple((Span(text=name),) for name in grid.columns), "HeadCell", heading))
    yield head
    for row in grid.rows:
        yield _row(document, row, "Cell", contents, "Row" if all(row) else "RowToWriteOn")


def _table(document: Document, widths: Sequence[int], style: str, rows: Iterable[Element]) -> Element:
    name = f"Table{len(document.body.get_elements('//table:table')) + 1}"
    table = Element.from_tag(f'<table:table table:name="{name}" table:style-name="{style}"/>')
    for width in widths:
        table.append(Element.from_tag(f'<table:table-column table:style-name="Column{width}"/>'))
    for row in rows:
        table.append(row)
    return table


def _row(
    document: Document,
    cells: Sequence[Text],
    cell_style: str = "Cell",
    text_style: str = "Table_20_Contents",
    row_style: str = "Row",
) -> Element:
    row = Element.from_tag(f'<table:table-row table:style-name="{row_style}"/>')
    for text in cells:
        cell = Element.from_tag(f'<table:table-cell table:style-name="{cell_style}" office:value-type="string"/>')
        cell.append(_paragraph(text, text_style, document))
        row.append(cell)
    return row


def _list(style: str, paragraphs: Iterable[OdfParagraph]) -> Element:
    found = Element.from_tag(f'<text:list text:style-name="{style}"/>')
    for paragraph in paragraphs:
        item = Element.from_tag("<text:list-item/>")
        item.append(paragraph)
        found.append(item)
    return found


_BLUE, _GREY, _BLACK = "#00407a", "#444444", "#000000"
_PICTURE = "Pictures/code.png"
_TEXTS = {
    "Title": (25, _BLACK, "bold"),
    "Subtitle": (12, _GREY, "normal"),
    "Heading": (28, _BLUE, "bold"),
    "FirstHeading": (18, _BLUE, "bold"),
    "PointLarge": (24, _BLACK, "normal"),
    "PointMedium": (19, _BLACK, "normal"),
    "PointSmall": (15, _BLACK, "normal"),
    "Value": (28, _BLACK, "bold"),
    "ValueSmall": (20, _BLACK, "bold"),
    "What": (14, _BLACK, "normal"),
    "Note": (10.5, _GREY, "normal"),
    "Foot": (8.5, _GREY, "normal"),
    "Where": (8.5, _GREY, "normal"),
}
"""Size, colour and weight of each text style."""
_BOXES = (
    ("Box", 'graphic" style:parent-style-name="standard', "shrink-to-fit", "top"),
    ("FootBox", 'graphic" style:parent-style-name="standard', "false", "bottom"),
    ("TitleBox", "presentation", "shrink-to-fit", "bottom"),
)
_MARKS = (("Label", 'fo:font-weight="bold"'), ("Mark", f'fo:color="{_GREY}" fo:font-size="12pt"'))
"""Styles of the label before a statement and of the note after it."""
_BULLETS = (
    '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    '<style:list-level-properties text:space-before="0cm" text:min-label-width="0.8cm"/><style:text-properties '
    f'fo:color="{_BLUE}" fo:font-size="100%" fo:font-family="Liberation Sans"/>'
    "</text:list-level-style-bullet></text:list-style>"
)
_LEFT, _WIDTH, _FOOT = 1.4, 25.2, 12.6
_LONG_FIGURE = 16
"""Maximum characters of a figure that fit on one line in the large size."""


def to_odp(deck: Deck, at: datetime) -> bytes:
    """Return the slides, dated `at`."""
    document = _begun("presentation", deck.lang, deck.title.text, at)
    for unused in document.get_styles(automatic=True):
        # The template's styles belong to boxes that are not used.
        unused.delete()
    for style in _slide_styles():
        document.insert_style(style, automatic=True)
    if deck.address:
        document.set_part(_PICTURE, qr.png(deck.address))
        document.manifest.add_full_path(_PICTURE, "image/png")
    for number, slide in enumerate(deck.slides, 1):
        page = DrawPage(draw_id=f"page{number}", name=f"{number}. {slide.title}", master_page="Sheet")
        for frame in _frames(document, deck, slide, f"{deck.page} {number} {deck.of} {len(deck.slides)}"):
            # The library adds this for texts, where boxes are anchored in paragraphs.
            frame.del_attribute("text:anchor-type")
            page.append(frame)
        document.body.append(page)
    return _saved(document)


def _slide_styles() -> Iterator[str]:
    for name, family, fit, align in _BOXES:
        yield (
            f'<style:style style:name="{name}" style:family="{family}"><style:graphic-properties draw:stroke="none" '
            f'draw:fill="none" draw:auto-grow-height="false" draw:fit-to-size="{fit}" '
            f'draw:textarea-vertical-align="{align}" fo:padding="0cm" fo:wrap-option="wrap"/></style:style>'
        )
    for name, (size, colour, weight) in _TEXTS.items():
        below, align = (0.25 if name.startswith("Point") else 0), ("end" if name == "Where" else "start")
        yield (
            f'<style:style style:name="{name}" style:family="paragraph">'
            f'<style:paragraph-properties fo:margin-bottom="{below}cm" fo:text-align="{align}"/>'
            f'<style:text-properties fo:font-size="{size}pt" fo:color="{colour}" fo:font-weight="{weight}" '
            'fo:font-family="Liberation Sans"/></style:style>'
        )
    for name, properties in _MARKS:
        yield (
            f'<style:style style:name="{name}" style:family="text"><style:text-properties {properties}/></style:style>'
        )
    yield _BULLETS


def _frames(document: Document, deck: Deck, slide: Slide, running: str) -> Iterator[Frame]:
    """Yield the boxes of a slide in reading order."""
    title = {"style": None, "presentation_class": "title", "presentation_style": "TitleBox"}
    top = 0.6
    if slide.is_first:
        yield _box([_paragraph((deck.title,), "Title", document)], _LEFT, top, _WIDTH, 2.2, **title)
        yield _box([OdfParagraph(deck.subtitle, style="Subtitle")], _LEFT, top + 2.25, _WIDTH, 1.15)
        yield _box([OdfParagraph(slide.title, style="FirstHeading")], _LEFT, top + 3.6, _WIDTH, 0.9)
        top += 4.8
    else:
        running = f"{deck.title.text} · {running}"
        heading = _paragraph((Span(text=slide.title),), "Heading", document)
        yield _box([heading], _LEFT, top + 0.6, _WIDTH, 1.4, **title)
        top += 2.4
    if slide.figures:
        yield from _figures(document, slide.figures, top)
        top += 3.9
    if slide.points:
        points = _list("Bullets", _points(document, slide))
        yield _box([points], _LEFT, top, _WIDTH, _FOOT - top - 0.2)
    yield from _foot(document, deck, slide, running)


def _figures(document: Document, figures: tuple[Figure, ...], top: float) -> Iterator[Frame]:
    width = _WIDTH / len(figures)
    is_short = len(figures) < 3 and all(len(figure.value) <= _LONG_FIGURE for figure in figures)
    value = "Value" if is_short else "ValueSmall"
    for number, figure in enumerate(figures):
        lines = [OdfParagraph(figure.value, style=value), _paragraph((figure.label,), "What", document)]
        lines += [OdfParagraph(figure.note, style="Note")] if figure.note else []
        yield _box(lines, _LEFT + number * width, top, width - 0.5, 3.6)


def _points(document: Document, slide: Slide) -> Iterator[OdfParagraph]:
    names = {Scale.LARGE: "PointLarge", Scale.MEDIUM: "PointMedium", Scale.SMALL: "PointSmall"}
    for point in slide.points:
        paragraph = OdfParagraph(style=names[slide.scale])
        if point.label:
            paragraph.append(_marked(f"{point.label}: ", "Label"))
        _paragraph(point.text, "", document, paragraph)
        if point.note:
            # Keep the numbers of sources on one line with the last word.
            is_source = point.note.startswith("[")
            note = f" {point.note}".replace(" ", "\N{NO-BREAK SPACE}") if is_source else f" {point.note}"
            paragraph.append(_marked(note, "Mark"))
        yield paragraph


def _foot(document: Document, deck: Deck, slide: Slide, running: str) -> Iterator[Frame]:
    lines = [OdfParagraph(deck.sources, style="Foot")] if slide.sources else []
    # Not as links: LibreOffice prints the lines of a long link over each other, and the QR code leads there too.
    lines += [_paragraph(tuple(replace(span, href="") for span in one), "Foot", document) for one in slide.sources]
    yield _box([*lines, OdfParagraph(running, style="Foot")], _LEFT, _FOOT, 15.4, 2.7, style="FootBox")
    if deck.address and slide.leads_on:
        mark = (Span(text=f"{deck.mark} "),) if deck.mark else ()
        where = _paragraph((*mark, Span(text=deck.address)), "Where", document)
        yield _box([where], 17.6, _FOOT, 6.1, 2.4, style="FootBox")
        size = ("2.6cm", "2.6cm")
        code = Frame.image_frame(_PICTURE, name=deck.code, size=size, position=("23.9cm", f"{_FOOT}cm"))
        described = Element.from_tag("<svg:desc/>")
        described.text = deck.code
        code.append(described)
        yield code


def _box(content: Sequence[Element], left: float, top: float, width: float, height: float, **styles: Any) -> Frame:
    size, position = (f"{width:.2f}cm", f"{height:.2f}cm"), (f"{left:.2f}cm", f"{top:.2f}cm")
    return Frame.text_frame(list(content), size=size, position=position, **{"style": "Box", **styles})
