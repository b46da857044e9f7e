"""Reads the form back: from what a browser sends to front matter and sections, and what buttons do to rows.

A value whose field still shows what it showed before keeps its stored form, so that what nobody changed passes
through untouched, however it is written. Fields that the form does not hold keep their value too.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.review.proposals.intake import slug_from
from app.review.text.record_text import RecordText
from app.web.contributing.form.notation import Notation, clean, one_line, section_text
from app.web.contributing.form.steps import SOURCES, Widget, entries, is_empty, kept_key, name_of, preset, widget

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


ADD, REMOVE, RAISE = "add", "remove", "raise"

_ACTION = re.compile(
    r"(?P<verb>add|remove|raise):(?P<name>[a-z_]+(?:(?:\.[0-9]{1,3})?\.[a-z_]+)*)(?:\.(?P<row>[0-9]{1,3}))?"
)

Rows = list[JsonValue]
LESSONS = "lessons"
_SOURCE_LENGTH = 32
_LESSON_LENGTH = 48
_YEAR = re.compile(r"(?:19|20)\d\d")
_Words = Callable[[_Object], str]
_UNNAMED = {"key": "quelle", "id": "lehre"}


@dataclass(frozen=True, slots=True, kw_only=True)
class RowAction:
    """What a button does to a list; `name` is the list ("lessons"), `row` counts from 0 and is 0 for ADD."""

    verb: str
    name: str
    row: int = 0

    @classmethod
    def parse(cls, value: str, kind: KindSchema) -> RowAction | None:
        """Return the action behind a button's value ("add:lessons", "remove:lessons.2"), None if it is none."""
        found = _ACTION.fullmatch(value)
        if not found or (found["verb"] == ADD) != (found["row"] is None):
            return None
        spec = kind.field(found["name"])
        if spec is None or widget(spec) is not Widget.ROWS:
            return None
        return cls(verb=found["verb"], name=found["name"], row=int(found["row"] or 0))


def act(action: RowAction, text: RecordText, shown: int = 0) -> tuple[RecordText, str]:
    """Return the text after the action, and the name of the row where the author goes on ("lessons.2").

    `shown` is how many rows the form held, the empty one included that an asked list shows to begin with.
    """
    focus = action.name

    def change(rows: Rows) -> Rows:
        nonlocal focus
        held = [*rows, *({} for _missing in range(shown - len(rows)))] if action.verb == ADD else rows
        changed, row = _CHANGES[action.verb](held, action.row)
        focus = f"{action.name}.{row}" if changed else action.name
        return changed

    removed = _source_key(action, text) if action.verb == REMOVE else None
    front = _at(text.front, action.name.split("."), change)
    if removed:
        front = {name: value if name == SOURCES else _without_source(value, removed) for name, value in front.items()}
    return RecordText(front=front, sections=text.sections), focus


def count_rows(text: RecordText, name: str) -> int:
    """Return how many rows the list at a path ("lessons", "reuse_routes.0.x") has."""
    value: JsonValue = text.front
    for part in name.split("."):
        if isinstance(value, LIST):
            value = value[int(part)] if part.isdecimal() and int(part) < len(value) else None
        else:
            value = cast("Mapping[str, JsonValue]", value).get(part) if isinstance(value, OBJECT) else None
    return len(value) if isinstance(value, LIST) else 0


