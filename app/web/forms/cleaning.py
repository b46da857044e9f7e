# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What people type and paste, as a record may hold it."""

from __future__ import annotations

import re

from app.content.sections import numbered_lines

# The same as in `app/content/document/characters.py`, and what word processors leave between letters.
_INVISIBLE = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\u00ad\u200b\u2028\u2029\u202a-\u202e\u2066-\u2069\ufeff\ufffe\uffff\ud800-\udfff]"
)
_BREAKS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"[ \t\n\u00a0]+")
_TOP_HEADING = re.compile(r"##?[ \t]+(?P<title>.*?)(?:[ \t]*\{#[A-Za-z0-9_-]{1,80}\})?[ \t]*")


def clean(text: str) -> str:
    """Return the text with line feeds only and without characters that nobody sees."""
    return _INVISIBLE.sub("", _BREAKS.sub("\n", text))


def one_line(text: str) -> str:
    """Return the text on one line, without spaces around it."""
    return _SPACES.sub(" ", clean(text)).strip()


def paragraphs(text: str) -> str:
    """Return a text of several lines without empty lines and spaces around it."""
    return "\n".join(line.rstrip() for line in clean(text).split("\n")).strip("\n")


def lines(text: str) -> list[str]:
    """Return the lines that hold something, each without spaces around it."""
    return [line for line in (one_line(line) for line in clean(text).split("\n")) if line]


def section_text(text: str) -> str:
    """Return Markdown for a section: headings of the page's own levels become headings within the section."""
    return "\n".join(line if in_code else _within(line) for _, line, in_code in numbered_lines(paragraphs(text)))


def _within(line: str) -> str:
    found = _TOP_HEADING.fullmatch(line)
    return f"### {found['title']}" if found else line
