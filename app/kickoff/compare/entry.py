# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One stated thing in a comparison, taken from the front matter as it stands."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, cast

from app.content.json_value import JsonValue
from app.content.record import Record


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """`values` are raw values by field name, codes of the record schema among them; unstated ones are missing.

    `record` ("solution/<slug>") names the record that says so, and `sources` are keys of its sources.
    """

    record: str
    values: Mapping[str, JsonValue]
    sources: tuple[str, ...] = ()


def entry(record: Record, **values: JsonValue) -> tuple[Entry, ...]:
    """Return one entry of the values that are stated, or none."""
    stated = {name: value for name, value in values.items() if value is not None}
    return (Entry(record=record.ref, values=stated),) if stated else ()


def group(record: Record, key: str) -> tuple[Entry, ...]:
    """Return the object in the field `key` as an entry, or none."""
    value = record.data.get(key)
    return (_entry(record, cast("Mapping[str, Any]", value)),) if isinstance(value, Mapping) else ()


def listed(record: Record, key: str, *names: str) -> tuple[Entry, ...]:
    """Return the objects of the list in the field `key`, cut down to `names` where given."""
    return tuple(_each(record, key, names))


def _each(record: Record, key: str, names: tuple[str, ...]) -> Iterator[Entry]:
    for value in cast("tuple[Mapping[str, Any], ...]", record.data.get(key) or ()):
        chosen = {name: value[name] for name in names if name in value} if names else value
        yield _entry(record, {**chosen, "sources": value.get("sources", ())})


def _entry(record: Record, value: Mapping[str, Any]) -> Entry:
    values = {name: one for name, one in value.items() if name != "sources"}
    return Entry(record=record.ref, values=values, sources=tuple(value.get("sources", ())))
