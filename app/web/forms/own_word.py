# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Marks what an author says without naming a source: as the author's own word, or with the source chosen for that."""

from __future__ import annotations

from app.content.checks.subject import Block, blocks
from app.content.record import Section

OWN_WORD = "eigene-angabe"
"""Key of the source that stands for the author's own word."""

_BELOW_TABLE = {"de": "Quelle:", "en": "Source:"}
_BELOW_OWN_TABLE = {"de": "Quelle: eigene Angabe.", "en": "Source: own statement."}


def sourced(markdown: str, lang: str = "de", key: str = OWN_WORD) -> str:
    """Return the text of a section in which each paragraph, list item and table names a source, `key` by default."""
    lines = markdown.split("\n")
    found = list(blocks(Section(id="", title="", markdown=markdown, text_line=1)))
    following: Block | None = None
    for block in reversed(found):
        if not (block.sources or _introduces(block) or _sourced_below(block, following)):
            end = block.line + block.text.count("\n")
            _mark(lines, end, block, lang, key)
        following = block
    return "\n".join(lines)


def _mark(lines: list[str], end: int, block: Block, lang: str, key: str) -> None:
    if block.is_table:
        below = (_BELOW_OWN_TABLE if key == OWN_WORD else _BELOW_TABLE)[lang]
        lines[end:end] = ["", f"{below}[^{key}]"]
    else:
        lines[end - 1] = f"{lines[end - 1].rstrip()}[^{key}]"


def _introduces(block: Block) -> bool:
    return block.text.rstrip().endswith(":")


def _sourced_below(block: Block, following: Block | None) -> bool:
    return block.is_table and following is not None and bool(following.sources)
