"""Similar records, by rare words and shared topics."""

import heapq
import math
from collections import Counter, defaultdict

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.port import SimilarTo
from app.search.query import Reason, ReasonCode, SearchHit

RAREST_TERMS = 25
"""Rare terms used to compare two records."""
FACET_SHARE = 0.25
"""Weight of a shared topic, relative to the best agreement in words."""


def similar(snapshot: Snapshot, analyser: GermanAnalyser, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
    """Return neighbours that share at least two rare terms, or a term and a value of the given facets."""
    points: defaultdict[int, float] = defaultdict(float)
    shared: Counter[int] = Counter()
    for term, rarity in _rarest(snapshot, analyser, like.text).items():
        documents = documents_of(snapshot.postings(term).bits)
        shared.update(documents)
        for document, impact in zip(documents, snapshot.impacts(term, documents), strict=True):
            points[document] += impact * rarity
    unit = FACET_SHARE * max(points.values(), default=1.0)
    common: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for key, values in like.facets.items():
        for value in values:
            for document in documents_of(snapshot.facets.get(key, {}).get(value, 0)):
                common[document] += (value,)
    total = {
        document: score + unit * len(common.get(document, ()))
        for document, score in points.items()
        if (shared[document] > 1 or document in common) and snapshot.head(document).id != like.id
    }
    best = heapq.nsmallest(limit, total, key=lambda one: (-total[one], snapshot.uids[one]))
    reasons = {
        document: tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": value}) for value in values)
        for document, values in common.items()
    }
    return tuple(snapshot.head(one).hit(total[one], reasons=reasons.get(one, ())) for one in best)


def _rarest(snapshot: Snapshot, analyser: GermanAnalyser, text: str) -> dict[str, float]:
    """Return the rarest terms of a text, each with its rarity."""
    terms = {term for word, _ in analyser.occurrences(clean(text)) for term in (word.term, *word.parts)}
    counts = {term: snapshot.postings(term).bits.bit_count() for term in terms}
    # A term that only the record itself has says nothing about others.
    rarities = {term: math.log(1 + snapshot.size / count) if count > 1 else 0.0 for term, count in counts.items()}
    return {term: rarities[term] for term in heapq.nlargest(RAREST_TERMS, terms, key=lambda one: (rarities[one], one))}
