"""A state of the index as Tantivy keeps it; what an earlier state has read already is not read again."""

from __future__ import annotations

from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence, Set

import tantivy

from app.records.recent import Recent
from app.search.answering.columns import Columns
from app.search.answering.common import ByWeight, Common
from app.search.answering.heads import Head, Places
from app.search.answering.postings import Postings, common_postings
from app.search.answering.sets import Sets, bits_of
from app.search.answering.snapshot import Snapshot, facet_sets
from app.search.copies import StandingBack
from app.search.port import Cursor
from app.search.tantivy_engine.layout import (
    HEAD_WORDS,
    NUMBER,
    SCHEMA,
    STAMP,
    STATE_UID,
    TERMS,
    UID,
    WORDS,
    Entry,
    State,
    bundle_uid,
    prefix,
    read_bundle,
    read_head,
    read_places,
    read_state,
    suffix,
)

BUNDLED = 2_000
"""A term that more documents have is kept in one piece as well: reading these one by one takes a millisecond."""
STALE = 0.2
"""Bundles are made anew where more of all documents were written since: what came later is read one by one."""
MOST_ENTRIES = 100_000
"""Entries among which common terms are looked for, those first that most documents have."""
STORED = 200
"""Documents that are kept as they were read: each is asked for twice for a page, for its head and for its places."""
Facets = dict[str, Sets]


