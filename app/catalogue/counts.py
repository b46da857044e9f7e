"""How many records of each node are visible here, counted by the database, so that nobody reads a line for each."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from app.catalogue.queries import CatalogueQueries, of_kinds
from app.database import Sessions
from app.records.recent import Recent

_KEPT = 4


class Counts:
    """Counted once after each change, however often they are asked for."""

    def __init__(self, sessions: Sessions, last_seq: Callable[[], int]) -> None:
        """`last_seq` gives the last change number of all records."""
        self._last_seq = last_seq
        self._queries = CatalogueQueries(sessions)
        self._kept: Recent[tuple[int, frozenset[str]], Mapping[str, int]] = Recent(_KEPT)

    def by_origin(self, kinds: Collection[str]) -> Mapping[str, int]:
        """Return how many records of these kinds there are of each node, this one's under `OWN`."""
        wanted = frozenset(kinds)
        return self._kept.get((self._last_seq(), wanted), lambda: self._queries.visible_counts(of_kinds(wanted)))
