"""Records like a given one: by its rarest words and by shared topics."""

from __future__ import annotations

import heapq
import math
from collections.abc import Callable, Iterator, Mapping, Sequence

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean
from app.search.answering.columns import name_hash
from app.search.answering.postings import Bounded
from app.search.answering.sets import bits_of, documents_of, in_set
from app.search.answering.snapshot import Snapshot
from app.search.answering.sums import Bounds
from app.search.port import SimilarTo
from app.search.query import Reason, ReasonCode, SearchHit

TELLING_TERMS = 25
"""So many of the rarest terms speak for a record."""
FACET_SHARE = 0.25
"""A shared topic is worth a quarter of the best agreement in words."""
ATTEMPTED = 48
"""So many more documents are scored first, to see what the best can reach."""


def similar(snapshot: Snapshot, analyser: GermanAnalyser, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
    """Neighbours that share at least two telling terms, or a term and a value of the given facets."""
    words = _Words(snapshot, telling(snapshot, analyser, like.text))
    unit = FACET_SHARE * max(_best(words.bounds, words.sharing, 1, words.scores).values(), default=1.0)
    sets = [(value, bits & words.sharing) for value, bits in _facet_sets(snapshot, like.facets)]
    among = words.twice
    for _, bits in sets:
        among |= bits
        words.bounds.add([Bounded(bits, unit)])
    itself = name_hash(like.id)

    def totals(documents: int) -> dict[int, float]:
        values = _values_of(sets, documents)
        return {
            document: points + unit * len(values.get(document, ()))
            for document, points in words.scores(documents).items()
            if snapshot.columns.ids[document] != itself
        }

    total = _best(words.bounds, among, limit, totals)
    best = heapq.nsmallest(limit, total, key=lambda one: (-total[one], snapshot.columns.uids[one]))
    common = _values_of(sets, bits_of(best, snapshot.end))
    return tuple(_hit(snapshot, document, total[document], common.get(document, ())) for document in best)


def telling(snapshot: Snapshot, analyser: GermanAnalyser, text: str) -> dict[str, float]:
    """The terms that speak for a text, each with how rare it is."""
    terms = {term for word, _ in analyser.occurrences(clean(text)) for term in (word.term, *word.parts)}
    rarities = {term: _rarity(snapshot, term) for term in terms}
    return {term: rarities[term] for term in heapq.nlargest(TELLING_TERMS, terms, key=lambda one: (rarities[one], one))}


class _Words:
    """What a record shares with others: `sharing` have a telling term of it, `twice` have two at least."""

    def __init__(self, snapshot: Snapshot, terms: Mapping[str, float]) -> None:
        self.bounds = Bounds()
        self.sharing = self.twice = 0
        self._snapshot = snapshot
        self._terms = [(snapshot.postings(term), rarity) for term, rarity in terms.items()]
        for found, rarity in self._terms:
            self.bounds.add([Bounded(tier.bits, tier.bound * rarity) for tier in found.tiers])
            self.twice |= self.sharing & found.bits
            self.sharing |= found.bits

    def scores(self, documents: int) -> dict[int, float]:
        """What the shared terms count in each document of a set."""
        scores = dict.fromkeys(documents_of(documents), 0.0)
        for found, rarity in self._terms:
            having = in_set(scores, found.bits)
            for document, points in zip(having, self._snapshot.impacts(found, having), strict=True):
                scores[document] += points * rarity
        return scores


def _best(bounds: Bounds, among: int, most: int, score: Callable[[int], dict[int, float]]) -> dict[int, float]:
    """Score some documents of a set, the best `most` of all among them.

    All share some common term, so few are scored: those that can reach what the best of a first attempt have.
    """
    first = bounds.highest(among, most + ATTEMPTED)
    found = score(first)
    if len(found) < most:
        return found
    reached = heapq.nlargest(most, found.values())[-1]
    return found | score(bounds.reaching(among, reached) & ~first)


def _rarity(snapshot: Snapshot, term: str) -> float:
    # A term that only the record itself has says nothing about others.
    count = snapshot.postings(term).size
    return math.log(1 + snapshot.size / count) if count > 1 else 0.0


def _facet_sets(snapshot: Snapshot, wanted: Mapping[str, tuple[str, ...]]) -> Iterator[tuple[str, int]]:
    """The values of facets, each with the set of documents that have it."""
    for key, values in wanted.items():
        sets = snapshot.facets.get(key, {})
        yield from ((value, sets.get(value, 0)) for value in values)


def _values_of(sets: Sequence[tuple[str, int]], documents: int) -> dict[int, tuple[str, ...]]:
    """The values that each document of a set has, in their order."""
    found: dict[int, tuple[str, ...]] = {}
    for value, bits in sets:
        for document in documents_of(bits & documents):
            found[document] = (*found.get(document, ()), value)
    return found


def _hit(snapshot: Snapshot, document: int, score: float, common: tuple[str, ...]) -> SearchHit:
    reasons = tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": value}) for value in common)
    return snapshot.head(document).hit(score, reasons=reasons)
