"""The five steps of the form: what belongs to each, with which control, and what an author must enter there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.review.text.record_text import RecordText
from app.shared.errors import NotFound

STEPS = {"about": "worum", "done": "vorgehen", "outcome": "ergebnis", "learned": "lehren", "reuse": "nachnutzung"}
"""Steps as the schemas name them, with their place in addresses, in order."""
SOURCES = "sources"
MEDIA = "media"
BODY = "body."
SECTION = "body.{}"
_HIDDEN = "hidden"
REFERENCES = frozenset({"ref", "target", "case"})
"""Fields that name another record."""
_LONG = 200
"""Characters from which a text gets a field of several lines."""
_BY_MUNICIPALITY = "municipality"
Entry = FieldSpec | SectionSpec
_KEYS = frozenset({"slug", "sourceKey", "fileName"})
_DATES = frozenset({"date", "partialDate"})
SOURCE_KEYS = "sourceKeys"


def step_at(address: str) -> str:
    """Return the step whose place in addresses this is; raises NotFound."""
    for step, place in STEPS.items():
        if place == address:
            return step
    raise NotFound(address)


def name_of(entry: Entry) -> str:
    """Return the name of a field or section in the form."""
    return SECTION.format(entry.id) if isinstance(entry, SectionSpec) else entry.key


def entries(kind: KindSchema, step: str) -> tuple[Entry, ...]:
    """Return the fields and sections of a step in order, then the sources, which every claim needs at hand."""
    fields: list[Entry] = [
        spec for spec in kind.fields if spec.step == step and spec.widget != _HIDDEN and spec.key != SOURCES
    ]
    sections: list[Entry] = [section for section in kind.sections if section.step == step]
    ordered = sorted(sections + fields, key=lambda one: one.place if isinstance(one, SectionSpec) else one.order)
    return (*ordered, kind.by_key[SOURCES])


def in_order(kind: KindSchema) -> tuple[Entry, ...]:
    """Return all fields and sections in the order of the form, each in its own step."""
    return tuple(entry for step in STEPS for entry in entries(kind, step) if entry.step == step)


def steps_of(kind: KindSchema) -> tuple[str, ...]:
    """Return the steps in which a kind of record has entries other than sources; a question has few."""
    return tuple(step for step in STEPS if len(entries(kind, step)) > 1)


def step_of(kind: KindSchema, path: str) -> str:
    """Return the step in which the value at a path is entered, "" where no step shows it."""
    if path.startswith(BODY):
        section = kind.section(path.removeprefix(BODY))
        return (section.step if section else None) or ""
    spec = kind.by_key.get(path.partition(".")[0])
    return (spec.step if spec and spec.widget != _HIDDEN else None) or ""


class Widget(StrEnum):
    """What an author fills in, and how it is read back."""

    TEXT = "text"
    LONG = "long"
    NUMBER = "number"
    DATE = "date"
    ADDRESS = "address"
    MARKDOWN = "markdown"
    LINES = "lines"
    SELECT = "select"
    CHOICES = "choices"
    SOURCES = "sources"
    GROUP = "group"
    ROWS = "rows"
    KEPT = "kept"
    """Carried along unseen: the key of a source or lesson, the name of a file."""
    CONSTANT = "constant"
    """Has one possible value and appears with the rest of its group."""


TYPED = frozenset({Widget.TEXT, Widget.LONG, Widget.NUMBER, Widget.DATE, Widget.ADDRESS, Widget.MARKDOWN, Widget.LINES})


def widget(spec: FieldSpec) -> Widget:
    """Return the control for a value; `spec` is a field, a part of a group or the items of a list."""
    if spec.type == "array":
        return _list(spec)
    if spec.properties:
        return Widget.GROUP
    if spec.choices or spec.vocabulary or spec.type == "boolean":
        return Widget.CONSTANT if len(spec.choices) == 1 and spec.required else Widget.SELECT
    if spec.shape in _KEYS:
        return Widget.KEPT
    if spec.type in ("integer", "number"):
        return Widget.NUMBER
    if spec.shape in _DATES:
        return Widget.DATE
    if spec.shape == "url":
        return Widget.ADDRESS
    return Widget.LONG if is_long(spec) else Widget.TEXT


def _list(spec: FieldSpec) -> Widget:
    if spec.shape == SOURCE_KEYS:
        return Widget.SOURCES
    if spec.items and spec.items.properties:
        return Widget.ROWS
    return Widget.CHOICES if spec.vocabulary or (spec.items and spec.items.choices) else Widget.LINES


def kept_key(spec: FieldSpec) -> str | None:
    """Return the part by which a row is known again, such as the key of a source."""
    rows = spec.items.properties if spec.items else ()
    return next((part.key for part in rows if widget(part) is Widget.KEPT), None)


def is_long(spec: FieldSpec) -> bool:
    """Tell whether a text gets a field of several lines."""
    if spec.type != "string" or spec.choices or spec.shape == "url" or spec.key in REFERENCES:
        return False
    return spec.widget == "textarea" or (spec.max_length or 0) > _LONG


def is_empty(value: JsonValue) -> bool:
    """Tell whether nothing was entered: no value, an empty text, or a group or list of such."""
    if isinstance(value, OBJECT):
        return all(is_empty(item) for item in value.values())
    if isinstance(value, LIST):
        return all(is_empty(item) for item in value)
    return value is None or value == ""


def by_municipality(front: Mapping[str, JsonValue]) -> bool:
    """Tell whether the municipality itself writes, which is the default for a new record."""
    return front.get("compiled_by", _BY_MUNICIPALITY) == _BY_MUNICIPALITY


_Object = Mapping[str, JsonValue]
_UNASKED = (Widget.KEPT, Widget.CONSTANT, Widget.SOURCES)


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedField:
    """A field that must be filled in: `name` is the path of its value, `step` the step that shows it."""

    name: str
    step: str
    filled: bool


def is_asked(entry: Entry, front: _Object, *, edit: bool = False) -> bool:
    """Tell whether an entry is required and has no default; an edit needs only what the schema requires."""
    if isinstance(entry, SectionSpec):
        return entry.required and not entry.unknown
    if entry.key == SOURCES:
        return not by_municipality(front)
    by_schema = entry.required and entry.default is None and entry.unknown is None
    return by_schema or (entry.asked and by_municipality(front) and not edit)


def is_needed(part: FieldSpec, row: _Object) -> bool:
    """Tell whether an object needs this part: it is required, and nothing replaces it or sets it."""
    if part.required:
        return part.default is None and not part.derived
    return part.asked and all(is_empty(row.get(other)) for other in part.unless)


def preset(parts: tuple[FieldSpec, ...]) -> _Object:
    """Return the values that are preselected in an empty row."""
    return {part.key: part.preset for part in parts if part.preset is not None}


def asked_fields(kind: KindSchema, text: RecordText, *, edit: bool = False) -> tuple[AskedField, ...]:
    """Return the required fields in the order of the form, including those of groups and rows that were begun."""
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
