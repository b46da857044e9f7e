# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The last gate: what is not listed here does not reach a page."""

from __future__ import annotations

import nh3
from markupsafe import Markup, escape

_TEXT = {"p", "br", "strong", "em", "a", "code", "sup", "img"}
_BLOCKS = {"ul", "ol", "li", "h2", "h3", "h4", "h5", "h6", "blockquote", "pre", "hr", "div"}
_TABLES = {"table", "thead", "tbody", "tr", "th", "td"}
_ATTRIBUTES = {
    "a": {"href", "rel", "aria-label"},
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


def sanitise(html: str) -> Markup:
    """Return the HTML with everything removed that is not explicitly allowed."""
    clean = nh3.clean(
        html,
        tags=_TEXT | _BLOCKS | _TABLES,
        attributes=_ATTRIBUTES,
        allowed_classes=_CLASSES,
        url_schemes=_SCHEMES,
        link_rel=None,
        clean_content_tags={"script", "style"},
    )
    return Markup(clean)  # noqa: S704  # nh3 has just cleaned it; this is the one place where text becomes trusted.


def as_plain_text(text: str) -> Markup:
    """Return the text as paragraphs without any markup, for text that must not be parsed."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()]
    return Markup("\n").join(Markup("<p>{}</p>").format(escape(block)) for block in blocks)
