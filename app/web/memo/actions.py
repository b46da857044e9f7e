# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the buttons of the memo's form do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from app.kickoff.memo import ExportKind


class Action(StrEnum):
    """A button; the value is what it sends. `REMOVE`, `RENEW` and `ADD` name a find or hit behind a colon."""

    UPDATE = "aktualisieren"
    SAVE = "speichern"
    JSON = "json"
    EXPORT = "herunterladen"
    SEARCH = "suchen"
    ADD = "aufnehmen"
    REMOVE = "entfernen"
    RENEW = "erneuern"
    FORGET_GOALS = "ziele-entfernen"


@dataclass(frozen=True, slots=True)
class Pressed:
    """The button that was pressed, and what it is about."""

    action: Action
    argument: str = ""

    @property
    def number(self) -> int:
        """The number of a find, -1 where there is none."""
        return int(self.argument) if self.argument.isascii() and self.argument.isdigit() else -1


def pressed(value: str) -> Pressed:
    """Read what a button sent; whatever is no button only brings the page up to date."""
    name, _colon, argument = value.partition(":")
    if name == Action.EXPORT and argument not in set(ExportKind):
        return Pressed(Action.UPDATE)
    return Pressed(Action(name), argument[:400]) if name in set(Action) else Pressed(Action.UPDATE)
