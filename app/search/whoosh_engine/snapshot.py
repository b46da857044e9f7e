# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One committed state of the index, seen as a whole: documents, facet sets, postings. Segments never change."""

from __future__ import annotations

import heapq
import json
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import compress, count
from typing import NamedTuple

from app.content.recent import Recent
from app.search.copies import Copy, StandingBack, own_before_others
from app.search.port import Cursor
from app.search.spelling import Speller
from app.search.whoosh_engine.files import Generation
from app.search.whoosh_engine.layout import (
    HEAD,
    HEAD_WORDS,
    STATE_UID,
    TERMS,
    UID,
    WORDS,
    ZONES,
    Head,
    Places,
    unpack_head,
    unpack_places,
)
from app.search.whoosh_engine.library import Reader, posting_blocks

_DIGITS = bytes.maketrans(b"01", b"\0\1")


class SegmentTable:
    """The columns of one segment in memory. Deleted documents are still in it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.heads: list[Head | None] = self._read_heads(reader)
        self.facets: dict[str, dict[str, int]] = _facet_sets(self.heads)

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
        return [unpack_head(column[document]) for document in range(size)]


def bits_of(documents: list[int], size: int) -> int:
    """A set of document numbers as one integer, a bit for each."""
    buffer = bytearray(size // 8 + 1)
    for document in documents:
        buffer[document >> 3] |= 1 << (document & 7)
    return int.from_bytes(buffer, "little")


def documents_of(bits: int) -> list[int]:
    """The numbers in a set, ascending."""
    return list(compress(count(), bin(bits)[:1:-1].encode().translate(_DIGITS)))


def _facet_sets(heads: list[Head | None]) -> dict[str, dict[str, int]]:
    members: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, head in enumerate(heads):
        if head is not None:
            for key, values in head.facets.items():
                for value in values:
                    members[key][value].append(number)
    size = len(heads)
    return {key: {value: bits_of(found, size) for value, found in values.items()} for key, values in members.items()}


def _frequencies(reader: Reader, field: str) -> dict[str, int]:
    if field not in reader.indexed_field_names():
        return {}
    return {term.decode(): reader.doc_frequency(field, term) for term in reader.lexicon(field)}


K1 = 2.0
B = 0.2
"""Okapi BM25. A word in the title tells more than usual, and lengths less, because thorough records must not suffer."""
REMEMBERED = 1_000_000
"""Documents of all terms that are kept, each of some 50 bytes."""
_TERM = 100
"""What a term counts beside its documents: its sets have a bit for each document of the index."""
COMMON = 3
"""A word of the running text must occur in so many records before it is offered as a correction."""


class Bounded(NamedTuple):
    """A set of documents and what each of them counts at most."""

    bits: int
    bound: float


class Postings(NamedTuple):
    """The documents of a term with its weights in them, and the same as a set.

    `tiers` are the set in parts, those documents first in which the term counts most.
    """

    weights: dict[int, float]
    bits: int
    tiers: tuple[Bounded, ...]


NOTHING = Postings({}, 0, ())
FIRST_TIER = 200
"""So many documents of a common term are told from the others: two pages of the largest size."""


class Snapshot:
    """A generation of the index. Immutable; a new commit gives a new one."""

    def __init__(
        self,
        reader: Reader,
        generation: Generation,
        tables: dict[str, SegmentTable],
        standing_back: StandingBack = own_before_others,
    ) -> None:
        """`tables` holds the segments already read; missing ones are read and added, stale ones dropped."""
        self.generation = generation
        # Whoosh moves a shared position in its files, so threads take turns.
        self._reading = threading.Lock()
        self._reader = reader
        self._leaves = list(reader.leaf_readers()) if reader.doc_count_all() else []
        self._tables = _tables(self._leaves, tables)
        self.heads = [head for table, _ in self._tables for head in table.heads]
        visible = self._visible(standing_back)
        self.live = bits_of(visible, len(self.heads))
        self.size = len(visible)
        self._is_live = bytearray(len(self.heads))
        for document in visible:
            self._is_live[document] = 1
        lengths = [head.length if head else 0 for head in self.heads]
        average = max(1.0, sum(lengths) / max(1, self.size))
        self._saturation = [K1 * (1 - B + B * length / average) for length in lengths]
        # One object for each number and weight, however many terms name it: most of their memory would go there.
        self._numbers = list(range(len(self.heads)))
        self._weights: dict[float, float] = {}
        self._kept: Recent[str, Postings] = Recent(REMEMBERED, weigh=lambda found: _TERM + len(found.weights))

    def close(self) -> None:
        """Give the files back."""
        self._reader.close()

    def head(self, document: int) -> Head:
        """The head of a visible document."""
        head = self.heads[document]
        if head is None:
            raise KeyError(document)
        return head

    def held(self) -> list[Head]:
        """The heads of all undeleted documents, copies from several nodes included."""
        return [head for n, head in enumerate(self.heads) if head is not None and not self._reader.is_deleted(n)]

    def postings(self, term: str) -> Postings:
        """The documents of a term."""
        return self._kept.get(term, lambda: self._postings(term))

    def impact(self, weight: float, document: int) -> float:
        """What a term of this weight counts in a document: 0 to K1 + 1, the less the longer the document is."""
        return weight * (K1 + 1) / (weight + self._saturation[document])

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        with self._reading:
            packed = self._reader.stored_fields(document)[ZONES]
        return unpack_places(packed)

    @cached_property
    def uids(self) -> tuple[str, ...]:
        """The identifiers of all documents by number, "" where there is none."""
        return tuple(head.uid if head else "" for head in self.heads)

    @cached_property
    def facets(self) -> dict[str, dict[str, int]]:
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
        with self._reading:
            return sum((Counter(table.head_words) for table, _ in self._tables), Counter())

    @cached_property
    def titles(self) -> dict[str, str]:
        """The titles by how they are compared with what is typed; questions first."""
        titles = sorted({head.title for head in self.heads if head}, key=lambda one: (not one.endswith("?"), one))
        return {title.lower(): title for title in titles}

    @cached_property
    def questions(self) -> dict[str, str]:
        """The questions that records answer, likewise; the shortest first."""
        questions = {question for head in self.heads if head for question in head.questions}
        return {question.lower(): question for question in sorted(questions, key=lambda one: (len(one), one))}

    @cached_property
    def places(self) -> Counter[str]:
        """The names of places with their number of documents."""
        return Counter(place for head in self.heads if head for place in head.places)

    @cached_property
    def words(self) -> dict[str, int]:
        """Words fit to be offered: all of the heads, and those of the text that are common."""
        counted: Counter[str] = Counter()
        with self._reading:
            for table, _ in self._tables:
                counted.update(table.words)
        common = {word: count for word, count in counted.items() if count >= COMMON}
        return common | {word: max(count, common.get(word, 0)) for word, count in self.head_words.items()}

    @cached_property
    def speller(self) -> Speller:
        """Corrections against the words of this state."""
        return Speller(self.words)

    @cached_property
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""
        documents = self.documents_with_uid(STATE_UID)
        if not documents:
            return Cursor(), ""
        state = json.loads(self._reader.stored_fields(documents[-1])[ZONES])
        return Cursor(*state["cursor"]), str(state["fingerprint"])

    def documents_with_uid(self, uid: str) -> list[int]:
        """The undeleted documents under a uid; more than one only after a crash."""
        return _documents_with(self._reader, UID, uid)

    def _visible(self, standing_back: StandingBack) -> list[int]:
        """Undeleted documents without those that stand back behind another copy of the record."""
        documents: dict[str, dict[str, tuple[int, Copy]]] = {}
        for number, head in enumerate(self.heads):
            if head is not None and not self._reader.is_deleted(number):
                # After a crash there may be two of one copy; the later one counts.
                documents.setdefault(head.id, {})[head.origin] = number, Copy(head.origin, head.id, head.digest)
        back = standing_back({one: [c for _, c in d.values()] for one, d in documents.items() if len(d) > 1})
        return [number for found in documents.values() for number, copy in found.values() if copy not in back]

    def _postings(self, term: str) -> Postings:
        is_live, numbers, known = self._is_live, self._numbers, self._weights
        weights = {}
        for leaf, offset in self._leaves:
            for documents, counts in self._blocks(leaf, term.encode()):
                for document, weight in zip(documents, counts, strict=True):
                    number = document + offset
                    if is_live[number]:
                        weights[numbers[number]] = known.setdefault(weight, weight)
        if not weights:
            return NOTHING
        bits = bits_of(list(weights), len(self.heads))
        return Postings(weights, bits, tuple(self._tiers(weights, bits)))

    def _blocks(self, leaf: Reader, term: bytes) -> list[tuple[Sequence[int], Sequence[float]]]:
        with self._reading:
            return list(posting_blocks(leaf, TERMS, term)) if (TERMS, term) in leaf else []

    def _tiers(self, weights: dict[int, float], bits: int) -> Iterator[Bounded]:
        saturation = self._saturation
        impacts = {
            document: weight * (K1 + 1) / (weight + saturation[document]) for document, weight in weights.items()
        }
        if len(impacts) <= 2 * FIRST_TIER:
            yield Bounded(bits, max(impacts.values()))
            return
        best = heapq.nlargest(FIRST_TIER + 1, impacts, key=impacts.__getitem__)
        first = bits_of(best[:FIRST_TIER], len(self.heads))
        yield Bounded(first, impacts[best[0]])
        yield Bounded(bits ^ first, impacts[best[FIRST_TIER]])


def _documents_with(reader: Reader, field: str, term: str) -> list[int]:
    if not reader.doc_count_all() or (field, term.encode()) not in reader:
        return []
    return list(reader.postings(field, term.encode()).all_ids())


def _tables(leaves: list[tuple[Reader, int]], known: dict[str, SegmentTable]) -> list[tuple[SegmentTable, int]]:
    named = [(str(leaf.segment().segment_id()), leaf, offset) for leaf, offset in leaves]
    for name in known.keys() - {name for name, _, _ in named}:
        del known[name]
    return [(known.setdefault(name, known.get(name) or SegmentTable(leaf)), offset) for name, leaf, offset in named]
