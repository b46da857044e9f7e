"""From what a browser sends to front matter and sections.

A value whose field still shows what it showed before keeps its stored form, so that what nobody changed passes
through untouched, however it is written. Fields that the form does not hold keep their value too.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.review.text.record_text import RecordText
from app.web.contributing.form.asked import preset
from app.web.contributing.form.notation import Notation, clean, one_line, section_text
from app.web.contributing.form.steps import Widget, entries, is_empty, kept_key, name_of, widget

ROWS = "{}.rows"
"""Name of the hidden field that says how many rows of a list the form holds."""

MOST_ROWS = 200

_FILE = "file"

Sent = Mapping[str, Sequence[str]]
_Object = Mapping[str, JsonValue]


def read_form(kind: KindSchema, notation: Notation, step: str, sent: Sent, stored: RecordText) -> RecordText:
    """Return `stored` with everything that the form of a step says."""
    front, sections, reading = dict(stored.front), dict(stored.sections), _Reading(sent, notation)
    for entry in entries(kind, step):
        if isinstance(entry, SectionSpec):
            _put(sections, entry.id, reading.section(entry, sections.get(entry.id, "")) or None)
        else:
            _put(front, entry.key, reading.value(entry, entry.key, front.get(entry.key)))
    return RecordText(front=front, sections=sections)


class _Reading:
    def __init__(self, sent: Sent, notation: Notation) -> None:
        self._sent = sent
        self._notation = notation

    def section(self, spec: SectionSpec, stored: str) -> str:
        name = name_of(spec)
        if name not in self._sent:
            return stored
        text = clean(self._sent[name][-1])
        return stored if text == clean(stored) else section_text(text)

    def value(self, spec: FieldSpec, name: str, stored: JsonValue) -> JsonValue:
        match widget(spec):
            case Widget.GROUP:
                return self._group(spec, name, stored)
            case Widget.ROWS:
                return self._rows(spec, name, stored)
            case Widget.CHOICES | Widget.SOURCES:
                return self._chosen(spec, name, stored)
            case Widget.KEPT:
                # A row that is not stored (any more) keeps its key, because other rows may name it.
                return stored or one_line(self._sent.get(name, ("",))[-1]) or None
            case Widget.CONSTANT:
                return stored
            case _:
                return self._single(spec, name, stored)

    def _single(self, spec: FieldSpec, name: str, stored: JsonValue) -> JsonValue:
        if name not in self._sent:
            return stored
        text = clean(self._sent[name][-1])
        return stored if text == clean(self._notation.shown(spec, stored)) else self._notation.read(spec, text)

    def _chosen(self, spec: FieldSpec, name: str, stored: JsonValue) -> JsonValue:
        if name not in self._sent:
            return stored
        before = [str(item) for item in stored] if isinstance(stored, LIST) else []
        now = [item for item in dict.fromkeys(self._sent[name]) if item]
        if set(now) == set(before):
            return stored
        kept = [item for item in before if item in now]
        values: list[JsonValue] = [*kept, *(item for item in now if item not in kept)]
        return values if values or spec.required else None

    def _group(self, spec: FieldSpec, name: str, stored: JsonValue) -> JsonValue:
        before = cast("_Object", stored) if isinstance(stored, OBJECT) else {}
        now = self._parts(spec.properties, name, before)
        if is_empty(now):
            # A group without required parts says something by being there, such as "eligible: {}".
            must_stay = spec.required and not any(part.required for part in spec.properties)
            return stored if isinstance(stored, OBJECT) and is_empty(before) else ({} if must_stay else None)
        return now

    def _rows(self, spec: FieldSpec, name: str, stored: JsonValue) -> JsonValue:
        count = self._sent.get(ROWS.format(name), ("",))[-1]
        if not count.isascii() or not count.isdigit():
            return stored
        before = [cast("_Object", row) for row in stored if isinstance(row, OBJECT)] if isinstance(stored, LIST) else []
        rows = [self._row(spec, name, number, before) for number in range(min(int(count), MOST_ROWS))]
        # An offered row in which nobody wrote is none.
        return None if spec.shown and stored is None and is_empty(rows) else rows or None

    def _row(self, spec: FieldSpec, name: str, number: int, before: Sequence[_Object]) -> JsonValue:
        parts = spec.items.properties if spec.items else ()
        row = self._parts(parts, f"{name}.{number}", self._known(spec, name, number, before))
        key = kept_key(spec)
        if key == _FILE:
            # The row stands for an attached file, which is there even when nothing was said about it.
            return row
        presets = preset(parts)
        entered = {part: value for part, value in row.items() if part != key and value != presets.get(part)}
        return {} if is_empty(entered) else row

    def _known(self, spec: FieldSpec, name: str, number: int, before: Sequence[_Object]) -> _Object:
        """Return the stored row that a row of the form came from: by its key, otherwise by its place."""
        key = kept_key(spec)
        sent = self._sent.get(f"{name}.{number}.{key}", ("",))[-1] if key else ""
        if sent:
            return next((row for row in before if row.get(key or "") == sent), {})
        return before[number] if number < len(before) and not (key and before[number].get(key)) else {}

    def _parts(self, parts: Sequence[FieldSpec], name: str, before: _Object) -> dict[str, JsonValue]:
        now = dict(before)
        for part in parts:
            _put(now, part.key, self.value(part, f"{name}.{part.key}", now.get(part.key)))
        if not is_empty(now):
            now |= {part.key: part.choices[0].value for part in parts if widget(part) is Widget.CONSTANT}
            needed = (part for part in parts if part.required and part.default is not None)
            now = {**{part.key: part.default for part in needed if part.key not in now}, **now}
        return now


def _put(holder: dict[str, JsonValue] | dict[str, str], key: str, value: JsonValue) -> None:
    if value is None:
        holder.pop(key, None)
    else:
        cast("dict[str, JsonValue]", holder)[key] = value
