"""What answers a query, by its words and by its meaning, as one set in one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.search.answering.heads import name_key
from app.search.answering.matching import Filters, Matches, restrict
from app.search.answering.scoring import all_scores, best_scores, by_relevance, order
from app.search.answering.sets import bits_of, documents_of
from app.search.answering.snapshot import Snapshot
from app.search.port import Nearness
from app.search.query import MatchedBy, Sort

RANKED = 100
"""So many of those that their words speak for most count by their words beside the meaning."""
MOST_BY_MEANING = 10
NEAR = 1 / 3
"""A hit is far that scores less than this share of the best one. Of the records that are graded as the best answers,
94 in 100 score more, and half of the questions have no more than twelve such hits."""


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a query: `bits` is all of it, `by_meaning` those that no word of the query led to.

    `named` are those whose name was typed, `belonging` those that use what is named so.
    """

    matches: Matches
    bits: int
    by_meaning: int = 0
    near: Nearness | None = None
    open_bits: int = 0
    """The same before any filter, by which facets count what a further value would add."""
    named: int = 0
    belonging: int = 0
    close: int = -1
    """Those that are not far from the best, see `NEAR`."""

    @classmethod
    def of(cls, snapshot: Snapshot, matches: Matches, filters: Filters, near: Nearness | None, text: str = "") -> Found:
        """Narrow what the words and the name found by the filters, and add what stands out by its meaning."""
        named, belonging = _named(snapshot, matches, text)
        by_words = matches.bits | named | belonging
        bits, added = restrict(snapshot, by_words, filters), 0
        if near is not None:
            others = restrict(snapshot, snapshot.live & ~by_words, filters)
            added = bits_of(near.standing_out(snapshot.columns.uids, others, MOST_BY_MEANING), snapshot.end)
        found = cls(matches, bits | added, added, near, by_words | added, named & bits, belonging & bits & ~named)
        return replace(found, close=found._close(snapshot)) if matches.groups else found

    def nearest(self, snapshot: Snapshot, most: int) -> Found:
        """Keep the best `most` only: nothing answers the query, and these come nearest."""
        kept = bits_of(self.ordered(snapshot, Sort.RELEVANCE, most)[0], snapshot.end)
        return replace(self, bits=kept, by_meaning=self.by_meaning & kept, open_bits=kept, close=kept)

    def ordered(self, snapshot: Snapshot, sort: Sort, first: int) -> tuple[list[int], Mapping[int, float]]:
        """Return the `first` documents in order, with what their words score, and their meaning where that is known.

        What was asked for by its name comes first, then what belongs to it; in another order than relevance what is
        far comes last.
        """
        if sort is not Sort.RELEVANCE or not self.matches.groups:
            parts = (documents_of(self.bits & close) for close in (self.close, ~self.close))
            shown = [one for part in parts for one in order(snapshot, part, sort, first)][:first]
            return shown, all_scores(snapshot, self.matches, bits_of(shown, snapshot.end))
        ranked = self._scored(snapshot, self.bits, first)
        for lifted in (self.belonging, self.named):
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
        stands_out = self.near is not None and self.near.stands_out(snapshot.columns.uids[document])
        return MatchedBy.BOTH if stands_out else MatchedBy.WORDS

    def _close(self, snapshot: Snapshot) -> int:
        scores = self._scored(snapshot, self.bits, RANKED)
        lowest = NEAR * max(scores.values(), default=0.0)
        close = [one for one, score in scores.items() if score >= lowest]
        if len(close) == RANKED:
            # Relevance does not drop among those that are ranked, so nothing is known to be far.
            return self.bits
        return bits_of(close, snapshot.end) | self.named | self.belonging

    def _scored(self, snapshot: Snapshot, wanted: int, first: int) -> dict[int, float]:
        """Return the `first` documents of a set with their scores, best first."""
        matches = self.matches
        best = best_scores(snapshot, matches, wanted & matches.bits, first if self.near is None else RANKED)
        if self.near is None:
            best = dict.fromkeys(documents_of(wanted & ~matches.bits), 0.0) | best
            return {one: best[one] for one in by_relevance(snapshot, best, first)}
        by_words = {document: best[document] / matches.whole for document in by_relevance(snapshot, best, RANKED)}
        return dict(self.near.ordered(snapshot.columns.uids, wanted, by_words, first))


def _named(snapshot: Snapshot, matches: Matches, text: str) -> tuple[int, int]:
    """Return what is called as the query is written, with filler words or without them, and what uses that."""
    typed = {name_key(text), name_key("".join(found.group.text for found in matches.groups))}
    named = {one for name in typed for one in snapshot.names.get(name, ())} if matches.groups else set()
    belonging = 0
    for one in named:
        belonging |= snapshot.users.get(one, 0)
    return bits_of(named, snapshot.end), belonging
