"""Headings and lists of Markdown in the markup of wikis; everything else in the texts is the same in all of them."""

from __future__ import annotations

import re

_HEADING = re.compile(r"^(#{1,5}) (.+)$", re.MULTILINE)
_ITEM = re.compile(r"^- ", re.MULTILINE)


def dokuwiki(markdown: str) -> str:
    """Return a text as DokuWiki takes it: six signs for the highest heading, one less for each below."""
    return _ITEM.sub("  * ", _headings(markdown, highest=6, step=-1))


def mediawiki(markdown: str) -> str:
    """Return a text as MediaWiki takes it: one sign for the highest heading, one more for each below."""
    return _ITEM.sub("* ", _headings(markdown, highest=1, step=1))


def _headings(markdown: str, *, highest: int, step: int) -> str:
    def heading(found: re.Match[str]) -> str:
        signs = "=" * (highest + step * (len(found[1]) - 1))
        return f"{signs} {found[2]} {signs}"

    return _HEADING.sub(heading, markdown)
