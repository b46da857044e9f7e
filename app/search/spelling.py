# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Did you mean: the nearest written word that the corpus really uses."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

FIRST_DISTANCE_TWO = 8
"""From this length on two slips are forgiven, below one."""
SHORTEST = 4


@dataclass(frozen=True, slots=True)
class _Entry:
    folded: str
    written: str
    count: int
    letters: int


class Speller:
    """Corrects words against those of the corpus. Build once per index state."""

    def __init__(self, words: Mapping[str, int]) -> None:
        """`words`: written word -> number of records that use it; the caller leaves rare ones out."""
        best: dict[str, _Entry] = {}
        for written, count in words.items():
            folded = written.lower()
            known = best.get(folded)
            if known is None or known.count < count:
                best[folded] = _Entry(folded, written, count, _letters(folded))
        self._known = best
        self._by_length: dict[int, list[_Entry]] = {}
        for entry in best.values():
            self._by_length.setdefault(len(entry.folded), []).append(entry)

    def correct(self, word: str) -> str | None:
        """The most used word within one or two slips, or None; a known word needs no correction."""
        folded = word.lower()
        if folded in self._known or len(folded) < SHORTEST:
            return None
        allowed = 2 if len(folded) >= FIRST_DISTANCE_TWO else 1
        best: tuple[int, int, str] | None = None
        for entry in self._near(folded, allowed):
            distance = edit_distance(folded, entry.folded, allowed)
            if distance <= allowed:
                candidate = (distance, -entry.count, entry.written)
                best = candidate if best is None else min(best, candidate)
        return best[2] if best else None

    def _near(self, folded: str, allowed: int) -> list[_Entry]:
        # Words whose sets of letters differ in more than two letters per slip cannot be near: this
        # leaves a few of twenty thousand for the exact measure.
        letters = _letters(folded)
        return [
            entry
            for length in range(len(folded) - allowed, len(folded) + allowed + 1)
            for entry in self._by_length.get(length, ())
            if (entry.letters ^ letters).bit_count() <= 2 * allowed
        ]


def _letters(word: str) -> int:
    bits = 0
    for letter in word:
        bits |= 1 << (ord(letter) & 63)
    return bits


def edit_distance(left: str, right: str, limit: int) -> int:
    """Optimal string alignment distance (insert, delete, replace, swap neighbours), or `limit` + 1 if more."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, last = last, current
    return min(last[-1], limit + 1)
