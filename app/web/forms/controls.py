# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The controls of a form as values for templates."""

from __future__ import annotations

from dataclasses import dataclass, replace

from app.web.forms.widgets import Widget

SILENT = frozenset({Widget.SOURCES, Widget.KEPT})
"""What stands beside the entries of a group without being one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """One thing to choose."""

    value: str
    label: str
    chosen: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """One row of a list with its controls; `number` counts from 1, `title` says what was entered first."""

    name: str
    number: int
    title: str
    controls: tuple[Control, ...]
    is_last: bool = False

    @property
    def id(self) -> str:
        """Return the id of the row's element."""
        return control_id(self.name)


@dataclass(frozen=True, slots=True, kw_only=True)
class Control:
    """One control, or a group or list of them.

    `name` is the dotted path of its value. `asked` entries must be made before a record is sent; `folded` ones are
    shown on demand. `errors` say in words what to do about the value. `item_label` names one row of a list, and a
    `full` list takes no more. `fallback` says what holds where nothing is chosen. An `open` part of a row stands in
    sight although nobody is asked for it; `suggests`: a text can be made from what was written elsewhere.
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
    rows: tuple[Row, ...] = ()
    max_length: int | None = None
    item_label: str = ""
    full: bool = False
    fallback: str = ""
    open: bool = False
    suggests: bool = False

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
    def unfolded(self) -> Control:
        """Return the same control as it looks once it is opened."""
        return replace(self, folded=False)

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


def control_id(name: str) -> str:
    """Return the id of the element that shows the value at a path."""
    return f"feld-{name.replace('.', '-').replace('_', '-')}"