class TantivySnapshot(Snapshot):
    """A generation of the index."""

    def __init__(
        self, opened: Callable[[], tantivy.Index], before: TantivySnapshot | None, standing_back: StandingBack
    ) -> None:
        """`before` is the state that this process has read last."""
        self._searcher = opened().searcher()
        self._recent: Recent[int, tantivy.Document] = Recent(STORED)
        self.about = read_about(self._searcher)
        if before is not None and before.about.epoch != self.about.epoch:
            before = None
        numbers = array("q", (number for number, _ in self._numbered(tantivy.Query.all_query()) if number))
        columns, self._facets = self._read_heads(numbers, before)
        if before is None:
            # All documents were read just now: their files would stay in the memory of the process, though searches
            # need little of them.
            again = opened().searcher()
            if read_about(again) == self.about:
                self._searcher = again
        super().__init__(columns, numbers, standing_back)
        self._hidden = self.size < len(numbers)
        self._since = self._written_since(self.about.bundled) if self.about.bundled else numbers
        self._left = self.live & ~bits_of(self._since, self.end)

    @property
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""
        return self.about.cursor, self.about.chain

    @property
    def facets(self) -> Facets:
        """Facet key -> value -> set of documents."""
        return self._facets

    @property
    def head_words(self) -> Counter[str]:
        """Written words of titles, topics, keywords and places with their number of documents."""
        return Counter(dict(self._searcher.terms_with_prefix(HEAD_WORDS, "")))

    def head(self, document: int) -> Head:
        """The head of a document that is not deleted."""
        return read_head(self._stored(document))

    def held(self) -> Iterator[Head]:
        """The heads of all undeleted documents, copies from several nodes included."""
        return (head for _, head in self._heads_since(0))

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        return read_places(self._stored(document))

    def places_for(self, uids: Iterable[str]) -> Iterator[int]:
        """Number documents to be written: as before where they are held, else by what is free, then upwards."""
        held = {uid: number for number, uid in enumerate(self.columns.uids) if uid}
        free = (number for number, uid in enumerate(self.columns.uids) if number and not uid)
        upwards = iter(range(max(1, self.end), 1 << 62))
        for uid in uids:
            yield held[uid] if uid in held else next(free, None) or next(upwards)

    @property
    def wants_bundles(self) -> bool:
        """Tell whether so much was written since common terms were bundled that it is worth doing it again."""
        return self.size > BUNDLED and len(self._since) > STALE * self.size

    def bundles(self) -> Iterator[tuple[str, Common]]:
        """Bundle the common terms, each with all of its documents, those included that stand back."""
        often = self._searcher.terms_with_prefix(TERMS, "", limit=MOST_ENTRIES)
        counts: Counter[str] = Counter()
        for entry, count in often:
            counts[Entry.read(entry).term] += count
        del often
        for term, count in counts.items():
            if count > BUNDLED:
                yield term, Common.of(self._entries(term), self.end)

    def _found(self, term: str) -> Postings:
        bundle = self._bundle(term) if self.about.bundled else None
        if bundle is None:
            return super()._found(term)
        later = self._visible_of(self._entries(term, self.about.bundled)) if self._since else {}
        return common_postings(bundle.updated(self._left, later), self._lowest)

    def _bundle(self, term: str) -> Common | None:
        wanted = tantivy.Query.term_query(SCHEMA, UID, bundle_uid(term, self.about.bundled), "basic")
        hits = self._searcher.search(wanted, 1, count=False).hits
        return read_bundle(self._searcher.doc(hits[0][1])) if hits else None

    def _text_words(self) -> Counter[str]:
        return Counter(dict(self._searcher.terms_with_prefix(WORDS, "")))

    def _weights(self, term: str) -> ByWeight:
        return self._visible_of(self._entries(term))

    def _entries(self, term: str, bundled: int | None = None) -> dict[float, list[int]]:
        """The documents of a term by its weight in them, or only those that came after some bundles."""
        found: defaultdict[float, list[int]] = defaultdict(list)
        after = "" if bundled is None else suffix(bundled)
        for written, count in self._searcher.terms_with_prefix(TERMS, prefix(term)):
            # Of a common term there are some twenty, and most were there before.
            if written.endswith(after):
                wanted = tantivy.Query.term_query(SCHEMA, TERMS, written, "basic")
                found[Entry.read(written).weight] += [number for number, _ in self._numbered(wanted, count)]
        # The library names entries of which all documents are deleted.
        return {weight: documents for weight, documents in found.items() if documents}

    def _visible_of(self, found: dict[float, list[int]]) -> ByWeight:
        if not self._hidden:
            return found
        is_live = self._is_live
        visible = ((weight, [one for one in documents if is_live[one]]) for weight, documents in found.items())
        return {weight: documents for weight, documents in visible if documents}

    def _numbered(self, wanted: tantivy.Query, most: int = 0) -> list[tuple[int, tantivy.DocAddress]]:
        """Return the numbers of documents with their addresses."""
        limit = most or max(1, self._searcher.num_docs)
        return self._searcher.search(wanted, limit, count=False, order_by_field=NUMBER).hits

    def _stored(self, number: int) -> tantivy.Document:
        return self._recent.get(number, lambda: _only(self._searcher, tantivy.Query.term_query(SCHEMA, NUMBER, number)))

    def _written_since(self, stamp: int) -> Sequence[int]:
        """The numbers of what was written after a commit."""
        wanted = tantivy.Query.range_query(SCHEMA, STAMP, tantivy.FieldType.Unsigned, lower_bound=stamp + 1)
        return [number for number, _ in self._numbered(wanted) if number]

    def _read_heads(self, numbers: Sequence[int], before: TantivySnapshot | None) -> tuple[Columns, Facets]:
        """Return the columns and the sets of facets; of a later state only what has changed is read."""
        size = max(numbers, default=0) + 1
        if before is None:
            columns = Columns().copied(size)
            return columns, facet_sets(columns.taking(self._heads_since(0)), size)
        columns = before.columns.copied(size)
        heads = dict(columns.taking(self._heads_since(before.about.stamp)))
        gone = set(before.numbers).difference(numbers)
        for number in gone:
            columns.put(number, None)
        return columns, _changed(before.facets, gone | heads.keys(), facet_sets(heads.items(), size), Sets({}, size))

    def _heads_since(self, stamp: int) -> Iterator[tuple[int, Head]]:
        """Yield what was written after a commit, numbered."""
        wanted = tantivy.Query.range_query(SCHEMA, STAMP, tantivy.FieldType.Unsigned, lower_bound=stamp + 1)
        # In the order in which they are stored, so that each block is unpacked once.
        hits = self._searcher.search(wanted, max(1, self._searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        for address, number in zip(addresses, self._searcher.fast_field_values(NUMBER, addresses), strict=True):
            if number:
                yield int(number), read_head(self._searcher.doc(address))


def read_about(searcher: tantivy.Searcher) -> State:
    """Return what an index says about itself, without reading what is in it."""
    if not searcher.num_docs:
        return State()
    return read_state(_only(searcher, tantivy.Query.term_query(SCHEMA, UID, STATE_UID, "basic")))


def _only(searcher: tantivy.Searcher, wanted: tantivy.Query) -> tantivy.Document:
    ((_, address),) = searcher.search(wanted, 1, count=False).hits
    return searcher.doc(address)


def _changed(facets: Facets, numbers: Set[int], new: Facets, none: Sets) -> Facets:
    """Return sets of facets without the documents of these numbers, and with new ones."""
    keys = facets.keys() | new.keys()
    found = {key: facets.get(key, none).changed(numbers, new.get(key, none)) for key in keys}
    return {key: sets for key, sets in found.items() if sets}
