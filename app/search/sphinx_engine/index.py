# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The port, filled by servers: they find candidates and count, and what stands on the page is worked out here."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import cache, partial
from typing import TypeVar

from app.search.answering import likeness
from app.search.answering.found import Found
from app.search.answering.guesses import correct, suggest
from app.search.answering.index import EngineIndex
from app.search.answering.matching import ENOUGH, Counted, Filters, GroupMatch, match, restrict, splitting
from app.search.answering.missing import NEAREST, missing
from app.search.answering.page import expanded, named, page_of, span
from app.search.errors import SearchUnavailable
from app.search.plan import Alternative, MatchVia
from app.search.port import Cursor, IndexDocument, Nearness, SimilarTo
from app.search.query import Facet, SearchHit, SearchQuery, SearchResult, Sort
from app.search.sphinx_engine.candidates import Candidates
from app.search.sphinx_engine.layout import beginning_token, facet_column
from app.search.sphinx_engine.rows import Candidate
from app.search.sphinx_engine.servers import Rows, Servers, Silent, newest
from app.search.sphinx_engine.state import IndexState
from app.search.sphinx_engine.wanted import either, together, wanted
from app.search.sphinx_engine.writing import Writing

CANDIDATES = 200
"""So many of each shard are scored exactly, more where a later page is asked for."""
LEADING, OF_LEADING = 100, 1_000
"""So many of those nearest by their meaning are candidates too, sought among so many."""
_TRIES = 3
_Answer = TypeVar("_Answer")


