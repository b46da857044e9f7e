"""Limits on Markdown that bound the time of rendering.

Python-Markdown is super-linear on hostile input: 5,000 opening brackets in a row take seconds (Python-Markdown #798 and
#1619). Nobody writes such text by accident, so a record that contains it is refused on input, and the renderer shows it
as plain text if it is found nevertheless.
"""

import re
from dataclasses import dataclass

# Each is counted per block (paragraph, list item, table), because the parser works on one block at a time.
_LIMITS = {"[": 150, "<": 100, "![": 60, "](": 80, "`": 400, "*": 600, "_": 600, "|": 4000, "&": 400, "\\": 400}
_RUNS = (*(mark * 100 for mark in "[]<>()!*_`~&\\{}|^"), "![" * 20, "[^" * 30)
# Each match starts with the line feed before the line, so the search jumps between line feeds, which takes a tenth of
# the time that `^` takes.
_QUOTE_DEPTH = re.compile(r"\n(?:[ \t]*>){9}")
_LIST_DEPTH = re.compile(r"\n(?:[ ]{4}|\t){9}[ \t]*(?:[-+*]|\d+[.)])[ \t]")
_MARKERS_IN_A_ROW = re.compile(r"\n[ \t]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+|>[ \t]*){9}")
_HEADING = re.compile(r"\n[ ]{0,3}(?:#|[-=*_][-=*_ \t]*$)", re.MULTILINE)
_FENCE = re.compile(r"\n[ ]{0,3}(?:```|~~~)")
_DEFINITION = re.compile(r"\n[ ]{0,3}\[[^\]\n]*\]:")
_BLOCK_END = re.compile(r"\n(?=[ \t]*(?:\n|(?:[-+*]|\d{1,9}[.)])[ \t]))")
_LINE_LIMITS = ((_HEADING, 300), (_DEFINITION, 300), (_FENCE, 100))


@dataclass(frozen=True, slots=True, kw_only=True)
class Hostile:
    """The excessive markup, and the line where it starts (counted from 1)."""

    what: str
    line: int


def hostile(text: str) -> Hostile | None:
    """Return the first part of the text that would take too long to render, or None."""
    runs = [(text.index(run), run) for run in _RUNS if run in text]
    return (_at(text, *min(runs)) if runs else None) or _deep_or_many(f"\n{text}") or _crowded(text)


def _deep_or_many(lines: str) -> Hostile | None:
    for pattern in (_QUOTE_DEPTH, _LIST_DEPTH, _MARKERS_IN_A_ROW):
        found = pattern.search(lines)
        if found:
            return _at(lines, found.start(), found[0])
    for pattern, limit in _LINE_LIMITS:
        for count, found in enumerate(pattern.finditer(lines), 1):
            if count > limit:
                return _at(lines, found.start(), found[0])
    return None


def _at(text: str, place: int, what: str) -> Hostile:
    return Hostile(what=what.strip()[:6], line=text.count("\n", 0, place) + 1)


def _crowded(text: str) -> Hostile | None:
    line = 1
    start = 0
    # A mark within its limit in the whole text is also within it in each block.
    limits = {mark: limit for mark, limit in _LIMITS.items() if text.count(mark) > limit}
    for end in [m.start() for m in _BLOCK_END.finditer(text)] + [len(text)] if limits else ():
        block = text[start:end]
        for mark, limit in limits.items():
            if len(block) > limit and block.count(mark) > limit:
                return Hostile(what=mark, line=line + block[: block.index(mark)].count("\n"))
        line += block.count("\n")
        start = end
    return None
