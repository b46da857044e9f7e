# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Two windows on one draft: what each of them changed, and where they disagree.

A form carries a short mark of each value as it stood when the page was made. A mark tells later which side has changed
a value since, without sending the value itself along.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import rfc8785

from app.content.json_value import JsonValue, thaw
from app.content.schema import KindSchema, SectionSpec
from app.review.model.submission import WrittenText
from app.web.forms.rows import without_empty_rows
from app.web.forms.steps import Entry, entries, name_of

SEEN = "gesehen"
"""Hidden field with the marks of the values that the form was made with."""

_LENGTH = 8
_BETWEEN = "."


@dataclass(frozen=True, slots=True, kw_only=True)
class Meeting:
    """Both windows in one text; `disputed` names what both changed in different ways, there this window's text wins."""

    text: WrittenText
    disputed: tuple[str, ...]


def marks(kind: KindSchema, step: str, text: WrittenText) -> str:
    """Return the marks of a step's values, ready for a hidden field."""
    return _BETWEEN.join(mark(value_of(entry, text)) for entry in entries(kind, step))


def seen_marks(kind: KindSchema, step: str, sent: str) -> dict[str, str]:
    """Return the marks that a form brought back, by name; what does not fit is as if nothing had been seen."""
    found = sent.split(_BETWEEN)
    names = [name_of(entry) for entry in entries(kind, step)]
    return dict(zip(names, found, strict=True)) if len(found) == len(names) else {}


def meet(kind: KindSchema, step: str, seen: Mapping[str, str], mine: WrittenText, theirs: WrittenText) -> Meeting:
    """Bring what this window says (`mine`) together with what stands in the draft (`theirs`)."""
    front, sections = dict(theirs.front), dict(theirs.sections)
    disputed = []
    for entry in entries(kind, step):
        name = name_of(entry)
        here, there = value_of(entry, mine), value_of(entry, theirs)
        if mark(here) in (seen.get(name), mark(there)):
            continue
        if mark(there) != seen.get(name):
            disputed.append(name)
        if isinstance(entry, SectionSpec):
            sections[entry.id] = str(here or "")
        elif here is None:
            front.pop(entry.key, None)
        else:
            front[entry.key] = here
    return Meeting(text=WrittenText(front=front, sections=sections), disputed=tuple(disputed))


def mark(value: JsonValue) -> str:
    """Return a short mark that differs for different values; nothing, an empty text and empty rows are the same."""
    kept = without_empty_rows({"": value}).get("") if value else None
    return hashlib.sha256(rfc8785.dumps(thaw(kept) or None)).hexdigest()[:_LENGTH]


def value_of(entry: Entry, text: WrittenText) -> JsonValue:
    """Return what a text holds for a field or section."""
    if isinstance(entry, SectionSpec):
        return text.sections.get(entry.id) or None
    return text.front.get(entry.key)


def changed_elsewhere(kind: KindSchema, step: str, seen: Mapping[str, str], stored: WrittenText) -> Iterator[str]:
    """Yield the names of a step's values that changed since the form was made."""
    for entry in entries(kind, step):
        if mark(value_of(entry, stored)) != seen.get(name_of(entry)):
            yield name_of(entry)
