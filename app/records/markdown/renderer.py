"""From Markdown to HTML: guard, parse, adapt, and sanitise, so that what is not listed here does not reach a page."""

from __future__ import annotations

import threading

import nh3
from markdown import Markdown
from markdown.extensions.fenced_code import FencedCodeExtension
from markdown.extensions.sane_lists import SaneListExtension
from markdown.extensions.tables import TableExtension
from markupsafe import Markup, escape

from app.records.markdown.guard import hostile
from app.records.markdown.processors import Context, FootnoteProcessor, HeadingProcessor, LinkProcessor, TableProcessor

_TEXT = {"p", "br", "strong", "em", "a", "code", "sup", "img"}
_BLOCKS = {"ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "div"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {
    "a": {"href", "rel", "aria-label", "lang"},
    "img": {"src", "alt", "loading"},
    "th": {"scope"},
    "div": {"role", "tabindex", "aria-label"},
    "ol": {"start"},
    **{f"h{level}": {"id"} for level in range(2, 7)},
}
_CLASSES = {
    "sup": {"source-refs"},
    "div": {"table-scroll"},
    "th": {"align-right", "align-center"},
    "td": {"align-right", "align-center"},
}
_SCHEMES = {"https", "http", "mailto"}


# Made once: reading these lists takes several times as long as cleaning a text by them.
_cleaner = nh3.Cleaner(
    tags=_TEXT | _BLOCKS | _TABLES,
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes=_SCHEMES,
    link_rel=None,
    clean_content_tags={"script", "style"},
)


def sanitise(html: str) -> Markup:
    """Return the HTML with everything removed that is not explicitly allowed."""
    clean = _cleaner.clean(html)
    return Markup(clean)  # noqa: S704  # nh3 has just cleaned it; this is the one place where text becomes trusted.


def as_plain_text(text: str) -> Markup:
    """Return the text as paragraphs without any markup, for text that must not be parsed."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(escape(block)) for block in blocks)


class MarkdownRenderer:
    """Renders the Markdown dialect of `docs/content-format.md`; safe to share between threads."""

    def render(self, text: str, context: Context | None = None) -> Markup:
        """Return safe HTML. Raw HTML in the text is shown as text; hostile text is shown without markup."""
        if hostile(text):
            return as_plain_text(text)
        try:
            return sanitise(_for(context or Context()).convert(text))
        except RecursionError:
            return as_plain_text(text)


def _made() -> Markdown:
    md = Markdown(
        extensions=[TableExtension(use_align_attribute=True), FencedCodeExtension(), SaneListExtension()],
        output_format="html",
    )
    md.preprocessors.deregister("html_block")
    for name in ("html", "entity", "automail", "short_reference", "short_image_ref"):
        md.inlinePatterns.deregister(name)
    return md


class _Parser(threading.local):
    """A parser for each thread: Python-Markdown keeps state, and to make one takes as long as a short text."""

    def __init__(self) -> None:
        self.md = _made()


_parser = _Parser()


def _for(context: Context) -> Markdown:
    """Return this thread's parser, with nothing left of the text before."""
    md = _parser.md
    md.reset()
    md.inlinePatterns.register(FootnoteProcessor(md, context), "source_footnote", 175)
    md.treeprocessors.register(LinkProcessor(md, context), "source_links", 15)
    md.treeprocessors.register(HeadingProcessor(md, context), "source_headings", 14)
    md.treeprocessors.register(TableProcessor(md, context), "source_tables", 13)
    return md
