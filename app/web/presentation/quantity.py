# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A number with its unit, its date and who says so, as one line."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.json_value import JsonValue
from app.content.schema import FieldSpec
from app.web import formats
from app.web.wording import _

PARTS = frozenset({"value", "unit", "date", "self_reported"})
"""The parts of an object that `in_one_line` puts into words."""


def is_quantity(spec: FieldSpec) -> bool:
    """Tell whether the schema lets an object carry a number with a unit."""
    return spec.part("value") is not None and spec.part("unit") is not None


def in_one_line(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the line, for example "34 members · as of December 2021"; empty where nothing is known."""
    words = (*_number(item), *_as_of(item), *self_reported(item))
    return (" · ".join(words),) if words else ()


def self_reported(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    """Return the words that mark what only those involved say; empty for anything else."""
    return (_("according to those involved"),) if item.get("self_reported") is True else ()


def _number(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    value = item.get("value")
    if not isinstance(value, int | float):
        return ()
    return (f"{formats.number(value)} {item.get('unit', '')}".strip(),)


def _as_of(item: Mapping[str, JsonValue]) -> tuple[str, ...]:
    if "date" not in item:
        return ()
    date = str(item["date"])
    return (_("date unknown") if date == formats.UNKNOWN else _("as of %(date)s", date=formats.day(date)),)
