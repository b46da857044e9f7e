# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The body of a record, divided into the sections that the schema names."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from app.content.record import Section

# The title is bounded, so that a line of many spaces cannot make the search slow.
_HEADING = re.compile(r"##[ \t]{1,9}(?P<title>\S.{0,200}?)(?:[ \t]{1,9}\{#(?P<id>[A-Za-z0-9_-]{1,80})\})?[ \t]*")
_ANY_HEADING = re.compile(r"##[ \t]")
_PAGE_HEADING = re.compile(r"#[ \t]")
_FENCE = re.compile(r" {0,3}(`{3,}|~{3,})(.*)")
_CODE = re.compile(r"`+[^`\n]*`+")
FOOTNOTE = re.compile(r"\[\^([^\]\s]{1,80})\]")


@dataclass(frozen=True, slots=True, kw_only=True)
class BodyOutline:
    """Sections in order, and the lines where something stands that belongs to none of them."""

    sections: tuple[Section, ...]
    stray_lines: tuple[int, ...]
    headings_without_id: tuple[int, ...]
    page_headings: tuple[int, ...]


def outline(body: str, first_line: int = 1) -> BodyOutline:
    """Divide a body at its `## Title {#id}` lines; `first_line` is the line in the file where it begins."""
    reader = _OutlineReader(first_line)
    for number, line, in_code in numbered_lines(body, first_line):
        reader.take(number, line, in_code=in_code)
    return reader.finish()


def numbered_lines(text: str, first_line: int = 1) -> Iterator[tuple[int, str, bool]]:
    """Yield each line with its number and whether it belongs to a fenced code block."""
    fence = ""
    for number, line in enumerate(text.split("\n"), first_line):
        found = _FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
        if fence:
            yield number, line, True
            if found and found[1].startswith(fence) and not found[2].strip():
                fence = ""
        elif found and "`" not in found[2]:
            fence = found[1]
            yield number, line, True
        else:
            yield number, line, False


def footnotes(text: str, first_line: int = 1) -> Iterator[tuple[str, int]]:
    """Yield the key and the line of each footnote `[^key]` outside code."""
    if "[^" not in text:
        return
    for number, line, in_code in numbered_lines(text, first_line):
        if not in_code and "[^" in line:
            for found in FOOTNOTE.finditer(_CODE.sub("", line)):
                yield found[1], number


class _OutlineReader:
    def __init__(self, first_line: int) -> None:
        self._heading: tuple[str, str, int] | None = None
        self._text: list[str] = []
        self._sections: list[Section] = []
        self._stray: list[int] = []
        self._without_id: list[int] = []
        self._pages: list[int] = []
        self._first_line = first_line

    def take(self, number: int, line: str, *, in_code: bool) -> None:
        heading = None if in_code else _HEADING.fullmatch(line)
        if heading and heading["id"]:
            self._close()
            self._heading = (heading["id"], heading["title"].strip(), number)
            return
        if heading or (not in_code and _ANY_HEADING.match(line)):
            self._without_id.append(number)
        elif not in_code and _PAGE_HEADING.match(line):
            self._pages.append(number)
        elif self._heading is None and line.strip():
            self._stray.append(number)
        self._text.append(line)

    def finish(self) -> BodyOutline:
        self._close()
        return BodyOutline(
            sections=tuple(self._sections),
            stray_lines=tuple(self._stray),
            headings_without_id=tuple(self._without_id),
            page_headings=tuple(self._pages),
        )

    def _close(self) -> None:
        if self._heading:
            name, title, line = self._heading
            text = "\n".join(self._text)
            blank = len(text) - len(text.lstrip("\n"))
            section = Section(id=name, title=title, markdown=text.strip("\n"), line=line, text_line=line + 1 + blank)
            self._sections.append(section)
        self._text = []
