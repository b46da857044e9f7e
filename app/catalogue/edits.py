"""Finds the last edit of a record: a version that only confirms the one before is not an edit."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace
from heapq import heappop, heappush

from app.catalogue.entry import CatalogueEntry, State
from app.records.git.errors import ObjectUnreadable
from app.records.record import Record, only_confirmed
from app.shared.errors import Invalid, NotFound
from app.shared.kept import Recent

_CACHE_SIZE = 4096


class Edits:
    """Finds the edit behind a version, cached unless a version was unreadable, because that may be repaired."""

    def __init__(
        self,
        versions: Callable[[str, str], tuple[CatalogueEntry, ...]],
        record: Callable[[CatalogueEntry], Record],
    ) -> None:
        """`versions` returns all good versions of a record by identifier and origin, `record` the text of one."""
        self._versions = versions
        self._record = record
        self._kept: Recent[CatalogueEntry, CatalogueEntry] = Recent(_CACHE_SIZE)

    def last(self, entry: CatalogueEntry) -> CatalogueEntry:
        """Return the latest version that is more than a confirmation; of another node's record, the newest one."""
        if told := entry.repeats:
            return replace(entry, seq=told.seq, at=told.at)
        if entry.ver == 1:
            return entry
        if kept := self._kept.find(entry):
            return kept
        edit, is_sure = self._found(entry)
        if is_sure:
            self._kept.put(entry, edit)
        return edit

    def newest(self, entries: Iterable[CatalogueEntry]) -> Iterator[tuple[CatalogueEntry, CatalogueEntry]]:
        """Yield versions with their edits, newest edit first. No edit is newer than its version, so few are read."""
        waiting: list[tuple[int, CatalogueEntry, CatalogueEntry]] = []
        for entry in entries:
            while waiting and -waiting[0][0] > entry.seq:
                yield heappop(waiting)[1:]
            edit = self.last(entry)
            # A repaired row has a higher number than the rows after it.
            heappush(waiting, (-min(entry.seq, edit.seq), entry, edit))
        while waiting:
            yield heappop(waiting)[1:]

    def _found(self, entry: CatalogueEntry) -> tuple[CatalogueEntry, bool]:
        """Return the edit, and whether every own version read to find it is undamaged."""
        edit = entry
        for before in reversed([one for one in self._versions(entry.id, entry.origin) if one.ver < entry.ver]):
            if (edit.state, before.state) != (State.PUBLISHED, State.PUBLISHED):
                break
            # An unreadable version counts as an edit; earlier versions from other nodes are never kept.
            if (old := self._read(before)) is None or (new := self._read(edit)) is None:
                return edit, bool(entry.origin)
            if not only_confirmed(old, new):
                break
            edit = before
        return edit, True

    def _read(self, entry: CatalogueEntry) -> Record | None:
        try:
            return self._record(entry)
        except (Invalid, NotFound, ObjectUnreadable):
            return None
