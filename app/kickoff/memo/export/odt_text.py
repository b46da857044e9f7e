# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts in OpenDocument."""

from __future__ import annotations

from odfdo import Document, Element, Link, Paragraph
from odfdo import Span as OdfSpan

from app.kickoff.memo.page import Span, Text


def in_paragraph(text: Text, style: str, document: Document, paragraph: Paragraph | None = None) -> Paragraph:
    """Return the text in a new paragraph of this style, or at the end of the one that is given."""
    target = Paragraph(style=style) if paragraph is None else paragraph
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
