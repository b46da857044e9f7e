"""The embedded engine: Whoosh as an inverted file, in immutable segments that are read once."""

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

import structlog

from app.search.answering.heads import Places, unpack_head, unpack_places
from app.search.answering.index import AnsweringIndex
from app.search.answering.snapshot import Facets, Snapshot, facet_sets
from app.search.copies import DuplicatePolicy
from app.search.port import Cursor, IndexDocument
from app.search.whoosh_files import (
    HEAD,
    HEAD_WORDS,
    MAX_SEGMENTS,
    STATE_UID,
    TERMS,
    UID,
    UNREADABLE,
    WORDS,
    ZONES,
    Generation,
    IndexFiles,
    Reader,
    Writer,
    add,
    add_state,
    posting_blocks,
)

_log = structlog.get_logger(__name__)
_READING = threading.Lock()
"""Whoosh moves a shared position in its files, so only one thread reads at a time, even from different states of the
index: later states share the open files of a segment."""


class SegmentTable:
    """The data of one segment kept in memory, deleted documents included."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        size = reader.doc_count_all()
        column = reader.column_reader(HEAD, translate=False) if reader.has_column(HEAD) else [b""] * size
        # The document that stores the cursor has no head.
        self.heads = [unpack_head(packed) if (packed := column[number]) else None for number in range(size)]
        self.facets = facet_sets(((number, head) for number, head in enumerate(self.heads) if head), size)

    @cached_property
    def words(self) -> tuple[Counter[str], Counter[str]]:
        """Return written words with document counts: of titles, keywords and places, and of all but the body."""
        head_words, words = (
            Counter({term.decode(): self._reader.doc_frequency(field, term) for term in self._reader.lexicon(field)})
            if field in self._reader.indexed_field_names()
            else Counter[str]()
            for field in (HEAD_WORDS, WORDS)
        )
        return head_words, words


class WhooshSnapshot(Snapshot):
    """A state of the index in several segments."""

    def __init__(self, reader: Reader, tables: dict[str, SegmentTable], duplicate_policy: DuplicatePolicy) -> None:
        """`tables` holds the segments already read; missing ones are read and added, stale ones dropped."""
        self._reader = reader
        self.leaves = list(reader.leaf_readers()) if reader.doc_count_all() else []
        named = [(str(leaf.segment().segment_id()), leaf, offset) for leaf, offset in self.leaves]
        for name in tables.keys() - {name for name, _, _ in named}:
            del tables[name]
        self._tables = [
            (tables.setdefault(name, tables.get(name) or SegmentTable(leaf)), offset) for name, leaf, offset in named
        ]
        heads = (head for table, _ in self._tables for head in table.heads)
        held = [None if head and reader.is_deleted(number) else head for number, head in enumerate(heads)]
        super().__init__(held, duplicate_policy)

    def where(self, document: int) -> Places:
        with _READING:
            packed = self._reader.stored_fields(document)[ZONES]
        return unpack_places(packed)

    @cached_property
    def facets(self) -> Facets:
        merged: Facets = defaultdict(lambda: defaultdict(int))
        for table, offset in self._tables:
            for key, values in table.facets.items():
                for value, bits in values.items():
                    merged[key][value] |= bits << offset
        return {key: dict(values) for key, values in merged.items()}

    @cached_property
    def state(self) -> tuple[Cursor, str]:
        documents = self.documents_with_uid(STATE_UID)
        if not documents:
            return Cursor(), ""
        with _READING:
            state = json.loads(self._reader.stored_fields(documents[-1])[ZONES])
        return Cursor(*state["cursor"]), str(state["fingerprint"])

    def documents_with_uid(self, uid: str) -> list[int]:
        """Return the undeleted documents with a uid; more than one only after a crash."""
        with _READING:
            if not self.leaves or (UID, uid.encode()) not in self._reader:
                return []
            return list(self._reader.postings(UID, uid.encode()).all_ids())

    def _written_words(self) -> tuple[Counter[str], Counter[str]]:
        with _READING:
            several = [table.words for table, _ in self._tables]
        return sum((one for one, _ in several), Counter()), sum((one for _, one in several), Counter())

    def _weights(self, term: str) -> Iterator[tuple[Iterable[int], Iterable[float]]]:
        for leaf, offset in self.leaves:
            with _READING:
                blocks = list(posting_blocks(leaf, TERMS, term.encode())) if (TERMS, term.encode()) in leaf else []
            for documents, weights in blocks:
                yield map(offset.__add__, documents), weights


class WhooshIndex(AnsweringIndex[WhooshSnapshot]):
    """The search index implemented with Whoosh."""

    def _begin(self) -> None:
        self._files = IndexFiles(self._directory)
        self._tables: dict[str, SegmentTable] = {}

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        documents = list(upserts)
        with self._files.writing() as writer:
            self._remove(writer, [*removals, *(document.uid for document in documents), STATE_UID])
            return self._add(writer, documents, cursor)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        with self._files.writing(fresh=True) as writer:
            return self._add(writer, documents, cursor)

    def tidy(self) -> None:
        """Merge small segments, because every search reads each segment."""
        with self._reading():
            are_many = len(self._snapshot().leaves) > MAX_SEGMENTS
        if are_many:
            self._files.tidy()

    def _generation(self) -> Generation:
        return self._files.generation()

    def _read(self) -> WhooshSnapshot:
        try:
            return WhooshSnapshot(self._files.reader(), self._tables, self._duplicate_policy)
        except UNREADABLE:
            # The index is derived, so replace it by an empty one; it counts as blank, so no query is answered from it.
            _log.error("search.index_unreadable", remedy="erfahrungsnetz reindex")
        self._files.begin_anew()
        return WhooshSnapshot(self._files.reader(), self._tables, self._duplicate_policy)

    def _remove(self, writer: Writer, uids: Iterable[str]) -> None:
        # The writer holds the lock, so its document numbers are those of the newest state. Deleting by number avoids
        # Whoosh's update, which reopens all segments for every document.
        with self._reading():
            snapshot = self._snapshot()
            found = [number for uid in dict.fromkeys(uids) for number in snapshot.documents_with_uid(uid)]
        for document in found:
            writer.delete_document(document)

    def _add(self, writer: Writer, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        done = 0
        for document in documents:
            add(writer, document, self._documents.terms(document))
            done += 1
        add_state(writer, cursor, self._chain)
        return done
