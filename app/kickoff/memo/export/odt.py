# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page as OpenDocument text (ISO/IEC 26300)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from io import BytesIO
from pathlib import Path
from string import Template
from xml.sax.saxutils import escape

from odfdo import Document, Element, Header
from odfdo import Paragraph as OdfParagraph

from app.kickoff.memo.export.odt_tables import facts_table, grid_table
from app.kickoff.memo.export.odt_text import in_paragraph
from app.kickoff.memo.page import Block, Facts, Grid, Heading, Items, Page, Paragraph, Role, Signature, Span

_STYLES = Path(__file__).with_name("odt_styles.xml")
_COUNTRIES = {"de": "DE", "en": "GB"}
_ROLES = {
    Role.BODY: "Text_20_body",
    Role.NOTE: "Note",
    Role.LABEL: "Label",
    Role.CITATION: "Citation",
    Role.CLOSING: "Closing",
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
    _strip(document)
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


def _strip(document: Document) -> None:
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
        country=_COUNTRIES[page.lang],
        running=escape(page.running),
        page=escape(page.page),
        of=escape(page.of),
    )
    return filled.encode()


def _describe(document: Document, page: Page, at: datetime) -> None:
    meta = document.meta
    meta.title = page.running
    meta.language = f"{page.lang}-{_COUNTRIES[page.lang]}"
    moment = at.replace(tzinfo=None, microsecond=0)
    meta.creation_date = moment
    meta.date = moment


def _elements(block: Block, document: Document) -> Iterator[Element]:
    match block:
        case Heading():
            style = f"Heading_20_{block.level}"
            header = _header(block.level, f"{block.number}  ", style)
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
