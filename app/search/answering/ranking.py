"""What answers a query, by its words (Okapi BM25), its name and its meaning, as one set in one order."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice

from app.search.answering.heads import name_key, title_key
from app.search.answering.matching import Filters, GroupMatch, Matches, restrict
from app.search.answering.sets import bits_of, documents_of
from app.search.answering.snapshot import Snapshot
from app.search.port import Nearness
from app.search.query import MatchedBy, Sort

DECIMALS = 6
"""Scores that differ less are equal."""
RANKED = 100
"""Documents with the best words that count by their words beside the meaning."""
MAX_BY_MEANING = 10
NEAR = 1 / 3
"""A hit is far that scores less than this share of the best one. Of the records that are graded as the best answers,
94 in 100 score more, and half of the questions have no more than twelve such hits."""


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a query: `bits` is all of it, `by_meaning` those that no word of the query led to.

    `points` says what their words score, `best` the scores of the best by words and meaning, best first. `named` are
    those whose name was typed, `belonging` those that use what is named so.
    """

    matches: Matches
    bits: int
    points: Mapping[int, float]
    by_meaning: int
    near: Nearness | None
    open_bits: int
    """The same before any filter, by which facets count what a further value would add."""
    named: int
    belonging: int
    best: Mapping[int, float] = field(default_factory=dict)
    close: int = -1
    """Those that are not far from the best, see `NEAR`."""

    @classmethod
    def of(
        cls, snapshot: Snapshot, matches: Matches, filters: Filters, near: Nearness | None, text: str, first: int
    ) -> Found:
        """Narrow what the words and the name found by the filters, and add what stands out by its meaning.

        The `first` are put in order.
        """
        named, belonging = _named(snapshot, matches, text) if matches.groups else (0, 0)
        by_words = matches.bits | named | belonging
        bits, added = restrict(snapshot, by_words, filters), 0
        if near is not None:
            others = restrict(snapshot, snapshot.live & ~by_words, filters)
            added = bits_of(near.standing_out(snapshot.uids, others, MAX_BY_MEANING), snapshot.end)
        points = scores(snapshot, matches, bits & matches.bits)
        all_bits, open_bits = bits | added, by_words | added
        found = cls(matches, all_bits, points, added, near, open_bits, named & bits, belonging & bits & ~named)
        if not matches.groups:
            return found
        best = found._scored(snapshot, all_bits, max(RANKED, first))
        lowest = NEAR * max(best.values(), default=0.0)
        close = [one for one, score in islice(best.items(), RANKED) if score >= lowest]
        # Where relevance does not drop among those that are ranked, nothing is known to be far.
        is_far = len(close) < RANKED
        return replace(
            found, best=best, close=bits_of(close, snapshot.end) | found.named | found.belonging if is_far else all_bits
        )

    def nearest(self, snapshot: Snapshot, most: int) -> Found:
        """Keep the best `most` only: nothing answers the query, and these come nearest."""
        shown = self.ordered(snapshot, Sort.RELEVANCE, most)[0]
        kept = bits_of(shown, snapshot.end)
        best = {one: score for one, score in self.best.items() if one in shown}
        return replace(self, bits=kept, by_meaning=self.by_meaning & kept, open_bits=kept, best=best, close=kept)

    def ordered(self, snapshot: Snapshot, sort: Sort, first: int) -> tuple[list[int], Mapping[int, float]]:
        """Return the `first` documents in order, with what their words score, and their meaning where that is known.

        What was asked for by its name comes first, then what belongs to it; in another order than relevance what is
        far comes last.
        """
        if sort is not Sort.RELEVANCE or not self.matches.groups:
            parts = (documents_of(self.bits & close) for close in (self.close, ~self.close))
            return [one for part in parts for one in _sorted(snapshot, part, sort, first)][:first], self.points
        ranked = dict(islice(self.best.items(), first))
        for lifted in (self.belonging & self.bits, self.named & self.bits):
            above = max(ranked.values(), default=0.0) + 1
            ahead = self._scored(snapshot, lifted, lifted.bit_count())
            ranked = {one: score + above for one, score in ahead.items()} | {
                one: score for one, score in ranked.items() if one not in ahead
            }
        return list(ranked)[:first], ranked

    def matched_by(self, snapshot: Snapshot, document: int) -> MatchedBy:
        """Tell what led to a document."""
        if self.by_meaning >> document & 1:
            return MatchedBy.MEANING
        stands_out = self.near is not None and self.near.stands_out(snapshot.uids[document])
        return MatchedBy.BOTH if stands_out else MatchedBy.WORDS

    def _scored(self, snapshot: Snapshot, wanted: int, first: int) -> dict[int, float]:
        """Return the `first` documents of a set with their scores, best first."""
        if not wanted:
            return {}
        documents, points = documents_of(wanted), self.points
        if self.near is None:
            return {one: points.get(one, 0.0) for one in _highest(snapshot, documents, points, first)}
        best = _highest(snapshot, [one for one in documents if one in points], points, RANKED)
        by_words = {document: points[document] / self.matches.whole for document in best}
        return dict(self.near.ordered(snapshot.uids, wanted, by_words, first))


