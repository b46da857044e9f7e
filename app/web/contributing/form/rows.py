"""Rows of a list: one more, one less, one further up; and the keys by which sources and lessons are known again."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import KindSchema
from app.review.proposals.intake import slug_from
from app.review.text.record_text import RecordText
from app.web.contributing.form.reader import MOST_ROWS
from app.web.contributing.form.steps import SOURCES, Widget, is_empty, widget

ADD, REMOVE, RAISE = "add", "remove", "raise"

_ACTION = re.compile(
    r"(?P<verb>add|remove|raise):(?P<name>[a-z_]+(?:(?:\.[0-9]{1,3})?\.[a-z_]+)*)(?:\.(?P<row>[0-9]{1,3}))?"
)

Rows = list[JsonValue]
LESSONS = "lessons"
_SOURCE_LENGTH = 32
_LESSON_LENGTH = 48
_YEAR = re.compile(r"(?:19|20)\d\d")
_Object = Mapping[str, JsonValue]
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
