# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of places a node works with, the one that comes with the program or its own, ordered for look-up."""

from __future__ import annotations

import heapq
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from threading import Lock

import structlog

from app.kickoff.places.entry import Attribution, PlaceEntry, attribution_of
from app.kickoff.places.names import FORMS_OF_ADDRESS, folded, proper_name, spellings
from app.kickoff.places.table import PlaceListInvalid, read_places
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


OWN_FILE = "places.csv"
"""Name of a node's own list in its data folder."""
SHIPPED = Path(__file__).parent / "data" / "places.csv"

_log = structlog.get_logger(__name__)
_Stamp = tuple[int, int]


class PlaceDirectory:
    """Places by name and official key.

    Reads its file at the first question. A node's own file takes precedence and is taken up, changed or
    deleted, without a restart; one that cannot be read is logged and the shipped list used.
    """

    def __init__(self, own: Path | None) -> None:
        self._own = own
        self._lock = Lock()
        self._held: tuple[_Stamp | None, PlaceIndex] | None = None

    def find(self, prefix: str, limit: int = 10) -> tuple[PlaceEntry, ...]:
        """Return at most `limit` places whose name, or a word in it, begins with `prefix`.

        Case, umlauts, accents and punctuation make no difference, nor does a leading "Stadt" or "Landkreis". The exact
        name comes first, then names that begin so, then words; among these municipalities before their parts,
        larger places before smaller ones.
        """
        return self._index().find(prefix, limit)

    def get(self, ars: str) -> PlaceEntry | None:
        """Return the place with this official key (AGS, district key or ARS of 12 digits), or None."""
        return self._index().get(ars)

    def told_apart_by(self, entry: PlaceEntry) -> tuple[str, ...]:
        """Fields to show beside the name: () where it is unique, else some of state, within, near, population."""
        return self._index().told_apart_by(entry)

    def attributions(self) -> tuple[Attribution, ...]:
        """The sources of the list in use, to be named wherever it is shown."""
        return tuple(attribution_of(source, as_of or None) for source, as_of in self._index().sources)

    def __len__(self) -> int:
        return len(self._index())

    def _index(self) -> PlaceIndex:
        stamp = self._stamp()
        held = self._held
        if held is None or held[0] != stamp:
            with self._lock:
                held = self._held
                if held is None or held[0] != stamp:
                    held = self._held = (stamp, self._read(stamp))
        return held[1]

    def _stamp(self) -> _Stamp | None:
        if self._own is None:
            return None
        try:
            status = self._own.stat()
        except FileNotFoundError:
            return None
        return status.st_mtime_ns, status.st_size

    def _read(self, stamp: _Stamp | None) -> PlaceIndex:
        if self._own is None or stamp is None:
            return _shipped()
        try:
            return PlaceIndex(read_places(self._own))
        except (PlaceListInvalid, OSError) as error:
            # Nobody who looks for a place can mend this, and the shipped list serves them.
            _log.warning("places.unreadable", file=str(self._own), reason=repr(error))
            return _shipped()


@cache
def _shipped() -> PlaceIndex:
    # It comes with the program and stays as it is while that runs.
    return PlaceIndex(read_places(SHIPPED))
