"""Ranks the matches of a query by words (Okapi BM25), name and meaning in one order."""

from __future__ import annotations

import heapq
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import TYPE_CHECKING

from app.search.answering.heads import name_key, title_key
from app.search.answering.matching import GroupMatch, Matches, restrict
from app.search.answering.sets import bits_of, documents_of
from app.search.answering.snapshot import FIRST_TIER, Snapshot, Tier
from app.search.query import MatchedBy, SearchQuery, Sort

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

DECIMALS = 6
"""Scores that differ by less are equal."""
_SLACK = 2 * 10**-DECIMALS
MAX_CLASSES = 300
"""Beyond this number documents are not split any further; their bounds are then less tight."""
RANKED = 100
"""Documents with the best scores by words, which are ranked by words and meaning."""
MAX_BY_MEANING = 10
NEAR = 1 / 3
"""A hit is far if it scores less than this share of the best one. Of the records graded as best answers, 94 in 100
score more, and half of the questions have at most twelve such hits."""


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of a query: `bits` is all of them, `by_meaning` those that match no word of it.

    `best` are the best scores by words and meaning, best first. `named` are the documents whose name was typed,
    `belonging` those that use a named one.
    """

    matches: Matches
    bits: int
    by_meaning: int
    near: QuestionNearness | None
    open_bits: int
    """The matches before filtering; facets count from them what a further value would add."""
    named: int
    belonging: int
    best: Mapping[int, float] = field(default_factory=dict)
    close: int = -1
    """The matches that are not far from the best, see `NEAR`."""

    @classmethod
    def of(
        cls, snapshot: Snapshot, matches: Matches, query: SearchQuery, near: QuestionNearness | None, first: int
    ) -> Found:
        """Filter matches by words and name, add those that stand out by meaning, and put the `first` in order."""
        named, belonging = _named(snapshot, matches, query.text) if matches.groups else (0, 0)
        by_words = matches.bits | named | belonging
        bits, added = restrict(snapshot, by_words, query.filters), 0
        if near is not None:
            others = restrict(snapshot, snapshot.live & ~by_words, query.filters)
            added = bits_of(near.standing_out(snapshot.uids, others, MAX_BY_MEANING), snapshot.end)
        found = cls(matches, bits | added, added, near, by_words | added, named & bits, belonging & bits & ~named)
        if not matches.groups:
            return found
        best = found._scored(snapshot, found.bits, max(RANKED, first))
        lowest = NEAR * max(best.values(), default=0.0)
        close = [one for one, score in islice(best.items(), RANKED) if score >= lowest]
        if len(close) == RANKED:
            # Relevance does not drop within the ranked ones, so none is known to be far.
            return replace(found, best=best, close=found.bits)
        return replace(found, best=best, close=bits_of(close, snapshot.end) | found.named | found.belonging)

    def nearest(self, snapshot: Snapshot, most: int) -> Found:
        """Keep only the best `most`: nothing answers the query, and these come nearest."""
        shown = self.ordered(snapshot, Sort.RELEVANCE, most)[0]
        kept = bits_of(shown, snapshot.end)
        best = {one: score for one, score in self.best.items() if one in shown}
        return replace(self, bits=kept, by_meaning=self.by_meaning & kept, open_bits=kept, best=best, close=kept)

    def ordered(self, snapshot: Snapshot, sort: Sort, first: int) -> tuple[list[int], Mapping[int, float]]:
        """Return the `first` documents with scores: named ones, their users, the rest (far ones last by time)."""
        if sort is not Sort.RELEVANCE or not self.matches.groups:
            parts = (documents_of(self.bits & close) for close in (self.close, ~self.close))
            shown = [one for part in parts for one in _sorted(snapshot, part, sort, first)][:first]
            return shown, scores(snapshot, self.matches, bits_of(shown, snapshot.end))
        ranked = dict(islice(self.best.items(), first))
        for lifted in (self.belonging & self.bits, self.named & self.bits):
            above = max(ranked.values(), default=0.0) + 1
            ahead = self._scored(snapshot, lifted, lifted.bit_count()) if lifted else {}
            ranked = {one: score + above for one, score in ahead.items()} | {
                one: score for one, score in ranked.items() if one not in ahead
            }
        return list(ranked)[:first], ranked

    def matched_by(self, snapshot: Snapshot, document: int) -> MatchedBy:
        """Return what a document matched by."""
        if self.by_meaning >> document & 1:
            return MatchedBy.MEANING
        stands_out = self.near is not None and self.near.stands_out(snapshot.uids[document])
        return MatchedBy.BOTH if stands_out else MatchedBy.WORDS

    def _scored(self, snapshot: Snapshot, wanted: int, first: int) -> dict[int, float]:
        """Return the `first` documents of a set with their scores, best first."""
        by_words = wanted & self.matches.bits
        if self.near is None:
            best = dict.fromkeys(documents_of(wanted & ~by_words), 0.0)
            best |= _best_scores(snapshot, self.matches, by_words, first)
            return {one: best[one] for one in _highest(snapshot, best, first)}
        best = _best_scores(snapshot, self.matches, by_words, RANKED)
        shares = {one: best[one] / self.matches.whole for one in _highest(snapshot, best, RANKED)}
        return dict(self.near.ordered(snapshot.uids, wanted, shares, first))


def _named(snapshot: Snapshot, matches: Matches, text: str) -> tuple[int, int]:
    """Return documents whose name is the query, and its users; a place beside the name restricts the users."""
    names, named = snapshot.names, set[int]()
    for typed in {name_key(text), name_key("".join(found.group.text for found in matches.groups))}:
        if typed in names.documents:
            named.update((names.documents[typed], *names.again.get(typed, ())))
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


def _best_scores(snapshot: Snapshot, matches: Matches, wanted: int, first: int) -> dict[int, float]:
    """Return document -> score of the `first` best and some others; common words are scored only if needed."""
    found: dict[int, float] = {}
    best: list[float] = []
    waiting = 0
    for bits, bound in _classes(snapshot, matches, wanted):
        if len(best) == first and bound + _SLACK < best[-1]:
            break
        waiting |= bits
        if waiting.bit_count() >= FIRST_TIER:
            points = scores(snapshot, matches, waiting)
            found |= points
            best, waiting = heapq.nlargest(first, (*best, *points.values())), 0
    return found | scores(snapshot, matches, waiting)


def _classes(snapshot: Snapshot, matches: Matches, wanted: int) -> list[Tier]:
    """Split the set `wanted` into disjoint parts, those with the highest possible score first."""
    parts = [(wanted, 0.0, 0)]
    # Split by the most important words first: with too many parts the others are split less finely.
    for found in sorted(matches.groups, key=lambda one: -one.rarity):
        levels = _levels(snapshot, found)
        if levels and len(parts) * (len(levels) + 1) > MAX_CLASSES:
            levels = [Tier(found.bits, levels[0].bound)]
        split = []
        for bits, bound, having in parts:
            rest = bits
            for level in levels:
                if inside := rest & level.bits:
                    split.append((inside, bound + level.bound, having + (not found.group.is_optional)))
                    rest ^= inside
            if rest:
                split.append((rest, bound, having))
        parts = split
    tiers = (Tier(bits, bound * _completeness(having, matches)) for bits, bound, having in parts)
    return sorted(tiers, key=lambda one: -one.bound)


def _levels(snapshot: Snapshot, found: GroupMatch) -> list[Tier]:
    """Return the documents of a group in a few nested sets, those with the highest possible weight first."""
    tiers: list[Tier] = []
    for one, bits in zip(found.group.alternatives, found.bits_of, strict=True):
        worth = one.boost * (found.loose_rarity if one.loose else found.rarity)
        having = [snapshot.postings(term).tiers for term in one.terms] if bits else []
        if len(having) == 1:
            tiers += [Tier(tier.bits, tier.bound * worth) for tier in having[0]]
        elif having:
            tiers.append(Tier(bits, sum(several[0].bound for several in having) / len(having) * worth))
    levels: list[Tier] = []
    joined, bound, wanted = 0, 0.0, FIRST_TIER
    for tier in sorted(tiers, key=lambda one: -one.bound):
        joined, bound = joined | tier.bits, bound or tier.bound
        if joined.bit_count() >= wanted:
            levels.append(Tier(joined, bound))
            joined, bound, wanted = 0, 0.0, wanted * 10
    return [*levels, Tier(joined, bound)] if joined else levels


def _completeness(having: int, matches: Matches) -> float:
    """Return the factor by which a document's score is reduced if it has only `having` of the words."""
    return 1.0 if matches.complete else math.sqrt(having / len(matches.needed))


