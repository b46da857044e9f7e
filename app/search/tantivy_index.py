"""The engine for many records: Tantivy (Rust, MIT) keeps documents and postings, ranked and counted as everywhere.

It is a package of its own: `.venv/bin/pip install -e '.[tantivy]'`.
"""

from __future__ import annotations

import secrets
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import tantivy

from app.search.answering.heads import Head, Places
from app.search.answering.index import AnsweringIndex
from app.search.answering.sets import bits_of
from app.search.answering.snapshot import Facets, Snapshot, facet_sets
from app.search.copies import StandingBack
from app.search.errors import IndexDamaged
from app.search.port import Cursor, IndexDocument
from app.search.tantivy_files import (
    HEAD_WORDS,
    NUMBER,
    SCHEMA,
    STAMP,
    STATE_UID,
    TERMS,
    UID,
    WORDS,
    Generation,
    IndexFiles,
    State,
    only,
    prefix,
    read_head,
    read_places,
    read_state,
    state_document,
    to_document,
    weight_of,
)


class TantivySnapshot(Snapshot):
    """A generation of the index; what an earlier state has read already is not read again."""

    def __init__(self, index: tantivy.Index, before: TantivySnapshot | None, standing_back: StandingBack) -> None:
        """`before` is the state that this process has read last."""
        self._searcher = index.searcher()
        self.about = read_state(self._searcher)
        if before is not None and before.about.epoch != self.about.epoch:
            before = None
        numbers = [number for number, _ in self._numbered(tantivy.Query.all_query()) if number]
        size = max(numbers, default=0) + 1
        written = dict(self._written_since(before.about.stamp if before else 0))
        heads: list[Head | None] = [None] * size
        for number in numbers:
            heads[number] = written.get(number) or (before.head(number) if before else None)
        super().__init__(heads, standing_back)
        self._facets = facet_sets(written.items(), size)
        if before:
            stay = bits_of(self.numbers, size) & ~bits_of(written, size)
            for key, values in before.facets.items():
                sets = self._facets.setdefault(key, {})
                sets |= {value: left | sets.get(value, 0) for value, bits in values.items() if (left := bits & stay)}

    @property
    def state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the analysis chain, as of this commit; empty ones when there is none."""
        return self.about.cursor, self.about.chain

    @property
    def facets(self) -> Facets:
        """Facet key -> value -> set of documents."""
        return self._facets

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        return read_places(only(self._searcher, tantivy.Query.term_query(SCHEMA, NUMBER, document)))

    def places_for(self, uids: Iterable[str]) -> Iterator[int]:
        """Number documents to be written: as before where they are held, else by what is free, then upwards."""
        held = {uid: number for number, uid in enumerate(self.uids) if uid}
        free = (number for number, uid in enumerate(self.uids) if number and not uid)
        upwards = count(max(1, self.end))
        for uid in uids:
            yield held[uid] if uid in held else next(free, None) or next(upwards)

    def _written_words(self) -> tuple[Counter[str], Counter[str]]:
        head_words, words = (self._searcher.terms_with_prefix(field, "") for field in (HEAD_WORDS, WORDS))
        return Counter(dict(head_words)), Counter(dict(words))

    def _weights(self, term: str) -> dict[int, float]:
        found: dict[int, float] = {}
        for entry, documents in self._searcher.terms_with_prefix(TERMS, prefix(term)):
            wanted = tantivy.Query.term_query(SCHEMA, TERMS, entry, "basic")
            found |= dict.fromkeys((number for number, _ in self._numbered(wanted, documents)), weight_of(entry))
        return found

    def _numbered(self, wanted: tantivy.Query, most: int = 0) -> list[tuple[int, tantivy.DocAddress]]:
        """Return the numbers of documents with their addresses."""
        limit = most or max(1, self._searcher.num_docs)
        return self._searcher.search(wanted, limit, count=False, order_by_field=NUMBER).hits

    def _written_since(self, stamp: int) -> Iterator[tuple[int, Head]]:
        """Yield what was written after a commit, numbered."""
        wanted = tantivy.Query.range_query(SCHEMA, STAMP, tantivy.FieldType.Unsigned, lower_bound=stamp + 1)
        # In the order in which they are stored, so that each block is unpacked once.
        hits = self._searcher.search(wanted, max(1, self._searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        for address, number in zip(addresses, self._searcher.fast_field_values(NUMBER, addresses), strict=True):
            if number:
                yield int(number), read_head(self._searcher.doc(address))


class TantivyIndex(AnsweringIndex[TantivySnapshot]):
    """The port, filled by Tantivy: documents and postings on the disk, their heads in memory."""

    def _begin(self) -> None:
        self._files = IndexFiles(self._directory)

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store, remove and move the cursor in one commit."""
        documents = list({document.uid: document for document in upserts}.values())
        uids = [document.uid for document in documents]
        with self._files.writing() as writer:
            with self._reading():
                # The writer holds the lock, so this is the state that it goes on from.
                held = self._snapshot()
            epoch, stamp = held.about.epoch or secrets.token_hex(8), held.about.stamp + 1
            for uid in (*removals, *uids, STATE_UID):
                writer.delete_documents_by_term(UID, uid)
            analysed = self._analysed(documents)
            for number, (document, terms) in zip(held.places_for(uids), analysed, strict=True):
                writer.add_document(to_document(number, stamp, document, terms))
            writer.add_document(state_document(State(cursor, self._chain, epoch, stamp)))
        return len(documents)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all others, in one commit."""
        number = 0
        with self._files.writing(fresh=True) as writer:
            for number, (document, terms) in zip(count(1), self._analysed(documents)):
                writer.add_document(to_document(number, 1, document, terms))
            writer.add_document(state_document(State(cursor, self._chain, secrets.token_hex(8), 1)))
        return number

    def _generation(self) -> Generation:
        return self._files.generation()

    def _state(self) -> tuple[Cursor, str]:
        opened = self._opened
        if opened is not None and opened[0] == self._generation():
            return opened[1].state
        about = read_state(self._files.opened().searcher())
        return about.cursor, about.chain

    def _read(self) -> TantivySnapshot:
        before = self._opened[1] if self._opened else None
        return TantivySnapshot(self._files.opened(), before, self._standing_back)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with super()._reading():
            try:
                yield
            except BaseException as error:
                # The library is written in Rust: where it gives up on damaged files, it raises what is no Exception
                # and has no name that could be imported.
                if type(error).__name__ == "PanicException":
                    raise IndexDamaged(str(self._directory)) from error
                raise
