# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The five steps of the form, and what belongs to each."""

from __future__ import annotations

from app.content.schema import FieldSpec, KindSchema, SectionSpec
from app.errors import NotFound

STEPS = {"about": "worum", "done": "vorgehen", "outcome": "ergebnis", "learned": "lehren", "reuse": "nachnutzung"}
"""Steps as the schemas name them, with their place in addresses, in order."""

SOURCES = "sources"
MEDIA = "media"
BODY = "body."
SECTION = "body.{}"
_HIDDEN = "hidden"

Entry = FieldSpec | SectionSpec


class StepUnknown(NotFound):
    """No step of the form stands at this address."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


def step_at(address: str) -> str:
    """Return the step whose place in addresses this is; raises StepUnknown."""
    for step, place in STEPS.items():
        if place == address:
            return step
    raise StepUnknown(address)


def name_of(entry: Entry) -> str:
    """Return the name of a field or section in the form."""
    return SECTION.format(entry.id) if isinstance(entry, SectionSpec) else entry.key


def entries(kind: KindSchema, step: str) -> tuple[Entry, ...]:
    """Return the fields and sections of a step in the order of the form, the list of sources last.

    Sources stand in each step, because whoever enters a claim must be able to name its source at once.
    """
    fields: list[Entry] = [
        spec for spec in kind.fields if spec.step == step and spec.widget != _HIDDEN and spec.key != SOURCES
    ]
    sections: list[Entry] = [section for section in kind.sections if section.step == step]
    ordered = sorted(sections + fields, key=_place)
    return (*ordered, kind.by_key[SOURCES])


def steps_of(kind: KindSchema) -> tuple[str, ...]:
    """Return the steps in which a kind of record asks for something beside its sources; a question has few."""
    return tuple(step for step in STEPS if len(entries(kind, step)) > 1)


def step_of(kind: KindSchema, path: str) -> str:
    """Return the step in which the value at a path is entered, "" where no step shows it."""
    if path.startswith(BODY):
        section = kind.section(path.removeprefix(BODY))
        return (section.step if section else None) or ""
    spec = kind.by_key.get(path.partition(".")[0])
    return (spec.step if spec and spec.widget != _HIDDEN else None) or ""


def _place(entry: Entry) -> int:
    return entry.place if isinstance(entry, SectionSpec) else entry.order
