# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From lines on pages to headings, items and paragraphs."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from app.review.importing.escaping import escaped
from app.review.importing.model import Part, PartKind

_LARGER = 1.12
"""How much larger than the text a heading is set."""
_LONGEST_HEADING = 120
_NUMBERED = re.compile(r"(?P<number>\d{1,2}(?:\.\d{1,2}){0,3})\.?\s+[A-ZÄÖÜ]")
_ITEM = re.compile(r"(?:[•●▪■◦‣·–-]|\uf0b7|o(?= ))\s+(?P<text>\S.*)")
_ORDERED = re.compile(r"\d{1,2}[.)]\s+(?P<text>\S.*)")
_WORD = re.compile(r"\w{3}")
_DIGITS = re.compile(r"\d+")
_ENDS = (".", "!", "?", ":", "…", ")", "“", '"')
_SEEN_ON = 0.6
_FEWEST_PAGES = 3
_SHORT = 0.75


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A line of a page; `size` is that of its letters, `height` where it stands, both in points."""

    text: str
    size: float
    page: int
    height: int


def parts(lines: Sequence[Line]) -> list[Part]:
    """Return the pieces; lines that come back on most pages (heads, feet, page numbers) stand once, at the end."""
    repeated = _repeated(lines)
    kept = [line for line in lines if _pattern(line) not in repeated]
    rest = {
        _pattern(line): line.text for line in lines if _pattern(line) in repeated and re.search(r"\w{3}", line.text)
    }
    found = [*_pieces(kept)]
    if rest:
        found.append(Part(kind=PartKind.PARAGRAPH, text=" · ".join(escaped(text) for text in rest.values())))
    return found


def _pieces(lines: Sequence[Line]) -> Iterator[Part]:
    body = _usual_size(lines)
    width = max((len(line.text) for line in lines), default=0)
    gathered: list[Line] = []
    for line in lines:
        heading = _heading(line, body)
        begins = heading or _item(line) or (gathered and _is_apart(gathered[-1], line, width))
        if begins and gathered:
            yield _joined(gathered)
            gathered = []
        if heading:
            yield Part(kind=PartKind.HEADING, text=line.text, level=heading)
        else:
            gathered.append(line)
    if gathered:
        yield _joined(gathered)


def _heading(line: Line, body: float) -> int:
    """Return the level of a heading, 0 for text."""
    if len(line.text) > _LONGEST_HEADING or line.text.endswith((".", ",", ";")) or not _WORD.search(line.text):
        return 0
    numbered = _NUMBERED.match(line.text)
    if body and line.size >= body * _LARGER:
        return numbered["number"].count(".") + 1 if numbered else (1 if line.size >= body * 1.5 else 2)
    return 0


def _item(line: Line) -> bool:
    return bool(_ITEM.match(line.text) or _ORDERED.match(line.text))


def _is_apart(before: Line, line: Line, width: int) -> bool:
    """Tell whether a new paragraph begins: after a gap, or after a short line that ends a sentence."""
    if before.page != line.page:
        return before.text.endswith(_ENDS) and len(before.text) < width * _SHORT
    gap = abs(before.height - line.height)
    if gap > max(line.size, 1) * 1.9:
        return True
    return before.text.endswith(_ENDS) and len(before.text) < width * _SHORT


def _joined(lines: Sequence[Line]) -> Part:
    first = lines[0].text
    ordered = _ORDERED.match(first)
    found = _ITEM.match(first) or ordered
    text = found["text"] if found else first
    for line in lines[1:]:
        # A word divided at the end of a line is made whole; "Land- und" and "E-Mail" keep their hyphen.
        text = text[:-1] + line.text if _divided(text, line.text) else f"{text} {line.text}"
    kind = PartKind.ITEM if found else PartKind.PARAGRAPH
    return Part(kind=kind, text=escaped(text), ordered=bool(ordered))


def _divided(before: str, after: str) -> bool:
    joins = after.split(" ", 1)[0] in ("und", "oder", "bzw.", "sowie")
    return before.endswith(("-", "‐")) and before[-2:-1].islower() and after[:1].islower() and not joins


def _usual_size(lines: Iterable[Line]) -> float:
    sizes: Counter[float] = Counter()
    for line in lines:
        sizes[line.size] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _repeated(lines: Sequence[Line]) -> frozenset[str]:
    pages = len({line.page for line in lines})
    if pages < _FEWEST_PAGES:
        return frozenset()
    seen = {(_pattern(line), line.page) for line in lines}
    counts = Counter(pattern for pattern, _ in seen)
    return frozenset(pattern for pattern, count in counts.items() if count >= max(_FEWEST_PAGES, pages * _SEEN_ON))


def _pattern(line: Line) -> str:
    return _DIGITS.sub("#", line.text)
