"""What an author must enter, field by field as the form marks it, and what of that is still missing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.review.text.record_text import RecordText
from app.web.contributing.form.steps import SOURCES, Entry, Widget, by_municipality, in_order, is_empty, name_of, widget

_Object = Mapping[str, JsonValue]
_UNASKED = (Widget.KEPT, Widget.CONSTANT, Widget.SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedField:
    """A field that must be filled in: `name` is the path of its value, `step` where it stands."""

    name: str
    step: str
    filled: bool


def is_asked(entry: Entry, front: _Object, *, edit: bool = False) -> bool:
    """Tell whether an author must make this entry: the schema requires it and nothing stands in for it.

    What only the form asks for, who edits a published record may leave as it was.
    """
    if isinstance(entry, SectionSpec):
        return entry.required and not entry.unknown
    if entry.key == SOURCES:
        return not by_municipality(front)
    by_schema = entry.required and entry.default is None and entry.unknown is None
    return by_schema or (entry.asked and by_municipality(front) and not edit)


def is_needed(part: FieldSpec, row: _Object) -> bool:
    """Tell whether an object lacks something without this part: nothing stands in for it."""
    if part.required:
        return part.default is None
    return part.asked and all(is_empty(row.get(other)) for other in part.unless)


def preset(parts: tuple[FieldSpec, ...]) -> _Object:
    """Return what the form shows as chosen in a row that nobody has filled in yet."""
    return {part.key: part.preset for part in parts if part.preset is not None}


def asked_fields(kind: KindSchema, text: RecordText, *, edit: bool = False) -> tuple[AskedField, ...]:
    """Return the fields that must be filled in, in the order of the form.

    These are all that the schema asks for, and of groups and rows that were begun the parts that they need.
    """
    return tuple(field for entry in in_order(kind) for field in _of_entry(entry, text, edit))


def missing_fields(kind: KindSchema, text: RecordText, *, edit: bool = False) -> tuple[AskedField, ...]:
    """Return those that are still empty."""
    return tuple(field for field in asked_fields(kind, text, edit=edit) if not field.filled)


def _of_entry(entry: Entry, text: RecordText, edit: bool) -> Iterator[AskedField]:
    name, step, asked = name_of(entry), entry.step or "", is_asked(entry, text.front, edit=edit)
    if isinstance(entry, SectionSpec):
        if asked:
            yield AskedField(name=name, step=step, filled=bool(text.sections.get(entry.id, "").strip()))
        return
    value, own = text.front.get(entry.key), by_municipality(text.front)
    if widget(entry) is Widget.GROUP and (asked or not is_empty(value)):
        yield from _of_object(entry.properties, name, step, value if isinstance(value, OBJECT) else {}, own)
    elif widget(entry) is Widget.ROWS and entry.items:
        parts = entry.items.properties
        rows = list(value) if isinstance(value, LIST) else []
        begun: dict[int, JsonValue] = {
            number: row for number, row in enumerate(rows) if isinstance(row, OBJECT) and not is_empty(row)
        }
        for number, row in (begun or ({0: preset(parts)} if asked else {})).items():
            yield from _of_object(parts, f"{name}.{number}", step, row, own)
    elif asked:
        yield AskedField(name=name, step=step, filled=not is_empty(value))


def _of_object(parts: tuple[FieldSpec, ...], name: str, step: str, value: JsonValue, own: bool) -> Iterator[AskedField]:
    row = cast("_Object", value)
    for part in parts:
        inner, stored = f"{name}.{part.key}", row.get(part.key)
        if widget(part) is Widget.GROUP:
            if is_needed(part, row) or not is_empty(stored):
                yield from _of_object(part.properties, inner, step, stored if isinstance(stored, OBJECT) else {}, own)
        elif widget(part) not in _UNASKED and is_needed(part, row) and not (own and part.own is not None):
            yield AskedField(name=inner, step=step, filled=not is_empty(stored))