def without_empty_rows(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the front matter without rows in which nothing was entered, and without lists that are empty then."""
    return dict(_full(front))


def _full(holder: Mapping[str, JsonValue]) -> Iterator[tuple[str, JsonValue]]:
    for key, value in holder.items():
        if isinstance(value, LIST) and any(isinstance(item, OBJECT) for item in value):
            rows = [dict(_full(cast("Mapping[str, JsonValue]", row))) for row in value if not is_empty(row)]
            if rows:
                yield key, cast("JsonValue", rows)
        else:
            yield key, dict(_full(value)) if isinstance(value, Mapping) else value


def _add(rows: Rows, _row: int) -> tuple[Rows, int]:
    if len(rows) >= MOST_ROWS:
        return rows, len(rows) - 1
    return [*rows, {}], len(rows)


def _remove(rows: Rows, row: int) -> tuple[Rows, int]:
    kept = rows[:row] + rows[row + 1 :]
    return kept, max(0, min(row, len(kept) - 1))


def _raise(rows: Rows, row: int) -> tuple[Rows, int]:
    if not 0 < row < len(rows):
        return rows, row
    return [*rows[: row - 1], rows[row], rows[row - 1], *rows[row + 1 :]], row - 1


_CHANGES: Mapping[str, Callable[[Rows, int], tuple[Rows, int]]] = {ADD: _add, REMOVE: _remove, RAISE: _raise}


def _at(holder: Mapping[str, JsonValue], path: list[str], change: Callable[[Rows], Rows]) -> dict[str, JsonValue]:
    key, rest = path[0], path[1:]
    value = holder.get(key)
    if not rest:
        rows = change(list(value) if isinstance(value, LIST) else [])
        return {**holder, key: rows} if rows else {name: item for name, item in holder.items() if name != key}
    return {**holder, key: _inside(value, rest, change)}


def _inside(value: JsonValue, path: list[str], change: Callable[[Rows], Rows]) -> JsonValue:
    if isinstance(value, LIST) and path[0].isdigit():
        number, items = int(path[0]), list(value)
        if number < len(items) and isinstance(items[number], OBJECT):
            items[number] = _at(cast("Mapping[str, JsonValue]", items[number]), path[1:], change)
        return items
    return _at(cast("Mapping[str, JsonValue]", value) if isinstance(value, OBJECT) else {}, path, change)


def _source_key(action: RowAction, text: RecordText) -> str | None:
    rows = text.front.get(SOURCES)
    if action.name != SOURCES or not isinstance(rows, LIST) or action.row >= len(rows):
        return None
    row = rows[action.row]
    return str(row["key"]) if isinstance(row, Mapping) and row.get("key") else None


def _without_source(value: JsonValue, gone: str) -> JsonValue:
    if isinstance(value, Mapping):
        return {
            key: [name for name in item if name != gone]
            if key == SOURCES and isinstance(item, LIST)
            else _without_source(item, gone)
            for key, item in value.items()
        }
    return [_without_source(item, gone) for item in value] if isinstance(value, LIST) else value


def with_source_keys(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the front matter with a key for each source that has none yet; what has one keeps it."""
    return _with_keys(front, SOURCES, "key", _source_words, _SOURCE_LENGTH)


def with_lesson_keys(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Return the front matter with a key for each lesson that has none yet.

    The key becomes the lesson's address for ever, so it is made when the record is sent and not before.
    """
    return _with_keys(front, LESSONS, "id", lambda row: str(row.get("statement") or ""), _LESSON_LENGTH)


def _with_keys(front: _Object, name: str, key: str, words: _Words, longest: int) -> dict[str, JsonValue]:
    rows = front.get(name)
    if not isinstance(rows, LIST):
        return dict(front)
    taken = {str(row[key]) for row in rows if isinstance(row, OBJECT) and cast("_Object", row).get(key)}
    return {**front, name: list(_named(cast("list[JsonValue]", rows), key, words, longest, taken))}


def _named(rows: list[JsonValue], key: str, words: _Words, longest: int, taken: set[str]) -> Iterator[JsonValue]:
    for number, row in enumerate(rows, 1):
        if not isinstance(row, OBJECT) or cast("_Object", row).get(key) or is_empty(row):
            yield row
            continue
        entry = cast("_Object", row)
        found = _free(slug_from(words(entry), longest) or f"{_UNNAMED[key]}-{number}", taken)
        taken.add(found)
        yield {key: found, **entry}


def _free(wanted: str, taken: set[str]) -> str:
    number, found = 1, wanted
    while found in taken:
        number += 1
        found = f"{wanted}-{number}"
    return found


def _source_words(row: _Object) -> str:
    """Return publisher and year, which is how people speak of a source, or else the beginning of its title."""
    year = _YEAR.search(str(row.get("date") or ""))
    words = str(row.get("publisher") or row.get("title") or "")
    return f"{' '.join(words.split()[:3])} {year[0] if year else ''}"
