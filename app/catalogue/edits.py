# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Since when a record says what it says: a version that only confirms the one before is no edit."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from heapq import heappop, heappush

from app.asked import Asked
from app.catalogue.entry import CatalogueEntry, State
from app.content.git.errors import ObjectUnreadable
from app.content.last_look import only_confirmed
from app.content.recent import Recent
from app.content.record import Record
from app.errors import Invalid, NotFound

_REMEMBERED = 4096


class Edits:
    """Finds the edit behind a version. What was found is kept, because a version and those before never change."""

    def __init__(
        self,
        asked: Asked,
        versions: Callable[[str, str], tuple[CatalogueEntry, ...]],
        record: Callable[[CatalogueEntry], Record],
    ) -> None:
        """`versions` gives all good versions of a record by identifier and origin, `record` the text of one."""
        self._asked = asked
        self._versions = versions
        self._record = record
        self._kept: Recent[CatalogueEntry, CatalogueEntry] = Recent(_REMEMBERED)

    def last(self, entry: CatalogueEntry) -> CatalogueEntry:
        """Return the last version up to `entry` that is not only a confirmation."""
        if entry.ver == 1:
            return entry
        # A version and those before it never change.
        with self._asked.silently():
            return self._kept.get(entry, lambda: self._found(entry))

    def newest(self, entries: Iterable[CatalogueEntry]) -> Iterator[tuple[CatalogueEntry, CatalogueEntry]]:
        """Yield versions, which come the newest first, each with its edit and in the order of the edits.

        An edit is never newer than what confirms it, so no more are looked at than may come first.
        """
        waiting: list[tuple[int, CatalogueEntry, CatalogueEntry]] = []
        for entry in entries:
            while waiting and -waiting[0][0] > entry.seq:
                yield heappop(waiting)[1:]
            edit = self.last(entry)
            # A row that was mended has a higher number than those after it.
            heappush(waiting, (-min(entry.seq, edit.seq), entry, edit))
        while waiting:
            yield heappop(waiting)[1:]

    def _found(self, entry: CatalogueEntry) -> CatalogueEntry:
        edit = entry
        for before in reversed([one for one in self._versions(entry.id, entry.origin) if one.ver < entry.ver]):
            if not self._confirms(edit, before):
                break
            edit = before
        return edit

    def _confirms(self, entry: CatalogueEntry, before: CatalogueEntry) -> bool:
        if (entry.state, before.state) != (State.PUBLISHED, State.PUBLISHED):
            return False
        try:
            return only_confirmed(self._record(before), self._record(entry))
        except (Invalid, NotFound, ObjectUnreadable):
            # Damaged, or of another node, of whose records earlier versions are not kept: nothing says it is no edit.
            return False
