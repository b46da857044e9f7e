"""How well documents match, by Okapi BM25 over groups of alternatives, and the order that follows from it."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.search.answering.common import FIRST_TIER, GROWTH
from app.search.answering.heads import title_key
from app.search.answering.matching import GroupMatch, Matches
from app.search.answering.postings import Bounded
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import Alternative
from app.search.query import Sort

MOST_CLASSES = 300
"""Beyond, documents are not told apart any further; their bounds are less close then."""
MANY = 2_000
"""Of more documents with the same words their length is looked at as well."""


class _Class(NamedTuple):
    """Documents that have the same alternatives of the groups seen so far, and of how many needed ones."""

    bits: int
    bound: float
    having: int


def classes(snapshot: Snapshot, matches: Matches, wanted: int, lowest: float | None = None) -> list[Bounded]:
    """The set `wanted` in parts without overlap, those that can score most first.

    Bounds are closer where the `lowest` saturation of any of its documents is told.
    """
    parts = [_Class(wanted, 0.0, 0)]
    # The words that count most first: where there are too many parts, it is the others that are looked at less closely.
    for found in sorted(matches.groups, key=lambda one: -one.rarity):
        levels = _levels(snapshot, found, lowest)
        coarse = len(parts) * (len(levels) + 1) > MOST_CLASSES
        one_more = 0 if found.group.is_optional else 1
        parts = [one for part in parts for one in _split(part, _joined(levels) if coarse else levels, one_more)]
    bounded = [Bounded(one.bits, one.bound * _completeness(one.having, matches)) for one in parts]
    return sorted(bounded, key=lambda one: -one.bound)


def _split(part: _Class, levels: Sequence[Bounded], one_more: int) -> Iterator[_Class]:
    rest = part.bits
    for level in levels:
        inside = rest & level.bits
        if inside:
            yield _Class(inside, part.bound + level.bound, part.having + one_more)
            rest ^= inside
    if rest:
        yield _Class(rest, part.bound, part.having)


def _levels(snapshot: Snapshot, found: GroupMatch, lowest: float | None) -> list[Bounded]:
    """The alternatives of a group with their documents, those that can count most first."""
    levels = (level for one in found.group.alternatives for level in _tiers(snapshot, found, one, lowest))
    return sorted((level for level in levels if level.bits), key=lambda level: -level.bound)


def _joined(levels: Sequence[Bounded]) -> list[Bounded]:
    bits = 0
    for level in levels:
        bits |= level.bits
    return [Bounded(bits, levels[0].bound)] if levels else []


def _tiers(snapshot: Snapshot, found: GroupMatch, alternative: Alternative, lowest: float | None) -> Iterator[Bounded]:
    rarity = found.loose_rarity if alternative.loose else found.rarity
    having = map(snapshot.postings, alternative.terms)
    tiers = [one.tiers if lowest is None else one.bounded(lowest) for one in having]
    if alternative.boost <= 0 or not all(tiers):
        return
    if len(tiers) == 1:
        yield from (Bounded(tier.bits, tier.bound * alternative.boost * rarity) for tier in tiers[0])
        return
    worth = alternative.boost * rarity / len(tiers)
    parts = [Bounded(snapshot.documents_with(alternative), 0.0)]
    for several in tiers:
        parts = [one for part in parts for one in _among(part, several)]
    yield from _few(sorted((Bounded(one.bits, one.bound * worth) for one in parts), key=lambda one: -one.bound))


def _among(part: Bounded, tiers: Sequence[Bounded]) -> Iterator[Bounded]:
    """A set in parts by the tiers that hold it, each with what its tier adds to the bound."""
    inside = (Bounded(part.bits & tier.bits, part.bound + tier.bound) for tier in tiers)
    return (one for one in inside if one.bits)


def _few(ordered: Iterable[Bounded]) -> Iterator[Bounded]:
    """Sets joined to a few that grow like tiers, those first that can count most."""
    held: list[Bounded] = []
    having, wanted = 0, FIRST_TIER
    for one in ordered:
        held.append(one)
        having += one.bits.bit_count()
        if having >= wanted:
            yield from _joined(held)
            held, having, wanted = [], 0, wanted * GROWTH
    yield from _joined(held)


DECIMALS = 6
"""Scores that differ less are equal."""
_SLACK = 2 * 10**-DECIMALS


def best_scores(snapshot: Snapshot, matches: Matches, wanted: int, first: int) -> dict[int, float]:
    """Document -> score, for the `first` best of the set `wanted` and what is as good, and for some others.

    Most documents of a loose query have one common word. They are scored only where a page is not full without them.
    """
    found: dict[int, float] = {}
    best: list[float] = []
    for bits, bound in classes(snapshot, matches, wanted):
        if not _can_be_among(bound, best, first):
            break
        for some in _portions(snapshot, matches, Bounded(bits, bound)):
            if _can_be_among(some.bound, best, first):
                scores = all_scores(snapshot, matches, some.bits)
                found |= scores
                best = heapq.nlargest(first, (*best, *scores.values()))
    return found


def _can_be_among(bound: float, best: Sequence[float], first: int) -> bool:
    """Tell whether what counts so much at most can be among the `first`, of which `best` are known, highest first."""
    return len(best) < first or bound + _SLACK >= best[-1]


def _portions(snapshot: Snapshot, matches: Matches, part: Bounded) -> Iterator[Bounded]:
    """Tell many documents with the same words by their length: a field of action stands alike in all of them."""
    if part.bits.bit_count() <= MANY:
        yield part
        return
    for bits, lowest in snapshot.portions:
        yield from classes(snapshot, matches, part.bits & bits, lowest)


def all_scores(snapshot: Snapshot, matches: Matches, wanted: int) -> dict[int, float]:
    """Document -> score, for those of the set `wanted` that match; those with more of the words stand higher."""
    total: dict[int, float] = {}
    having: Counter[int] = Counter()
    for found in matches.groups:
        scores = _group(snapshot, found, wanted)
        for document, points in scores.items():
            total[document] = total.get(document, 0.0) + points
        if not matches.complete and not found.group.is_optional:
            having.update(scores.keys())
    if matches.complete:
        return total
    remains = [_completeness(several, matches) for several in range(len(matches.needed) + 1)]
    return {document: points * remains[having[document]] for document, points in total.items()}


def _completeness(having: int, matches: Matches) -> float:
    """What remains of the points of a document that has so many of the words."""
    return 1.0 if matches.complete else math.sqrt(having / len(matches.needed))


def _group(snapshot: Snapshot, found: GroupMatch, wanted: int) -> dict[int, float]:
    having = [
        (one, bits & wanted) for one, bits in zip(found.group.alternatives, found.bits_of, strict=True) if bits & wanted
    ]
    sure = _best(snapshot, ((one, bits) for one, bits in having if not one.loose))
    loose = _best(snapshot, ((one, bits) for one, bits in having if one.loose))
    scores = {document: impact * found.rarity for document, impact in sure.items()}
    for document, impact in loose.items():
        scores[document] = max(scores.get(document, 0.0), impact * found.loose_rarity)
    return scores


def _best(snapshot: Snapshot, alternatives: Iterable[tuple[Alternative, int]]) -> dict[int, float]:
    best: dict[int, float] = {}
    for alternative, bits in alternatives:
        boost, documents = alternative.boost, documents_of(bits)
        for document, impact in zip(documents, _impacts(snapshot, alternative, documents), strict=True):
            points = impact * boost
            if points > best.get(document, 0.0):
                best[document] = points
    return best


def _impacts(snapshot: Snapshot, alternative: Alternative, documents: Sequence[int]) -> list[float]:
    """The mean of what the terms of an alternative count, in each of some documents that have all of them."""
    found = sorted(map(snapshot.postings, alternative.terms), key=lambda one: one.size)
    impacts = [snapshot.impacts(one, documents) for one in found]
    if len(found) == 1:
        return impacts[0]
    return [(rarest + sum(more)) / len(found) for rarest, *more in zip(*impacts, strict=True)]


def by_relevance(snapshot: Snapshot, scores: Mapping[int, float], first: int) -> list[int]:
    """The `first` documents with the highest scores."""
    return _highest(snapshot, list(scores), lambda document: round(scores[document], DECIMALS), first)


def order(snapshot: Snapshot, documents: Sequence[int], sort: Sort, first: int) -> list[int]:
    """The `first` documents in an order that no words decide; by relevance that is newest first."""
    columns = snapshot.columns
    if sort is Sort.TITLE:
        return heapq.nsmallest(first, documents, key=lambda one: (title_key(columns.titles[one]), columns.uids[one]))
    if sort is Sort.CONFIRMED:
        return _highest(snapshot, documents, columns.confirmed.__getitem__, first)
    return _highest(snapshot, documents, columns.published.__getitem__, first)


def _highest(snapshot: Snapshot, documents: Sequence[int], rank: Callable[[int], float], first: int) -> list[int]:
    columns = snapshot.columns

    def key(document: int) -> tuple[float, float, str]:
        return -rank(document), -columns.published[document], columns.uids[document]

    return sorted(_foremost(documents, rank, first), key=key)[:first]


def _foremost(documents: Sequence[int], rank: Callable[[int], float], first: int) -> Sequence[int]:
    """Those that can be among the `first`: what ranks below so many others need not be compared any further."""
    if len(documents) <= first:
        return documents
    ranks = [rank(document) for document in documents]
    last = heapq.nlargest(first, ranks)[-1]
    return [document for document, value in zip(documents, ranks, strict=True) if value >= last]
