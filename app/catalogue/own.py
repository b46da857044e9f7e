"""Queries on this node's own visible records, which other nodes' changes do not affect, and counts of all nodes'."""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement
from sqlmodel import col

from app.catalogue.edits import Edits
from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import OWN, VersionRow
from app.catalogue.queries import CatalogueQueries, from_here, of_kinds
from app.database import Sessions
from app.shared.kept import Recent

_BATCH_SIZE = 100
"""Rows read at a time if the number needed is unknown."""
_CACHE_SIZE = 20


class OwnRecords:
    """The visible version of each own record, in order of change or of identifier."""

    def __init__(self, sessions: Sessions, edits: Edits, state: Callable[[], int]) -> None:
        """`state` returns the last change number of all records; the last own one is cached until it changes."""
        self._state = state
        self._last = -1, 0
        self._queries = CatalogueQueries(sessions)
        self._edits = edits
        self._counts: Recent[tuple[int, frozenset[str]], Mapping[str, int]] = Recent(_CACHE_SIZE)

    def last_seq(self) -> int:
        """Return the last change number of an own record; while it is the same, so are all answers of this class."""
        seq, last = self._state(), self._last
        if last[0] != seq:
            last = self._last = seq, self._queries.last_seq(from_here())
        return last[1]

    def newest(
        self, kinds: Collection[str], limit: int, before: int | None = None, skip: int = 0
    ) -> tuple[CatalogueEntry, ...]:
        """Return up to `limit` records changed last, newest first; with `before`, only those below that number."""
        conditions = () if before is None else (col(VersionRow.seq) < before,)
        return self._part(kinds, conditions, col(VersionRow.seq).desc(), limit, skip)

    def newest_edits(self, kinds: Collection[str]) -> Iterator[tuple[CatalogueEntry, CatalogueEntry]]:
        """Yield records, each with its last edit, sorted by edit, newest first."""
        return self._edits.newest(self._newest_first(kinds))

    def by_id(self, kinds: Collection[str], after: str = "") -> Iterator[CatalogueEntry]:
        """Yield the records with identifiers above `after`, sorted by identifier."""
        identifier = col(VersionRow.record_id)
        while part := self._part(kinds, (identifier > after,), identifier.asc(), _BATCH_SIZE):
            yield from part
            after = part[-1].id

    def count(self, kinds: Collection[str]) -> int:
        """Return the number of own records of these kinds."""
        wanted = frozenset(kinds)
        counted = partial(self._queries.visible_counts, *_of(wanted))
        return self._counts.get((self.last_seq(), wanted), counted).get(OWN, 0)

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
    """Numbers of records, counted once after each change."""

    def __init__(self, sessions: Sessions, last_seq: Callable[[], int]) -> None:
        """`last_seq` returns the last change number of all records."""
        self._last_seq = last_seq
        self._queries = CatalogueQueries(sessions)
        self._kept: Recent[tuple[int, frozenset[str]], Mapping[str, int]] = Recent(_CACHE_SIZE)

    def by_origin(self, kinds: Collection[str]) -> Mapping[str, int]:
        """Return the number of records of these kinds by node, this one's under `OWN`."""
        wanted = frozenset(kinds)
        return self._kept.get((self._last_seq(), wanted), lambda: self._queries.visible_counts(of_kinds(wanted)))
