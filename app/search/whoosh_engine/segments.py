"""A state of the index as Whoosh keeps it: in segments, which never change and are read once."""

from __future__ import annotations

import json
import threading
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from functools import cached_property

from app.search.answering.columns import Columns
from app.search.answering.common import ByWeight
from app.search.answering.heads import Head, Places, lasting, unpack_head, unpack_places
from app.search.answering.snapshot import Snapshot, facet_sets
from app.search.copies import StandingBack, own_before_others
from app.search.port import Cursor
from app.search.whoosh_engine.layout import HEAD, HEAD_WORDS, STATE_UID, TERMS, UID, WORDS, ZONES
from app.search.whoosh_engine.library import Reader, posting_blocks

_READING = threading.Lock()
"""Whoosh moves a shared position in its files, so threads take turns, whichever states of the index they read: what was
read of a segment goes on with its files in all later ones."""


class SegmentTable:
    """The columns of one segment in memory. Deleted documents are still in it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.heads: list[Head | None] = self._read_heads(reader)
        held = ((number, head) for number, head in enumerate(self.heads) if head)
        self.facets = facet_sets(held, len(self.heads))

    @cached_property
    def words(self) -> dict[str, int]:
        """Written word -> number of documents."""
        return _frequencies(self._reader, WORDS)

    @cached_property
    def head_words(self) -> dict[str, int]:
        """Written word of a title, topic, keyword or place -> number of documents."""
        return _frequencies(self._reader, HEAD_WORDS)

    def _read_heads(self, reader: Reader) -> list[Head | None]:
        size = reader.doc_count_all()
        if not reader.has_column(HEAD):
            return [None] * size
        column = reader.column_reader(HEAD, translate=False)
        heads = (unpack_head(column[document]) for document in range(size))
        return [lasting(head) if head else None for head in heads]


class WhooshSnapshot(Snapshot):
    """A generation of the index in several segments."""

    def __init__(
        self,
        reader: Reader,
        tables: dict[str, SegmentTable],
        standing_back: StandingBack = own_before_others,
    ) -> None:
        """`tables` holds the segments already read; missing ones are read and added, stale ones dropped."""
        self._reader = reader
        self._leaves = list(reader.leaf_readers()) if reader.doc_count_all() else []
        self._tables = _tables(self._leaves, tables)
        self._heads = [head for table, _ in self._tables for head in table.heads]
        held = [number for number, head in enumerate(self._heads) if head and not reader.is_deleted(number)]
        super().__init__(Columns.of(self._heads), held, standing_back)

    @property
    def segments(self) -> int:
        """How many segments there are."""
        return len(self._leaves)

    def close(self) -> None:
        """Give the files back."""
        self._reader.close()

    def head(self, document: int) -> Head:
        """The head of a document that is not deleted."""
        head = self._heads[document]
        if head is None:
            raise KeyError(document)
        return head

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        with _READING:
            packed = self._reader.stored_fields(document)[ZONES]
        return unpack_places(packed)

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet key -> value -> set of documents."""
        merged: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        for table, offset in self._tables:
            for key, values in table.facets.items():
                for value, bits in values.items():
                    merged[key][value] |= bits << offset
        return {key: dict(values) for key, values in merged.items()}

    @cached_property
    def head_words(self) -> Counter[str]:
        """Written words of titles, topics, keywords and places with their number of documents."""
        with _READING:
            return sum((Counter(table.head_words) for table, _ in self._tables), Counter())

    def _text_words(self) -> Counter[str]:
        with _READING:
            return sum((Counter(table.words) for table, _ in self._tables), Counter())

    @cached_property
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""
        documents = self.documents_with_uid(STATE_UID)
        if not documents:
            return Cursor(), ""
        with _READING:
            state = json.loads(self._reader.stored_fields(documents[-1])[ZONES])
        return Cursor(*state["cursor"]), str(state["fingerprint"])

    def documents_with_uid(self, uid: str) -> list[int]:
        """The undeleted documents under a uid; more than one only after a crash."""
        with _READING:
            return _documents_with(self._reader, UID, uid)

    def _weights(self, term: str) -> ByWeight:
        is_live = self._is_live
        found: dict[float, list[int]] = defaultdict(list)
        for leaf, offset in self._leaves:
            for documents, counts in self._blocks(leaf, term.encode()):
                for document, weight in zip(documents, counts, strict=True):
                    number = document + offset
                    if is_live[number]:
                        found[weight].append(number)
        return found

    def _blocks(self, leaf: Reader, term: bytes) -> list[tuple[Sequence[int], Sequence[float]]]:
        with _READING:
            return list(posting_blocks(leaf, TERMS, term)) if (TERMS, term) in leaf else []


def _frequencies(reader: Reader, field: str) -> dict[str, int]:
    if field not in reader.indexed_field_names():
        return {}
    return {term.decode(): reader.doc_frequency(field, term) for term in reader.lexicon(field)}


def _documents_with(reader: Reader, field: str, term: str) -> list[int]:
    if not reader.doc_count_all() or (field, term.encode()) not in reader:
        return []
    return list(reader.postings(field, term.encode()).all_ids())


def _tables(leaves: list[tuple[Reader, int]], known: dict[str, SegmentTable]) -> list[tuple[SegmentTable, int]]:
    named = [(str(leaf.segment().segment_id()), leaf, offset) for leaf, offset in leaves]
    for name in known.keys() - {name for name, _, _ in named}:
        del known[name]
    return [(known.setdefault(name, known.get(name) or SegmentTable(leaf)), offset) for name, leaf, offset in named]
