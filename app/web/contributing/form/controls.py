"""The controls of the form as values for its template: which one a value of the schema gets, and what it holds."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from app.web.contributing.form.steps import Widget

SILENT = frozenset({Widget.SOURCES, Widget.KEPT})
"""What stands beside the entries of a group without being one."""


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
        """Return the id of the row's element."""
        return control_id(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control, or a group or list of them.

    `name` is the dotted path of its value. `asked` entries must be made before a record is sent, unless one of
    `instead` is; `folded` ones are shown on demand, `offered` ones in sight although nobody must make them. `errors`
    say in words what to do about the value. `item_label` names one row of a list, and a `full` list takes no more.
    `fallback` says what holds where nothing is chosen. An `open` part of a row stands in sight although nobody is
    asked for it; `suggests`: a text can be made from what was written elsewhere.
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
        """Return the id of the control's element."""
        return control_id(self.name)

    @property
    def single(self) -> bool:
        """Tell whether a group consists of one entry, which goes by the group's name."""
        return self.widget is Widget.GROUP and len([c for c in self.controls if c.widget not in SILENT]) == 1

    @property
    def chosen(self) -> tuple[Option, ...]:
        """Return the options that are chosen."""
        return tuple(option for option in self.options if option.chosen)

    @property
    def filled(self) -> bool:
        """Tell whether anything was entered."""
        chosen = any(option.value for option in self.chosen)
        return bool(self.value or self.rows) or chosen or any(control.filled for control in self.controls)

    @property
    def has_errors(self) -> bool:
        """Tell whether anything in it must be mended."""
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
