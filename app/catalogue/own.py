"""What is visible of each node's records, a part at a time and by key, so that nobody reads all to show some.

Whoever shows a part of this node's own records depends on them alone: what other nodes publish changes nothing there.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from app.catalogue.edits import Edits
from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import VersionRow
from app.catalogue.queries import CatalogueQueries, from_here, of_kinds
from app.database import Sessions
from app.shared.kept import Recent

_BATCH_SIZE = 100
"""Rows read at a time where nobody knows how many will be wanted."""
_CACHE_SIZE = 20


class OwnRecords:
    """The visible version of each, in the order of change or of the identifiers."""

    def __init__(self, sessions: Sessions, edits: Edits, state: Callable[[], int]) -> None:
        """`state` gives the last change number of all records; as long as it stays, so does the last own one."""
        self._state = state
        self._last = -1, 0
        self._queries = CatalogueQueries(sessions)
        self._edits = edits
        self._counts: Recent[tuple[int, frozenset[str], int], Mapping[str, int]] = Recent(_CACHE_SIZE)

    def last_seq(self) -> int:
        """Return the number of the last change of an own record; as long as it stays, so does all that is told here."""
        seq, last = self._state(), self._last
        if last[0] != seq:
            last = self._last = seq, self._queries.last_seq(from_here())
        return last[1]

    def newest(
        self, kinds: Collection[str], limit: int, before: int | None = None, skip: int = 0
    ) -> tuple[CatalogueEntry, ...]:
        """Return up to `limit` records that changed last, the newest first; with `before` those below that number."""
        conditions = () if before is None else (col(VersionRow.seq) < before,)
        return self._part(kinds, conditions, col(VersionRow.seq).desc(), limit, skip)

    def newest_edits(self, kinds: Collection[str]) -> Iterator[tuple[CatalogueEntry, CatalogueEntry]]:
        """Yield records, each with its last edit, in the order of the edits, the newest first."""
        return self._edits.newest(self._newest_first(kinds))

    def by_id(self, kinds: Collection[str], after: str = "", below: str = "") -> Iterator[CatalogueEntry]:
        """Yield the records with an identifier above `after` (and below another one) in the order of these."""
        limits = (col(VersionRow.record_id) < below,) if below else ()
        while part := self._part(
            kinds, (col(VersionRow.record_id) > after, *limits), col(VersionRow.record_id).asc(), _BATCH_SIZE
        ):
            yield from part
            after = part[-1].id

    def count(self, kinds: Collection[str]) -> int:
        """Return how many there are."""
        return sum(self.beginnings(kinds, 0).values())

    def beginnings(self, kinds: Collection[str], length: int) -> Mapping[str, int]:
        """Return with which so many characters identifiers begin, and how many with each."""
        wanted = frozenset(kinds)
        counted = partial(self._queries.visible_beginnings, length, *_of(wanted))
        return self._counts.get((self.last_seq(), wanted, length), counted)

    def _newest_first(self, kinds: Collection[str]) -> Iterator[CatalogueEntry]:
        before: int | None = None
        while part := self.newest(kinds, _BATCH_SIZE, before):
            yield from part
            before = part[-1].seq

    def _part(
        self,
        kinds: Collection[str],
        conditions: tuple[ColumnElement[bool], ...],
        order: ColumnElement[Any],
        limit: int,
        skip: int = 0,
    ) -> tuple[CatalogueEntry, ...]:
        return self._queries.visible_part(order, limit, skip, *_of(kinds), *conditions)


def _of(kinds: Collection[str]) -> tuple[ColumnElement[bool], ...]:
    return from_here(), of_kinds(kinds)


class Counts:
    """Counted once after each change, however often they are asked for."""

    def __init__(self, sessions: Sessions, last_seq: Callable[[], int]) -> None:
        """`last_seq` gives the last change number of all records."""
        self._last_seq = last_seq
        self._queries = CatalogueQueries(sessions)
        self._kept: Recent[tuple[int, frozenset[str]], Mapping[str, int]] = Recent(_CACHE_SIZE)

    def by_origin(self, kinds: Collection[str]) -> Mapping[str, int]:
        """Return how many records of these kinds there are of each node, this one's under `OWN`."""
        wanted = frozenset(kinds)
        return self._kept.get((self._last_seq(), wanted), lambda: self._queries.visible_counts(of_kinds(wanted)))
