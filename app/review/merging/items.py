# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lists of objects that carry an identity, such as lessons and sources, merge item by item."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.content.json_value import LIST, OBJECT, JsonValue

_IDENTITY = ("id", "key", "file", "lang", "target")


@dataclass(frozen=True, slots=True)
class MergedItems:
    """The list that holds what both sides did."""

    items: list[JsonValue]


def merge_items(base: JsonValue, published: JsonValue, proposed: JsonValue) -> MergedItems | None:
    """Return the merged list, in the proposed order with what was published meanwhile last.

    None where the lists carry no identity, or both sides changed one item in different ways.
    """
    name = next((n for n in _IDENTITY if all(_identified(v, n) for v in (base, published, proposed))), None)
    if name is None:
        return None
    before, ours, theirs = (_by_identity(value, name) for value in (base, published, proposed))
    merged: list[JsonValue] = []
    for key in [*theirs, *(key for key in ours if key not in theirs)]:
        sides = (before.get(key), ours.get(key), theirs.get(key))
        if not _agree(*sides):
            return None
        chosen = _chosen(*sides)
        if chosen is not None:
            merged.append(chosen)
    return MergedItems(merged)


def _identified(value: JsonValue, name: str) -> bool:
    if value is None:
        return True
    if not isinstance(value, LIST):
        return False
    keys = [item.get(name) if isinstance(item, OBJECT) else None for item in value]
    return all(isinstance(key, str) for key in keys) and len(set(keys)) == len(keys)


def _by_identity(value: JsonValue, name: str) -> dict[str, Mapping[str, JsonValue]]:
    items = value if isinstance(value, LIST) else ()
    return {str(item[name]): item for item in items if isinstance(item, OBJECT)}


_Item = Mapping[str, JsonValue] | None


def _agree(before: _Item, ours: _Item, theirs: _Item) -> bool:
    return ours == theirs or before in (ours, theirs)


def _chosen(before: _Item, ours: _Item, theirs: _Item) -> _Item:
    return ours if theirs == before else theirs