def _named(snapshot: Snapshot, matches: Matches, text: str) -> tuple[int, int]:
    """Return what is called as the query is written, with filler words or without them, and what uses that.

    A place before or after the name of a thing names what uses it there.
    """
    names, named = snapshot.names, set[int]()
    for typed in {name_key(text), name_key("".join(found.group.text for found in matches.groups))}:
        named.update(names.documents.get(typed, ()))
        for name, users in names.used:
            if typed.startswith(name) or typed.endswith(name):
                places = {typed.removeprefix(name), typed.removesuffix(name)}
                named.update(one for one in documents_of(users) if _lies_in(snapshot, one, places))
    belonging = 0
    for one in named:
        belonging |= names.users.get(one, 0)
    return bits_of(named, snapshot.end), belonging


def _lies_in(snapshot: Snapshot, document: int, places: set[str]) -> bool:
    return not places.isdisjoint(map(name_key, snapshot.head(document).places))


def scores(snapshot: Snapshot, matches: Matches, wanted: int) -> dict[int, float]:
    """Document -> score, for those of the set `wanted` that match; those with more of the words stand higher."""
    total: dict[int, float] = {}
    having: Counter[int] = Counter()
    for found in matches.groups:
        points = _group_scores(snapshot, found, wanted)
        for document, more in points.items():
            total[document] = total.get(document, 0.0) + more
        if not matches.complete and not found.group.is_optional:
            having.update(points.keys())
    if matches.complete:
        return {document: round(points, DECIMALS) for document, points in total.items()}
    # What remains of the points of a document that has so many of the words.
    remains = [math.sqrt(several / len(matches.needed)) for several in range(len(matches.needed) + 1)]
    return {document: round(points * remains[having[document]], DECIMALS) for document, points in total.items()}


def _group_scores(snapshot: Snapshot, found: GroupMatch, wanted: int) -> dict[int, float]:
    """What the best alternative of a group counts in each document."""
    best: dict[int, float] = {}
    for one, bits in zip(found.group.alternatives, found.bits_of, strict=True):
        documents = documents_of(bits & wanted)
        worth = found.loose_rarity if one.loose else found.rarity
        # Thousands for a page, so nothing is called.
        for document, impact in zip(documents, _impacts(snapshot, one.terms, documents), strict=True):
            points = impact * one.boost * worth
            if points > best.get(document, 0.0):
                best[document] = points
    return best


def _impacts(snapshot: Snapshot, terms: Iterable[str], documents: Sequence[int]) -> Iterable[float]:
    """The mean of what some terms count, in each of some documents that have all of them."""
    impacts = [map(snapshot.postings(term).impacts.__getitem__, documents) for term in terms]
    return impacts[0] if len(impacts) == 1 else (sum(several) / len(several) for several in zip(*impacts, strict=True))


def _sorted(snapshot: Snapshot, documents: Sequence[int], sort: Sort, first: int) -> list[int]:
    """The `first` documents in an order that no words decide; by relevance that is newest first."""
    heads = {one: snapshot.head(one) for one in documents}
    if sort is Sort.TITLE:
        return heapq.nsmallest(first, heads, key=lambda one: (title_key(heads[one].title), heads[one].uid))
    ranks = {one: head.confirmed if sort is Sort.CONFIRMED else head.published for one, head in heads.items()}
    return _highest(snapshot, documents, ranks, first)


def _highest(snapshot: Snapshot, documents: Sequence[int], ranks: Mapping[int, float], first: int) -> list[int]:
    """The `first` documents of the highest rank, 0 where none is known, equal ones by time and uid."""
    values = [ranks.get(document, 0.0) for document in documents]
    # What ranks below so many others need not be compared any further.
    last = heapq.nlargest(first, values)[-1] if len(values) > first else -math.inf
    foremost = ((value, snapshot.head(one), one) for one, value in zip(documents, values, strict=True) if value >= last)
    ordered = sorted((-value, -head.published, head.uid, one) for value, head, one in foremost)
    return [one for *_, one in ordered[:first]]
