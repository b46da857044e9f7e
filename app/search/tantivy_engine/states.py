# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A state of the index as Tantivy keeps it; what an earlier state has read already is not read again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping

import tantivy

from app.search.answering.heads import Head, Places
from app.search.answering.postings import ByWeight
from app.search.answering.snapshot import WholeSnapshot, facet_sets
from app.search.copies import StandingBack
from app.search.port import Cursor
from app.search.tantivy_engine.layout import (
    HEAD_WORDS,
    NUMBER,
    SCHEMA,
    STAMP,
    TERMS,
    WORDS,
    State,
    prefix,
    read_head,
    read_places,
    read_state,
)

FEW = 0.1
"""Sets of facets are changed one by one where no more of all documents are new; else it is faster to make them anew."""
Facets = dict[str, dict[str, int]]


class TantivySnapshot(WholeSnapshot):
    """A generation of the index."""

    def __init__(self, index: tantivy.Index, before: TantivySnapshot | None, standing_back: StandingBack) -> None:
        """`before` is the state that this process has read last."""
        self._searcher = index.searcher()
        self.about = self._read_about()
        if before is not None and before.about.epoch != self.about.epoch:
            before = None
        numbers = [number for number, _ in self._numbered(tantivy.Query.all_query()) if number]
        heads = self._read_heads(numbers, before)
        self._facets = _facets(heads, before)
        super().__init__(heads, numbers, standing_back)
        self._hidden = self.size < len(numbers)

    @property
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""
        return self.about.cursor, self.about.chain

    @property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet key -> value -> set of documents."""
        return self._facets

    @property
    def head_words(self) -> Counter[str]:
        """Written words of titles, topics, keywords and places with their number of documents."""
        return Counter(dict(self._searcher.terms_with_prefix(HEAD_WORDS, "")))

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        return read_places(self._stored(document))

    def places_for(self, uids: Iterable[str]) -> Iterator[int]:
        """Number documents to be written: as before where they are held, else by what is free, then upwards."""
        held = {head.uid: number for number, head in enumerate(self.heads) if head is not None}
        free = (number for number, head in enumerate(self.heads) if head is None and number)
        upwards = iter(range(max(1, len(self.heads)), 1 << 62))
        for uid in uids:
            yield held[uid] if uid in held else next(free, None) or next(upwards)

    def _text_words(self) -> Counter[str]:
        return Counter(dict(self._searcher.terms_with_prefix(WORDS, "")))

    def _weights(self, term: str) -> ByWeight:
        begins = prefix(term)
        found: dict[float, list[int]] = {}
        for entry, count in self._searcher.terms_with_prefix(TERMS, begins):
            wanted = tantivy.Query.term_query(SCHEMA, TERMS, entry, "basic")
            documents = [number for number, _ in self._numbered(wanted, count)]
            if self._hidden:
                documents = [document for document in documents if self._is_live[document]]
            found[float(entry.removeprefix(begins))] = documents
        return found

    def _numbered(self, wanted: tantivy.Query, most: int = 0) -> list[tuple[int, tantivy.DocAddress]]:
        """Return the numbers of documents with their addresses."""
        limit = most or max(1, self._searcher.num_docs)
        return self._searcher.search(wanted, limit, count=False, order_by_field=NUMBER).hits

    def _stored(self, number: int) -> tantivy.Document:
        ((_, address),) = self._numbered(tantivy.Query.term_query(SCHEMA, NUMBER, number), 1)
        return self._searcher.doc(address)

    def _read_about(self) -> State:
        return read_state(self._stored(0)) if self._searcher.num_docs else State()

    def _read_heads(self, numbers: list[int], before: TantivySnapshot | None) -> list[Head | None]:
        heads: list[Head | None] = [None] * (max(numbers, default=0) + 1)
        known = before.heads if before else []
        for number in numbers:
            if number < len(known):
                heads[number] = known[number]
        first = before.about.stamp + 1 if before else 0
        wanted = tantivy.Query.range_query(SCHEMA, STAMP, tantivy.FieldType.Unsigned, lower_bound=first)
        # In the order in which they are stored, so that each block is unpacked once.
        hits = self._searcher.search(wanted, max(1, self._searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        for address, place in zip(addresses, self._searcher.fast_field_values(NUMBER, addresses), strict=True):
            if place:
                heads[int(place)] = read_head(self._searcher.doc(address))
        return heads


def _facets(heads: list[Head | None], before: TantivySnapshot | None) -> Facets:
    if before is None:
        return facet_sets(heads)
    longest = max(len(heads), len(before.heads))
    pairs = zip(_filled(before.heads, longest), _filled(heads, longest), strict=True)
    changed = [(number, old, new) for number, (old, new) in enumerate(pairs) if old is not new]
    if len(changed) > FEW * longest:
        return facet_sets(heads)
    facets = {key: dict(sets) for key, sets in before.facets.items()}
    for number, old, new in changed:
        for key, value in _values(old):
            facets[key][value] ^= 1 << number
        for key, value in _values(new):
            sets = facets.setdefault(key, {})
            sets[value] = sets.get(value, 0) | 1 << number
    emptied = {key: {value: bits for value, bits in sets.items() if bits} for key, sets in facets.items()}
    return {key: sets for key, sets in emptied.items() if sets}


def _filled(heads: list[Head | None], length: int) -> list[Head | None]:
    return heads + [None] * (length - len(heads))


def _values(head: Head | None) -> set[tuple[str, str]]:
    return {(key, value) for key, values in head.facets.items() for value in values} if head else set()
