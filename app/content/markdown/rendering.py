# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From Markdown to HTML: guard, parse, adapt, sanitise."""

from __future__ import annotations

from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markupsafe import Markup

from app.content.markdown.context import Context
from app.content.markdown.footnotes import FootnoteProcessor
from app.content.markdown.guard import hostile
from app.content.markdown.headings import HeadingProcessor, TableProcessor
from app.content.markdown.links import LinkProcessor
from app.content.markdown.sanitising import as_plain_text, sanitise


class MarkdownRenderer:
    """Renders the Markdown dialect of `docs/content-format.md`; safe to share between threads."""

    def render(self, text: str, context: Context | None = None) -> Markup:
        """Return safe HTML. Raw HTML in the text is shown as text; hostile text is shown without markup."""
        if hostile(text):
            return as_plain_text(text)
        try:
            return sanitise(_parser(context or Context()).convert(text))
        except RecursionError:
            return as_plain_text(text)


def _parser(context: Context) -> Markdown:
    """Return a parser of its own for each text: Python-Markdown keeps state, and the context differs."""
    md = Markdown(
        extensions=[TableExtension(use_align_attribute=True), FencedCodeExtension(), SaneListExtension()],
        output_format="html",
    )
    md.preprocessors.deregister("html_block")
    for name in ("html", "entity", "automail", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    md.inlinePatterns.register(FootnoteProcessor(md, context), "source_footnote", 175)
    md.treeprocessors.register(LinkProcessor(md, context), "source_links", 15)
    md.treeprocessors.register(HeadingProcessor(md, context), "source_headings", 14)
    md.treeprocessors.register(TableProcessor(md, context), "source_tables", 13)
    return md