class SphinxIndex(EngineIndex):
    """Documents and postings on servers; nothing of them is kept here but numbers."""

    def _begin(self) -> None:
        self._servers = Servers(self._elsewhere)
        self._committed: dict[int, Hashable] = {}
        self._writing = Writing(self._directory, self._servers, self._chain, self._standing_back)
        self._known: IndexState | None = None

    @property
    def _chain(self) -> str:
        # With another number of shards documents would be sought where they are not.
        return f"{super()._chain}/{len(self._servers.shards)}"

    def search(self, query: SearchQuery, nearness: Nearness | None = None) -> SearchResult:
        """Answer a query from the newest committed state, by its words and, where it is given, by its meaning."""
        return self._read(lambda state: self._search(state, query, nearness))

    def _search(self, state: IndexState, query: SearchQuery, nearness: Nearness | None) -> SearchResult:
        counts = Candidates(state)
        correction = correct(counts, self._planner, query.text)
        groups = match(counts, correction.plan).needed
        sought = wanted(counts, groups)
        near = nearness if groups else None
        snapshot = Candidates(state, _candidates(state, query, sought, near, words=bool(groups)))
        matches = replace(match(snapshot, correction.plan), relaxed=_is_relaxed(state, sought, groups))
        found = Found.of(snapshot, matches, query.filters, near)
        silent = len(self._servers.shards) - len(state.tables)
        # What stands nowhere may stand in a part that does not answer.
        is_told = not silent and not (near and near.answers)
        lacking = missing(snapshot, matches, is_near=bool(near)) if is_told else ()
        if lacking:
            found = found.nearest(snapshot, NEAREST)
        by_words = None if lacking or (groups and not sought) else sought
        total, facets = counted(state, snapshot, found, by_words, query.filters)
        uids = named(snapshot, query, found)
        if query.named > len(uids) and by_words is not None:
            uids = tuple(dict.fromkeys([*uids, *state.uids(sought, query.filters, query.named)]))[: query.named]
        return SearchResult(
            total=total,
            hits=page_of(snapshot, query, found),
            facets=facets,
            suggestion=correction.text,
            relaxed=matches.relaxed and not lacking,
            missing=lacking,
            expanded=expanded(snapshot, correction.plan, query.lang),
            uids=uids,
            silent=silent,
        )

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        """The records nearest to `like`, itself left out, best first."""

        def answer(state: IndexState) -> tuple[SearchHit, ...]:
            telling = likeness.telling(Candidates(state), self._analyser, like.text)
            terms = (Alternative((term,), 1.0, MatchVia.WORD) for term, rarity in telling.items() if rarity)
            sought = either(terms)
            best = state.best(sought, {}, Sort.RELEVANCE, CANDIDATES) if sought else []
            return likeness.similar(Candidates(state, best), self._analyser, like, limit)

        return self._read(answer)

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Topics, places, questions and titles that go on from `prefix`, of the newest records that have any."""

        def answer(state: IndexState) -> tuple[str, ...]:
            words = [beginning_token(word) for word in prefix.lower().split()]
            sought = " ".join([*words[:-1], f"{words[-1]}*"]) if words else ""
            newest = state.best(sought, {}, Sort.NEWEST, CANDIDATES) if sought else []
            return suggest(Candidates(state, newest), self._planner.labels(), prefix, limit)

        return self._read(answer)

    def twins(self, uid: str) -> tuple[str, ...]:
        """The uids of what other nodes carry with the text of a record, whatever its identifier there."""
        return self._read(lambda state: state.twins(uid))

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store, remove and move the cursor, in one commit of each server."""
        given = list({document.uid: document for document in upserts}.values())
        documents = list(self._analysed(given))
        self._writing.apply(documents, removals, cursor)
        return len(documents)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all others; the tables that answer stay until the new ones are whole."""
        stored = 0
        with self._writing.anew(cursor) as store:
            for document, terms in self._analysed(documents):
                store(document, terms)
                stored += 1
        return stored

    def cursor(self) -> Cursor:
        """The place that all servers which answer are complete to; `Cursor()` when one of them must be built anew."""
        held = [one for mirrors in self._servers.answering() for one in mirrors]
        if not held:
            raise SearchUnavailable(self._addresses)
        if any(one.state.chain != self._chain for one in held):
            return Cursor()
        return min((one.state.cursor for one in held), key=lambda one: one.seq)

    def state(self) -> Hashable:
        """The newest commit of each shard; of one that does not answer now the last that is known."""
        for shard, mirrors in enumerate(self._servers.answering()):
            if mirrors:
                held = newest(mirrors)
                self._committed[shard] = held.which, held.state
        return tuple(self._committed.items())

    def is_blank(self) -> bool:
        """Tell whether nothing was ever completed in it."""
        return self._read(lambda state: all(one.state.epoch == 0 for one in state.tables))

    def digests(self) -> Iterator[tuple[str, str]]:
        """Uid and digest of every document held. Raises SearchUnavailable where a part of them does not answer."""

        def answer(shard: int, after: int, state: IndexState) -> Rows:
            if len(state.tables) < len(self._servers.shards):
                raise SearchUnavailable(self._addresses)
            return state.digests(shard, after)

        for shard in range(len(self._servers.shards)):
            last = 0
            while rows := self._read(partial(answer, shard, last)):
                yield from ((uid, digest) for _, uid, digest in rows if uid)
                last = int(rows[-1][0])

    @property
    def _addresses(self) -> str:
        return ", ".join(server.address for shard in self._servers.shards for server in shard)

    def _read(self, answer: Callable[[IndexState], _Answer]) -> _Answer:
        """Answer from what the servers hold now; once more where one of them fell silent or took up another table."""
        for _ in range(_TRIES):
            state = self._newest()
            try:
                found = answer(state)
                if [one.which for one in self._servers.reading()] == [one.which for one in state.tables]:
                    return found
            except Silent:
                continue
        raise SearchUnavailable(self._addresses)

    def _newest(self) -> IndexState:
        tables = self._servers.reading()
        if not tables:
            raise SearchUnavailable(self._addresses)
        known = self._known
        if known is None or known.tables != tables:
            known = self._known = IndexState(tables)
        return known


def _candidates(
    state: IndexState, query: SearchQuery, sought: str, near: Nearness | None, *, words: bool
) -> list[Candidate]:
    """Return what may stand on the page: the best by their words, and the nearest by their meaning."""
    best: list[Candidate] = []
    if sought or not words:
        last = max(CANDIDATES if words else 0, span(query).stop, 1)
        # Where nothing answers the nearest are shown whatever they are, so the best by words are there in any order.
        best = state.best(sought, query.filters, Sort.RELEVANCE if words else Sort(query.sort), last)
        if words and query.sort != Sort.RELEVANCE:
            best += state.best(sought, query.filters, Sort(query.sort), last)
    if near:
        best += state.named(near.leading(OF_LEADING), query.filters, LEADING)
    return list({one.head.uid: one for one in best}.values())


def _is_relaxed(state: IndexState, sought: str, groups: Sequence[GroupMatch]) -> bool:
    """Tell whether hardly any document has every word, and others answer too."""
    if len(groups) < 2 or not sought:
        return False
    having_all = state.count(together(groups)) if all(found.stands for found in groups) else 0
    return having_all < ENOUGH and state.count(sought) != having_all


def counted(
    state: IndexState, snapshot: Candidates, found: Found, by_words: str | None, filters: Filters
) -> tuple[int, tuple[Facet, ...]]:
    """Return the total and the facets; `by_words` is what the servers count, None where all of it is at hand."""
    apart = found.bits if by_words is None else found.by_meaning
    open_apart = found.open_bits if by_words is None else found.by_meaning

    def values(key: str) -> Counted:
        but = key if filters.get(key) else ""
        counts = dict(by_column(facet_column(key), but).get(key, {}))
        here = restrict(snapshot, open_apart, filters, but=key)
        for value, members in snapshot.facets.get(key, {}).items():
            counts[value] = counts.get(value, 0) + (members & here).bit_count()
        return counts, total(but) + here.bit_count()

    @cache
    def by_column(column: str, but: str) -> Mapping[str, Mapping[str, int]]:
        return {} if by_words is None else state.values(column, by_words, filters, but=but)

    def total(but: str = "") -> int:
        return 0 if by_words is None else state.count(by_words, filters, but=but)

    keys = state.facet_keys | snapshot.facets.keys()
    return total() + apart.bit_count(), splitting(keys, filters, values)
