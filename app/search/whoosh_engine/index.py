"""The port, filled by Whoosh."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import structlog

from app.search.answering.index import AnsweringIndex
from app.search.port import Cursor, IndexDocument
from app.search.whoosh_engine.files import MOST_SEGMENTS, UNREADABLE, Generation, IndexFiles
from app.search.whoosh_engine.layout import STATE_UID, add, add_state
from app.search.whoosh_engine.library import Writer
from app.search.whoosh_engine.segments import SegmentTable, WhooshSnapshot

_log = structlog.get_logger(__name__)


class WhooshIndex(AnsweringIndex[WhooshSnapshot]):
    """Segments on the disk, their columns in memory."""

    def _begin(self) -> None:
        self._files = IndexFiles(self._directory)
        self._tables: dict[str, SegmentTable] = {}

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store, remove and move the cursor in one commit."""
        documents = list(upserts)
        with self._files.writing() as writer:
            self._remove(writer, [*removals, *(document.uid for document in documents), STATE_UID])
            return self._add(writer, documents, cursor)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all others, in one commit."""
        with self._files.writing(fresh=True) as writer:
            return self._add(writer, documents, cursor)

    def tidy(self) -> None:
        """Merge small segments: each of them is looked into with every search."""
        with self._reading():
            are_many = self._snapshot().segments > MOST_SEGMENTS
        if are_many:
            self._files.tidy()

    def _generation(self) -> Generation:
        return self._files.generation()

    def _read(self) -> WhooshSnapshot:
        try:
            return self._newest()
        except UNREADABLE:
            # The index is derived, so an empty one takes its place: it is blank, and nobody answers from it.
            _log.error("search.index_unreadable", remedy="erfahrungsnetz reindex")
        self._files.begin_anew()
        return self._newest()

    def _newest(self) -> WhooshSnapshot:
        return WhooshSnapshot(self._files.reader(), self._tables, self._standing_back)

    def _remove(self, writer: Writer, uids: Iterable[str]) -> None:
        # The writer holds the lock, so the newest state is the one it numbers documents by. Deleting
        # by number avoids Whoosh's update, which opens all segments anew for every document.
        with self._reading():
            snapshot = self._snapshot()
            found = [number for uid in dict.fromkeys(uids) for number in snapshot.documents_with_uid(uid)]
        for document in found:
            writer.delete_document(document)

    def _add(self, writer: Writer, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        done = 0
        for document, terms in self._analysed(documents):
            add(writer, document, terms)
            done += 1
        add_state(writer, cursor, self._chain)
        return done
