"""The controls of a step, made from the schema and what was typed so far, as values for the form's template."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import cast

from app.records.json_value import LIST, OBJECT, JsonValue
from app.records.schema import FieldSpec, KindSchema, SectionSpec
from app.records.vocabulary import Vocabulary
from app.review.text.record_text import RecordText
from app.web.contributing.form.completion import OWN_WORD
from app.web.contributing.form.notation import NO, YES, Notation
from app.web.contributing.form.reader import MAX_ROWS
from app.web.contributing.form.steps import (
    REFERENCES,
    SOURCES,
    Entry,
    Widget,
    by_municipality,
    entries,
    is_asked,
    is_empty,
    is_needed,
    name_of,
    preset,
    widget,
)
from app.web.shell.wording import _

SILENT = frozenset({Widget.SOURCES, Widget.KEPT})
"""Controls of a group that are not entries."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ControlRow:
    """One row of a list with its controls; `number` counts from 1, `title` says what was entered first."""

    name: str
    number: int
    title: str
    controls: tuple[Control, ...]

    @property
    def id(self) -> str:
        return control_id(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control, group or list; `name` is the dotted path of its value.

    `asked`: required unless one of `instead` is given. `folded`: shown on demand. `offered`, `open`: visible but
    optional. `errors` say how to correct the value, `item_label` names a row, `full` lists take no more rows,
    `fallback` is what holds without a choice, and with `suggests` a text can be made from others.
    """

    name: str
    widget: Widget
    label: str
    help: str = ""
    example: str = ""
    value: str = ""
    asked: bool = False
    folded: bool = False
    errors: tuple[str, ...] = ()
    options: tuple[Option, ...] = ()
    controls: tuple[Control, ...] = ()
    rows: tuple[ControlRow, ...] = ()
    max_length: int | None = None
    item_label: str = ""
    full: bool = False
    fallback: str = ""
    open: bool = False
    suggests: bool = False
    offered: bool = False
    instead: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        return control_id(self.name)

    @property
    def single(self) -> bool:
        """Tell whether a group consists of one entry, which goes by the group's name."""
        return self.widget is Widget.GROUP and len([c for c in self.controls if c.widget not in SILENT]) == 1

    @property
    def chosen(self) -> tuple[Option, ...]:
        return tuple(option for option in self.options if option.chosen)

    @property
    def filled(self) -> bool:
        chosen = any(option.value for option in self.chosen)
        return bool(self.value or self.rows) or chosen or any(control.filled for control in self.controls)

    @property
    def has_errors(self) -> bool:
        inner = (*self.controls, *(control for row in self.rows for control in row.controls))
        return bool(self.errors) or any(control.has_errors for control in inner)


def with_errors(control: Control, errors: Mapping[str, tuple[str, ...]]) -> Control:
    """Return a control that shows sentences by the name of the control they are about; one in it makes it unfold."""

    def inside(controls: Iterable[Control]) -> tuple[Control, ...]:
        return tuple(with_errors(each, errors) for each in controls)

    inner, rows = inside(control.controls), tuple(replace(row, controls=inside(row.controls)) for row in control.rows)
    done = replace(control, errors=errors.get(control.name, ()), controls=inner, rows=rows)
    return replace(done, folded=done.folded and not done.has_errors)


def control_id(name: str) -> str:
    """Return the id of the element that shows the value at a path."""
    return f"feld-{name.replace('.', '-').replace('_', '-')}"


_Object = Mapping[str, JsonValue]
_TITLE_LENGTH = 60
_HOLDERS = frozenset({Widget.GROUP, Widget.ROWS, Widget.CHOICES, Widget.SOURCES})
BASIS = "basis"
"""Key in the draft beside the record."""
FIELD = "grundlage"
"""Name of the list to choose from."""


@dataclass(frozen=True, slots=True)
class FormBuilder:
    """Builds the form of one text. `unsourced` describes the default source of claims; if "", each must name one."""

    kind: KindSchema
    notation: Notation
    vocabularies: Mapping[str, Vocabulary]
    text: RecordText
    unsourced: str = ""
    edit: bool = False

    def controls(self, step: str) -> tuple[Control, ...]:
        return tuple(self._entry(entry, step) for entry in entries(self.kind, step))

    def _entry(self, entry: Entry, step: str) -> Control:
        required = is_asked(entry, self.text.front, edit=self.edit)
        if isinstance(entry, SectionSpec):
            value = self.text.sections.get(entry.id, "")
            control = Control(
                name=name_of(entry),
                widget=Widget.MARKDOWN,
                label=entry.label(self.notation.lang),
                help=entry.help(self.notation.lang),
                example=entry.example or "",
                value=value,
                asked=required,
            )
            stays = required or bool(entry.unknown) or bool(value.strip())
        else:
            stored = self.text.front.get(entry.key)
            control = self.control(entry, entry.key, stored, asked=required)
            control = replace(control, offered=entry.shown and not required)
            stays = required or entry.shown or entry.unknown is not None
            stays = stays or (not is_empty(stored) and entry.key != SOURCES)
            stays = stays or (entry.key == SOURCES and entry.step == step)
        return replace(control, folded=not stays)

    def control(self, spec: FieldSpec, name: str, stored: JsonValue, *, asked: bool) -> Control:
        kind = widget(spec)
        shown = self.notation.shown(spec, stored) if kind not in _HOLDERS else ""
        # A row goes by the name of its list's items, else by that of its first part.
        parts = spec.items.properties if spec.items else ()
        named = (spec.items if spec.items and spec.items.labels else parts[0]) if parts else None
        return Control(
            name=name,
            widget=kind,
            label=spec.label(self.notation.lang),
            help=spec.help(self.notation.lang),
            example=spec.example or "",
            value=shown,
            asked=asked and kind not in (Widget.GROUP, Widget.ROWS),
            options=tuple(self._options(spec, kind, stored)),
            controls=self._group(spec, name, stored, asked=asked or not is_empty(stored))
            if kind is Widget.GROUP
            else (),
            rows=tuple(self._rows(spec, name, stored, asked=asked)) if kind is Widget.ROWS else (),
            max_length=spec.max_length,
            item_label=named.label(self.notation.lang) if named else "",
            open=spec.own is not None or spec.shown,
            suggests=bool(spec.suggest) and not shown,
            fallback=self.unsourced if kind is Widget.SOURCES else "",
            full=isinstance(stored, LIST) and len(stored) >= (spec.max_items or MAX_ROWS),
        )

    def _group(self, spec: FieldSpec, name: str, stored: JsonValue, *, asked: bool) -> tuple[Control, ...]:
        value = cast("_Object", stored) if isinstance(stored, OBJECT) else {}
        parts = tuple(self._parts(spec.properties, name, value, asked=asked))
        if len(seen := [part for part in parts if part.widget not in SILENT]) != 1:
            return parts
        # A group of one entry goes by one name, its own.
        named = replace(
            seen[0], label=spec.label(self.notation.lang), help=spec.help(self.notation.lang) or seen[0].help
        )
        return tuple(named if part is seen[0] else part for part in parts)

    def _rows(self, spec: FieldSpec, name: str, stored: JsonValue, *, asked: bool) -> Iterator[ControlRow]:
        rows = list(stored) if isinstance(stored, LIST) else []
        # Empty rows invite to write; they vanish again when nothing was written, and only the first is asked for.
        parts = spec.items.properties if spec.items else ()
        rows = rows or ([preset(parts)] * spec.rows if asked or spec.shown else [])
        offered = spec.shown and is_empty(stored)
        for number, row in enumerate(rows):
            value = cast("_Object", row) if isinstance(row, OBJECT) else {}
            inner = f"{name}.{number}"
            needed = (asked or not offered) and not (number and is_empty(row))
            controls = tuple(self._parts(parts, inner, value, asked=needed))
            yield ControlRow(name=inner, number=number + 1, title=_title(value, parts), controls=controls)

    def _parts(self, parts: Sequence[FieldSpec], name: str, value: _Object, *, asked: bool) -> Iterator[Control]:
        own = by_municipality(self.text.front)
        for part in parts:
            if widget(part) is not Widget.CONSTANT:
                needed = is_needed(part, value) and not (own and part.own is not None)
                made = self.control(part, f"{name}.{part.key}", value.get(part.key), asked=asked and needed)
                labels = tuple(other.label(self.notation.lang) for other in parts if other.key in part.unless)
                yield replace(made, open=made.open or needed, instead=labels if made.asked else ())

    def _options(self, spec: FieldSpec, kind: Widget, stored: JsonValue) -> Iterator[Option]:
        if kind is Widget.SELECT:
            chosen = "" if stored is None else self.notation.shown(spec, stored)
            yield Option(value="", label=_("please choose"), chosen=not chosen)
            yield from _with_unknown(self._choices(spec), [chosen] if chosen else [])
        elif kind in (Widget.CHOICES, Widget.SOURCES):
            now = [str(item) for item in stored] if isinstance(stored, LIST) else []
            sources = kind is Widget.SOURCES
            found = [(one.value, one.label) for one in source_options(self.text)] if sources else self._choices(spec)
            yield from _with_unknown(found, now)

    def _choices(self, spec: FieldSpec) -> list[tuple[str, str]]:
        if spec.type == "boolean":
            return [(YES, _("yes")), (NO, _("no"))]
        if vocabulary := self.vocabularies.get(spec.vocabulary or ""):
            return [(concept.id, concept.label(self.notation.lang)) for concept in vocabulary.concepts]
        choices = spec.choices or (spec.items.choices if spec.items else ())
        return [(str(choice.value), choice.label(self.notation.lang)) for choice in choices]


def source_options(text: RecordText) -> tuple[Option, ...]:
    """Return the sources of a text, each with its key and its title."""
    rows = text.front.get(SOURCES)
    entries = [cast("_Object", row) for row in rows if isinstance(row, OBJECT)] if isinstance(rows, LIST) else []

    def label(row: _Object) -> str:
        title, publisher = str(row.get("title") or row["key"]), str(row.get("publisher") or "")
        return f"{title} ({publisher})" if publisher else title

    return tuple(Option(value=str(row["key"]), label=label(row)) for row in entries if row.get("key"))


def _with_unknown(known: Sequence[tuple[str, str]], chosen: Sequence[str]) -> Iterator[Option]:
    """Yield all options, followed by chosen values that are not offered any more."""
    values = {value for value, _label in known}
    for value, label in (*known, *((value, value) for value in chosen if value not in values)):
        yield Option(value=value, label=label, chosen=value in chosen)


def _title(row: _Object, parts: Sequence[FieldSpec]) -> str:
    """Return the first text of a row, which is what people know it by; how files name a record is for none to read."""
    named = (part for part in parts if widget(part) in (Widget.TEXT, Widget.LONG) and part.key not in REFERENCES)
    found = next((text for text in (row.get(part.key) for part in named) if isinstance(text, str) and text), "")
    return found if len(found) <= _TITLE_LENGTH else f"{found[: _TITLE_LENGTH - 1].rstrip()}…"


def chosen_basis(extra: Mapping[str, JsonValue], text: RecordText) -> str:
    """Return the key of the chosen source, OWN_WORD where none was chosen or it is gone."""
    wanted = extra.get(BASIS)
    return next((option.value for option in source_options(text) if option.value == wanted), OWN_WORD)


def with_basis(extra: Mapping[str, JsonValue], key: str) -> dict[str, JsonValue]:
    """Return the extra data of a draft with the chosen source."""
    rest = {name: value for name, value in extra.items() if name != BASIS}
    return rest if key in ("", OWN_WORD) else {**rest, BASIS: key}
