# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sheet, styles and properties of the Office Open XML document."""

from __future__ import annotations

from datetime import datetime
from typing import cast

from docx.document import Document
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.oxml.parser import OxmlElement
from docx.shared import Cm, Pt, RGBColor
from docx.styles.style import ParagraphStyle
from docx.text.paragraph import Paragraph

from app.kickoff.memo.export.docx_text import LINK
from app.kickoff.memo.page import Page

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
    ("Note", 9, False, 0, 6),
    ("Label", 11, True, 7, 4),
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
    for name in ("Note", "Label", "Citation", "Closing"):
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


def _number(paragraph: Paragraph, page: Page) -> None:
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
