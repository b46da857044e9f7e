# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Finds places by the beginning of their name or of a word in it."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence

from app.kickoff.places.entry import PlaceEntry
from app.kickoff.places.naming import proper_name
from app.kickoff.places.spelling import FORMS_OF_ADDRESS, folded, spellings
from app.official_key import shortest

LONGEST_QUERY = 100
_WHOLE, _PROPER, _WORD = range(3)
_TELLING = ("state", "within", "near", "population")
_DISTRICT_WORDS = frozenset({"kreis", "landkreis"})

_Key = tuple[str, int, int]
"""A name from one of its words on, where that word stands (_WHOLE, _PROPER, _WORD), number of the entry."""


class PlaceIndex:
    """A list of places in memory, ordered for look-up; unchangeable and safe for threads."""

    def __init__(self, entries: Sequence[PlaceEntry]) -> None:
        self._entries = entries
        self._keys = sorted(key for number, entry in enumerate(entries) for key in _keys(number, entry.name))
        self._by_key = {shortest(entry.ars): entry for entry in entries if entry.ars}
        self.sources = tuple(sorted({(entry.source, entry.as_of or "") for entry in entries}))
        """Code and date of each source, the date empty where it has none."""

    def __len__(self) -> int:
        return len(self._entries)

    def __iter__(self) -> Iterator[PlaceEntry]:
        return iter(self._entries)

    def find(self, query: str, limit: int) -> tuple[PlaceEntry, ...]:
        """Return at most `limit` places, the best first; see PlaceDirectory.find."""
        wanted = folded(query[:LONGEST_QUERY])
        if not wanted or limit < 1:
            return ()
        found = self._ranked(wanted, limit, districts_first=False)
        first, _, rest = wanted.partition(" ")
        if found or not rest or first not in FORMS_OF_ADDRESS:
            return found
        return self._ranked(rest, limit, districts_first=first in _DISTRICT_WORDS)

    def get(self, ars: str) -> PlaceEntry | None:
        """Return the place with this official key in any of its lengths, or None."""
        return self._by_key.get(shortest(ars))

    def told_apart_by(self, entry: PlaceEntry) -> tuple[str, ...]:
        """Names of the fields that have to be shown so that this place is not taken for one of the same name."""
        rivals = [other for other in self._namesakes(entry) if other != entry]
        needed = []
        for field in _TELLING:
            value = getattr(entry, field)
            alike = [other for other in rivals if getattr(other, field) == value]
            if value is not None and len(alike) < len(rivals):
                needed.append(field)
                rivals = alike
        return tuple(needed)

    def _namesakes(self, entry: PlaceEntry) -> Iterator[PlaceEntry]:
        name = folded(entry.name)
        return (self._entries[number] for key, place, number in self._starting(name) if key == name and place == _WHOLE)

    def _starting(self, prefix: str) -> Iterable[_Key]:
        low = bisect_left(self._keys, (prefix, 0, 0))
        high = bisect_right(self._keys, prefix + "\U0010ffff", lo=low, key=lambda key: key[0])
        return self._keys[low:high]

    def _ranked(self, wanted: str, limit: int, *, districts_first: bool) -> tuple[PlaceEntry, ...]:
        closeness: dict[int, int] = {}
        for key, place, number in self._starting(wanted):
            rank = 0 if key == wanted and place == _WHOLE else 1 if place < _WORD else 2
            closeness[number] = min(rank, closeness.get(number, rank))

        def order(number: int) -> tuple[bool, int, bool, int, int]:
            entry = self._entries[number]
            district_later = districts_first and entry.kind != "district"
            # The list is sorted, so its order decides between places of equal size.
            return district_later, closeness[number], entry.is_part, -(entry.population or 0), number

        return tuple(self._entries[number] for number in heapq.nsmallest(limit, closeness, key=order))


def _keys(number: int, name: str) -> Iterator[_Key]:
    without_kind = proper_name(name)
    proper = () if without_kind == name else spellings(without_kind)
    for spelling in spellings(name):
        yield spelling, _WHOLE, number
        for start in (index + 1 for index, letter in enumerate(spelling) if letter == " "):
            rest = spelling[start:]
            yield rest, _PROPER if rest in proper else _WORD, number