def scores(snapshot: Snapshot, matches: Matches, wanted: int) -> dict[int, float]:
    """Return document -> score for the matches in `wanted`; documents with more of the words score higher."""
    total: dict[int, float] = {}
    having: Counter[int] = Counter()
    for found in matches.groups:
        points = _group_scores(snapshot, found, wanted)
        for document, more in points.items():
            total[document] = total.get(document, 0.0) + more
        if not matches.complete and not found.group.is_optional:
            having.update(points.keys())
    remains = [_completeness(several, matches) for several in range(len(matches.needed) + 1)]
    return {document: round(points * remains[having[document]], DECIMALS) for document, points in total.items()}


def _group_scores(snapshot: Snapshot, found: GroupMatch, wanted: int) -> dict[int, float]:
    """Return document -> weight of the best alternative of a group."""
    best: dict[int, float] = {}
    for one, bits in zip(found.group.alternatives, found.bits_of, strict=True):
        documents = documents_of(bits & wanted)
        worth = one.boost * (found.loose_rarity if one.loose else found.rarity)
        several = [snapshot.impacts(term, documents) for term in one.terms]
        impacts = several[0] if len(several) == 1 else (sum(few) / len(few) for few in zip(*several, strict=True))
        for document, impact in zip(documents, impacts, strict=True):
            points = impact * worth
            if points > best.get(document, 0.0):
                best[document] = points
    return best


def _sorted(snapshot: Snapshot, documents: Sequence[int], sort: Sort, first: int) -> list[int]:
    """Return the `first` documents in an order that ignores words; for relevance that is newest first."""
    heads = {one: snapshot.head(one) for one in documents}
    if sort is Sort.TITLE:
        return heapq.nsmallest(first, heads, key=lambda one: (title_key(heads[one].title), heads[one].uid))
    ranks = {one: head.confirmed if sort is Sort.CONFIRMED else head.published for one, head in heads.items()}
    return _highest(snapshot, ranks, first)


def _highest(snapshot: Snapshot, ranks: Mapping[int, float], first: int) -> list[int]:
    """Return the `first` documents of the highest rank, equal ones by time and uid."""
    # Documents that rank below the `first` best need not be compared further.
    last = heapq.nlargest(first, ranks.values())[-1] if len(ranks) > first > 0 else -math.inf
    foremost = ((value, snapshot.head(one), one) for one, value in ranks.items() if value >= last)
    ordered = sorted((-value, -head.published, head.uid, one) for value, head, one in foremost)
    return [one for *_, one in ordered[:first]]
