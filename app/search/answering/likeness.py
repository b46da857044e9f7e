# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records like a given one: by its rarest words and by shared topics."""

from __future__ import annotations

import heapq
import math
from collections import defaultdict
from collections.abc import Mapping

from app.search.analysis.analyser import GermanAnalyser
from app.search.analysis.words import clean
from app.search.answering.columns import name_hash
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.port import SimilarTo
from app.search.query import Reason, ReasonCode, SearchHit

TELLING_TERMS = 25
"""So many of the rarest terms speak for a record."""
FACET_SHARE = 0.25
"""A shared topic is worth a quarter of the best agreement in words."""


def similar(snapshot: Snapshot, analyser: GermanAnalyser, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
    """Neighbours that share at least two telling terms, or a term and a value of the given facets."""
    scores, sharing, twice = _scores(snapshot, analyser, like.text)
    unit = FACET_SHARE * max(scores.values(), default=1.0)
    common = _common_values(snapshot, like.facets, sharing)
    itself = name_hash(like.id)
    total = {
        document: scores[document] + unit * len(common.get(document, ()))
        for document in {*documents_of(twice), *common}
        if snapshot.columns.ids[document] != itself
    }
    best = heapq.nsmallest(limit, total, key=lambda one: (-total[one], snapshot.columns.uids[one]))
    return tuple(_hit(snapshot, document, total[document], common.get(document, ())) for document in best)


def telling(snapshot: Snapshot, analyser: GermanAnalyser, text: str) -> dict[str, float]:
    """The terms that speak for a text, each with how rare it is."""
    terms = {term for word, _ in analyser.occurrences(clean(text)) for term in (word.term, *word.parts)}
    rarities = {term: _rarity(snapshot, term) for term in terms}
    return {term: rarities[term] for term in heapq.nlargest(TELLING_TERMS, terms, key=lambda one: (rarities[one], one))}


def _scores(snapshot: Snapshot, analyser: GermanAnalyser, text: str) -> tuple[dict[int, float], int, int]:
    """Return what shared terms count in each document, the set of these, and those that share two at least."""
    scores: defaultdict[int, float] = defaultdict(float)
    sharing = twice = 0
    for term, rarity in telling(snapshot, analyser, text).items():
        found = snapshot.postings(term)
        documents = documents_of(found.bits)
        for document, points in zip(documents, snapshot.impacts(found, documents), strict=True):
            scores[document] += points * rarity
        twice |= sharing & found.bits
        sharing |= found.bits
    return scores, sharing, twice


def _rarity(snapshot: Snapshot, term: str) -> float:
    # A term that only the record itself has says nothing about others.
    count = snapshot.postings(term).size
    return math.log(1 + snapshot.size / count) if count > 1 else 0.0


def _common_values(snapshot: Snapshot, wanted: Mapping[str, tuple[str, ...]], among: int) -> dict[int, tuple[str, ...]]:
    """The values that documents of a set share with the record, in its order."""
    found: dict[int, tuple[str, ...]] = {}
    for key, values in wanted.items():
        sets = snapshot.facets.get(key, {})
        for value in values:
            for document in documents_of(sets.get(value, 0) & among):
                found[document] = (*found.get(document, ()), value)
    return found


def _hit(snapshot: Snapshot, document: int, score: float, common: tuple[str, ...]) -> SearchHit:
    reasons = tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": value}) for value in common)
    return snapshot.head(document).hit(score, reasons=reasons)
