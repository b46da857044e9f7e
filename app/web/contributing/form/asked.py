# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which of the asked entries are still missing."""

from __future__ import annotations

from collections.abc import Mapping
from typing import cast

from app.content.json_value import LIST, OBJECT, JsonValue
from app.content.schema import FieldSpec, KindSchema, SectionSpec
from app.review.text.record_text import RecordText
from app.web.contributing.form.completion import by_municipality
from app.web.contributing.form.controls import Widget, widget
from app.web.contributing.form.reader import is_empty
from app.web.contributing.form.steps import SOURCES, STEPS, Entry, entries


def is_asked(entry: Entry, front: Mapping[str, JsonValue]) -> bool:
    """Tell whether an author must make this entry: the schema requires it and nothing stands in for it."""
    if isinstance(entry, SectionSpec):
        return entry.required and not entry.unknown
    if entry.key == SOURCES:
        return not by_municipality(front)
    by_schema = entry.required and entry.default is None and entry.unknown is None
    return by_schema or (entry.asked and by_municipality(front))


def missing_entries(kind: KindSchema, text: RecordText) -> tuple[Entry, ...]:
    """Return the asked entries that are not there, and those not asked for that were begun but are not whole."""
    own = by_municipality(text.front)

    def is_missing(entry: Entry) -> bool:
        if isinstance(entry, SectionSpec):
            return is_asked(entry, text.front) and not text.sections.get(entry.id, "").strip()
        value = text.front.get(entry.key)
        begun = widget(entry) in (Widget.ROWS, Widget.GROUP) and not is_empty(value)
        return (begun or is_asked(entry, text.front)) and not _given(entry, value, own)

    in_order = (entry for step in STEPS for entry in entries(kind, step) if entry.step == step)
    return tuple(entry for entry in in_order if is_missing(entry))


def _given(spec: FieldSpec, value: JsonValue, own: bool) -> bool:
    if is_empty(value):
        return False
    if widget(spec) is Widget.ROWS and spec.items:
        return isinstance(value, LIST) and all(is_empty(row) or _whole(spec.items, row, own) for row in value)
    return _whole(spec, value, own) if widget(spec) is Widget.GROUP else True


def _whole(spec: FieldSpec, value: JsonValue, own: bool) -> bool:
    if not isinstance(value, OBJECT) or is_empty(value):
        return False
    row = cast("Mapping[str, JsonValue]", value)
    silent = (Widget.KEPT, Widget.CONSTANT, Widget.SOURCES)
    needed = (part for part in spec.properties if part.required and widget(part) not in silent)
    return all(not is_empty(row.get(part.key)) for part in needed if not (own and part.own is not None))
