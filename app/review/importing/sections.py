# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""From pieces in reading order to sections with headings."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from app.review.importing import limits
from app.review.importing.escaping import line
from app.review.importing.model import ImportedSection, Part, PartKind

_LONGEST_TITLE = 200


@dataclass(slots=True)
class _Open:
    title: str = ""
    level: int = 1
    parts: list[Part] = field(default_factory=list)


def sections(parts: Iterable[Part]) -> tuple[ImportedSection, ...]:
    """Return the sections; a heading without anything below it stays as a section of its own.

    Raises:
        DocumentTooLarge: there is more text than a draft can hold.
    """
    found = tuple(_closed(part) for part in _opened(parts))
    kept = tuple(section for section in found if section.text or section.title)
    limits.check("text", sum(len(section.text) + len(section.title) for section in kept), limits.TEXT)
    return kept


def _opened(parts: Iterable[Part]) -> Iterator[_Open]:
    current = _Open()
    for part in parts:
        if part.kind is PartKind.HEADING and len(part.text) <= _LONGEST_TITLE:
            yield current
            current = _Open(title=part.text, level=part.level)
        else:
            current.parts.append(part)
    yield current


def _closed(section: _Open) -> ImportedSection:
    return ImportedSection(title=section.title, level=section.level, text=markdown(section.parts))


def markdown(parts: Iterable[Part]) -> str:
    """Return pieces as one Markdown text; items of one list stand close together."""
    text = ""
    previous: Part | None = None
    for part in parts:
        shown = _shown(part)
        if not shown:
            continue
        joined = previous is not None and previous.kind is part.kind is PartKind.ITEM
        text += ("\n" if joined else "\n\n") if text else ""
        text += shown
        previous = part
    return text


def _shown(part: Part) -> str:
    if part.kind is PartKind.TABLE:
        return part.text
    if part.kind is PartKind.ITEM:
        return f"{'    ' * min(part.level, 4)}{'1.' if part.ordered else '-'} {line(part.text)}" if part.text else ""
    return line(part.text)
