# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which object of the new list is which of the old one."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from app.content.json_value import JsonValue, walk

Item = Mapping[str, JsonValue]

_IDENTITY = ("id", "key", "file", "lang", "target")
_ALIKE = 0.35
"""Share of words in common from which two objects count as one that was changed."""


def match_items(old: Sequence[Item], new: Sequence[Item]) -> list[tuple[int | None, int | None]]:
    """Return pairs of positions in the order of the new list, what was removed last; None stands for no partner.

    Objects with an identity (`id`, `key` …) are matched by it alone; others first by equality, then by likeness.
    """
    partner = _by_identity(old, new)
    if partner is None:
        partner = _by_equality(old, new)
        _by_likeness(old, new, partner)
    pairs: list[tuple[int | None, int | None]] = [(partner.get(index), index) for index in range(len(new))]
    taken = set(partner.values())
    return pairs + [(index, None) for index in range(len(old)) if index not in taken]


def _by_identity(old: Sequence[Item], new: Sequence[Item]) -> dict[int, int] | None:
    for name in _IDENTITY:
        left = {str(item.get(name)): index for index, item in enumerate(old) if name in item}
        right = [str(item.get(name)) for item in new if name in item]
        if len(left) == len(old) and len(right) == len(new) == len(set(right)):
            return {index: left[value] for index, value in enumerate(right) if value in left}
    return None


def _by_equality(old: Sequence[Item], new: Sequence[Item]) -> dict[int, int]:
    partner: dict[int, int] = {}
    free = list(range(len(old)))
    for index, item in enumerate(new):
        same = next((candidate for candidate in free if old[candidate] == item), None)
        if same is not None:
            partner[index] = same
            free.remove(same)
    return partner


def _by_likeness(old: Sequence[Item], new: Sequence[Item], partner: dict[int, int]) -> None:
    taken = set(partner.values())
    left = {index: _words(item) for index, item in enumerate(old) if index not in taken}
    right = {index: _words(item) for index, item in enumerate(new) if index not in partner}
    scored = [(_likeness(left[i], right[j]), -abs(i - j), i, j) for i in left for j in right]
    for score, _, i, j in sorted(scored, reverse=True):
        if score >= _ALIKE and i in left and j in right:
            partner[j] = i
            del left[i], right[j]


def _words(item: Item) -> frozenset[str]:
    values = (value for _, value in walk(item) if isinstance(value, str | int | float))
    return frozenset(word for value in values for word in re.findall(r"\w+", str(value).lower()))


def _likeness(old: frozenset[str], new: frozenset[str]) -> float:
    both = len(old | new)
    return len(old & new) / both if both else 1.0
