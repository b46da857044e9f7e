"""Reads the form back into front matter and sections. Values whose field was not changed keep their stored form."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, count
from typing import Any, cast

from app.records.json_value import LIST, OBJECT, JsonValue, thaw
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.review.proposals.intake import slug_from
from app.review.text.record_text import RecordText
from app.web.contributing.form.notation import Notation, clean, one_line, section_text
from app.web.contributing.form.steps import SOURCES, Widget, entries, is_empty, kept_key, name_of, preset, widget

ROWS = "{}.rows"
"""Name of the hidden field that says how many rows of a list the form holds."""
MAX_ROWS = 200
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
        rows = [self._row(spec, name, number, before) for number in range(min(int(count), MAX_ROWS))]
        # An offered row that was left empty does not count.
        return None if spec.shown and stored is None and is_empty(rows) else rows or None

    def _row(self, spec: FieldSpec, name: str, number: int, before: Sequence[_Object]) -> JsonValue:
        parts = spec.items.properties if spec.items else ()
        row = self._parts(parts, f"{name}.{number}", self._known(spec, name, number, before))
        key = kept_key(spec)
        if key == _FILE:
            # The row is an attached file, which exists even without a description.
            return row
        presets = preset(parts)
        entered = {part: value for part, value in row.items() if part != key and value != presets.get(part)}
        return {} if is_empty(entered) else row

    def _known(self, spec: FieldSpec, name: str, number: int, before: Sequence[_Object]) -> _Object:
        """Return the stored row that a row of the form came from: by its key, otherwise by its place."""
        key = kept_key(spec)
        if sent := self._sent.get(f"{name}.{number}.{key}", ("",))[-1] if key else "":
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
_YEAR = re.compile(r"(?:19|20)\d\d")


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
    """Return the text and the row to go on in ("lessons.2"); `shown` counts the form's rows with the empty one."""
    front = cast("dict[str, Any]", thaw(text.front))
    *path, key = action.name.split(".")
    holder, row, removed = _holder(front, path), action.row, None
    rows: list[Any] = holder.get(key) or []
    if action.verb == ADD:
        rows = [*rows, *({} for _missing in range(shown - len(rows)))]
        rows = [*rows, {}][:MAX_ROWS]
        row = len(rows) - 1
    elif action.verb == RAISE and 0 < row < len(rows):
        rows[row - 1 : row + 1] = rows[row], rows[row - 1]
        row -= 1
    elif action.verb == REMOVE and row < len(rows):
        removed = rows.pop(row)
        row = min(row, len(rows) - 1)
    holder[key] = rows
    if not rows:
        del holder[key]
    if action.name == SOURCES and removed and removed.get("key"):
        front = {
            name: value if name == SOURCES else _without_source(value, removed["key"]) for name, value in front.items()
        }
    return RecordText(front=front, sections=text.sections), f"{action.name}.{row}" if rows else action.name


def count_rows(text: RecordText, name: str) -> int:
    """Return how many rows the list at a path ("lessons", "reuse_routes.0.x") has."""
    *path, key = name.split(".")
    return len(_holder(cast("dict[str, Any]", thaw(text.front)), path).get(key) or ())


def _holder(front: dict[str, Any], path: Sequence[str]) -> dict[str, Any]:
    """Return the object at a path, a new one where none is there; groups on the way are made."""
    holder: Any = front
    for part in path:
        if isinstance(holder, dict):
            holder = holder.setdefault(part, {})
        else:
            holder = holder[int(part)] if part.isdecimal() and int(part) < len(holder) else {}
    return cast("dict[str, Any]", holder)


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

    def words(row: _Object) -> str:
        # Publisher and year, which is how people speak of a source, or else the beginning of its title.
        year = _YEAR.search(str(row.get("date") or ""))
        name = str(row.get("publisher") or row.get("title") or "")
        return f"{' '.join(name.split()[:3])} {year[0] if year else ''}"

    return _with_keys(front, SOURCES, "key", lambda row, number: slug_from(words(row), 32) or f"quelle-{number}")


def with_lesson_keys(front: Mapping[str, JsonValue]) -> dict[str, JsonValue]:
    """Add missing lesson keys. Only done when a record is sent, because they are permanent addresses."""
    return _with_keys(
        front, "lessons", "id", lambda row, number: slug_from(str(row.get("statement") or ""), 48) or f"lehre-{number}"
    )


def _with_keys(front: _Object, name: str, key: str, wanted: Callable[[_Object, int], str]) -> dict[str, JsonValue]:
    stored = front.get(name)
    if not isinstance(stored, LIST):
        return dict(front)
    rows = [cast("_Object", row) for row in stored]
    taken, keyed = {row[key] for row in rows if row.get(key)}, []
    for number, row in enumerate(rows, 1):
        if row.get(key) or is_empty(row):
            keyed.append(row)
            continue
        first = wanted(row, number)
        free = next(each for each in chain([first], (f"{first}-{n}" for n in count(2))) if each not in taken)
        taken.add(free)
        keyed.append({key: free, **row})
    return {**front, name: keyed}
