"""Slides as OpenDocument presentation (ISO/IEC 26300), to be changed before they are shown."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import datetime
from io import BytesIO
from pathlib import Path
from string import Template

from odfdo import Document, DrawPage, Element, Frame
from odfdo import Paragraph as OdfParagraph
from odfdo import Span as OdfSpan

from app.documents.blocks import Deck, Figure, Scale, Slide, Span, Text
from app.documents.writing import qr
from app.documents.writing.odt import COUNTRIES, in_paragraph, stripped

_STYLES = Path(__file__).with_name("odp_styles.xml")
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
"""Size, colour and weight of each sort of text."""
_LEFT, _WIDTH, _FOOT = 1.4, 25.2, 12.6
_SHRINKING = (
    '<style:style style:name="{name}" style:family="{family}"{parent}><style:graphic-properties draw:stroke="none" '
    'draw:fill="none" draw:auto-grow-height="false" draw:fit-to-size="{fit}" draw:textarea-vertical-align="{align}" '
    'fo:padding="0cm" fo:wrap-option="wrap"/></style:style>'
)
_PARAGRAPH = (
    '<style:style style:name="{name}" style:family="paragraph">'
    '<style:paragraph-properties fo:margin-bottom="{below}cm" fo:text-align="{align}"/>'
    '<style:text-properties fo:font-size="{size}pt" fo:color="{colour}" fo:font-weight="{weight}" '
    'fo:font-family="Liberation Sans"/></style:style>'
)
_BULLETS = (
    '<text:list-style style:name="Bullets"><text:list-level-style-bullet text:level="1" text:bullet-char="•">'
    '<style:list-level-properties text:space-before="0cm" text:min-label-width="0.8cm"/><style:text-properties '
    f'fo:color="{_BLUE}" fo:font-size="100%" fo:font-family="Liberation Sans"/>'
    "</text:list-level-style-bullet></text:list-style>"
)
_MARKS = (("Label", 'fo:font-weight="bold"'), ("Mark", f'fo:color="{_GREY}" fo:font-size="12pt"'))
"""What a statement is, in front of it, and what limits it, behind it."""
_LONG = 16
"""Letters of a figure that stand in one line of the large size."""


def to_odp(deck: Deck, at: datetime) -> bytes:
    """Return the slides, dated `at`."""
    document = Document("presentation")
    stripped(document)
    language = {"language": deck.lang, "country": COUNTRIES[deck.lang]}
    document.set_part("styles.xml", Template(_STYLES.read_text(encoding="utf-8")).substitute(language).encode())
    meta, moment = document.meta, at.replace(tzinfo=None, microsecond=0)
    meta.title, meta.language = deck.title.text, f"{deck.lang}-{COUNTRIES[deck.lang]}"
    meta.creation_date = meta.date = moment
    _add_styles(document)
    if deck.address:
        document.set_part(_PICTURE, qr.png(deck.address))
        document.manifest.add_full_path(_PICTURE, "image/png")
    body = document.body
    body.clear()
    for number, slide in enumerate(deck.slides, 1):
        page = DrawPage(draw_id=f"page{number}", name=f"{number}. {slide.title}", master_page="Sheet")
        for frame in _frames(document, deck, slide, number):
            page.append(frame)
        body.append(page)
    written = BytesIO()
    document.save(written)
    return written.getvalue()


def _add_styles(document: Document) -> None:
    for unused in document.get_styles(automatic=True):
        # Those of the library's template belong to boxes that are not used.
        unused.delete()
    shapes = (("Box", "graphic", "shrink-to-fit", "top"), ("FootBox", "graphic", "false", "bottom"))
    for name, family, fit, align in (*shapes, ("TitleBox", "presentation", "shrink-to-fit", "bottom")):
        parent = ' style:parent-style-name="standard"' if family == "graphic" else ""
        style = _SHRINKING.format(name=name, family=family, parent=parent, fit=fit, align=align)
        document.insert_style(style, automatic=True)
    for name, (size, colour, weight) in _TEXTS.items():
        below, align = (0.25 if name.startswith("Point") else 0), ("end" if name == "Where" else "start")
        style = _PARAGRAPH.format(name=name, below=below, align=align, size=size, colour=colour, weight=weight)
        document.insert_style(style, automatic=True)
    for name, properties in _MARKS:
        style = (
            f'<style:style style:name="{name}" style:family="text"><style:text-properties {properties}/></style:style>'
        )
        document.insert_style(style, automatic=True)
    document.insert_style(_BULLETS, automatic=True)


def _frames(document: Document, deck: Deck, slide: Slide, number: int) -> Iterator[Element]:
    """Yield the boxes of a sheet in the order in which they are read."""
    top = 0.6
    running = f"{deck.page} {number} {deck.of} {len(deck.slides)}"
    if slide.is_first:
        yield _title(document, (deck.title,), "Title", top, 2.2)
        yield _box([OdfParagraph(deck.subtitle, style="Subtitle")], _LEFT, top + 2.25, _WIDTH, 1.15)
        yield _box([OdfParagraph(slide.title, style="FirstHeading")], _LEFT, top + 3.6, _WIDTH, 0.9)
        top += 4.8
    else:
        running = f"{deck.title.text} · {running}"
        yield _title(document, (Span(text=slide.title),), "Heading", top + 0.6, 1.4)
        top += 2.4
    if slide.figures:
        yield from _figures(document, slide.figures, top)
        top += 3.9
    if slide.points:
        yield _box([_list(document, slide)], _LEFT, top, _WIDTH, _FOOT - top - 0.2)
    yield from _foot(document, deck, slide, running)


def _title(document: Document, text: Text, style: str, top: float, height: float) -> Frame:
    return _box(
        [in_paragraph(text, style, document)],
        _LEFT,
        top,
        _WIDTH,
        height,
        presentation_class="title",
        presentation_style="TitleBox",
        style=None,
    )


def _figures(document: Document, figures: tuple[Figure, ...], top: float) -> Iterator[Frame]:
    width = _WIDTH / len(figures)
    is_short = len(figures) < 3 and all(len(figure.value) <= _LONG for figure in figures)
    value = "Value" if is_short else "ValueSmall"
    for number, figure in enumerate(figures):
        lines = [OdfParagraph(figure.value, style=value), in_paragraph((figure.label,), "What", document)]
        lines += [OdfParagraph(figure.note, style="Note")] if figure.note else []
        yield _box(lines, _LEFT + number * width, top, width - 0.5, 3.6)


def _list(document: Document, slide: Slide) -> Element:
    found = Element.from_tag('<text:list text:style-name="Bullets"/>')
    names = {Scale.LARGE: "PointLarge", Scale.MEDIUM: "PointMedium", Scale.SMALL: "PointSmall"}
    for point in slide.points:
        item = Element.from_tag("<text:list-item/>")
        paragraph = OdfParagraph(style=names[slide.scale])
        if point.label:
            paragraph.append(_marked(f"{point.label}: ", "Label"))
        in_paragraph(point.text, "", document, paragraph)
        if point.note:
            # The numbers of sources stay with the last word.
            is_source = point.note.startswith("[")
            note = f" {point.note}".replace(" ", "\N{NO-BREAK SPACE}") if is_source else f" {point.note}"
            paragraph.append(_marked(note, "Mark"))
        item.append(paragraph)
        found.append(item)
    return found


def _marked(text: str, style: str) -> OdfSpan:
    span = OdfSpan(style=style)
    span.append_plain_text(text)
    return span


def _foot(document: Document, deck: Deck, slide: Slide, running: str) -> Iterator[Frame]:
    lines = [OdfParagraph(deck.sources, style="Foot")] if slide.sources else []
    # Not as links: LibreOffice writes the lines of a long one over each other, and the code leads there too.
    lines += [in_paragraph(tuple(replace(span, href="") for span in one), "Foot", document) for one in slide.sources]
    yield _box([*lines, OdfParagraph(running, style="Foot")], _LEFT, _FOOT, 15.4, 2.7, style="FootBox")
    if deck.address and slide.leads_on:
        mark = (Span(text=f"{deck.mark} "),) if deck.mark else ()
        where = in_paragraph((*mark, Span(text=deck.address)), "Where", document)
        yield _box([where], 17.6, _FOOT, 6.1, 2.4, style="FootBox")
        size = ("2.6cm", "2.6cm")
        code = Frame.image_frame(_PICTURE, name=deck.code, size=size, position=("23.9cm", f"{_FOOT}cm"))
        described = Element.from_tag("<svg:desc/>")
        described.text = deck.code
        code.append(described)
        yield _on_the_sheet(code)


def _box(
    content: Iterable[Element],
    left: float,
    top: float,
    width: float,
    height: float,
    *,
    style: str | None = "Box",
    presentation_class: str | None = None,
    presentation_style: str | None = None,
) -> Frame:
    size, position = (f"{width:.2f}cm", f"{height:.2f}cm"), (f"{left:.2f}cm", f"{top:.2f}cm")
    frame = Frame.text_frame(
        list(content),
        size=size,
        position=position,
        style=style,
        presentation_class=presentation_class,
        presentation_style=presentation_style,
    )
    return _on_the_sheet(frame)


def _on_the_sheet(frame: Frame) -> Frame:
    # The library thinks of texts, in whose paragraphs boxes hang.
    frame.del_attribute("text:anchor-type")
    return frame
