# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What answers a query, by its words and by its meaning, as one set in one order."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.search.answering.matching import Filters, Matches, restrict
from app.search.answering.scoring import all_scores, best_scores, by_relevance, order
from app.search.answering.sets import bits_of, documents_of
from app.search.answering.snapshot import Snapshot
from app.search.port import Nearness
from app.search.query import MatchedBy, Sort

RANKED = 100
"""So many of those that their words speak for most count by their words beside the meaning."""
MOST_BY_MEANING = 10


@dataclass(frozen=True, slots=True)
class Found:
    """What answers a query: `bits` is all of it, `by_meaning` those that no word of the query led to."""

    matches: Matches
    bits: int
    by_meaning: int = 0
    near: Nearness | None = None
    open_bits: int = 0
    """The same before any filter, by which facets count what a further value would add."""

    @classmethod
    def of(cls, snapshot: Snapshot, matches: Matches, filters: Filters, near: Nearness | None) -> Found:
        """Narrow what the words found by the filters, and add what stands out by its meaning."""
        by_words = restrict(snapshot, matches.bits, filters)
        if near is None:
            return cls(matches, by_words, open_bits=matches.bits)
        others = restrict(snapshot, snapshot.live & ~matches.bits, filters)
        added = bits_of(near.standing_out(snapshot.columns.uids, others, MOST_BY_MEANING), snapshot.end)
        return cls(matches, by_words | added, added, near, matches.bits | added)

    def nearest(self, snapshot: Snapshot, most: int) -> Found:
        """Keep the best `most` only: nothing answers the query, and these come nearest."""
        kept = bits_of(self.ordered(snapshot, Sort.RELEVANCE, most)[0], snapshot.end)
        return replace(self, bits=kept, by_meaning=self.by_meaning & kept, open_bits=kept)

    def ordered(self, snapshot: Snapshot, sort: Sort, first: int) -> tuple[list[int], Mapping[int, float]]:
        """Return the `first` documents in order, with what their words score, and their meaning where that is known."""
        matches = self.matches
        if sort is not Sort.RELEVANCE or not matches.groups:
            shown = order(snapshot, documents_of(self.bits), sort, first)
        elif self.near is None:
            scores = best_scores(snapshot, matches, self.bits, first)
            return by_relevance(snapshot, scores, first), scores
        else:
            best = best_scores(snapshot, matches, self.bits & matches.bits, RANKED)
            by_words = {document: best[document] / matches.whole for document in by_relevance(snapshot, best, RANKED)}
            both = self.near.ordered(snapshot.columns.uids, self.bits, by_words, first)
            return list(both), both
        return shown, all_scores(snapshot, matches, bits_of(shown, snapshot.end))

    def matched_by(self, snapshot: Snapshot, document: int) -> MatchedBy:
        """Tell what led to a document."""
        if self.by_meaning >> document & 1:
            return MatchedBy.MEANING
        stands_out = self.near is not None and self.near.stands_out(snapshot.columns.uids[document])
        return MatchedBy.BOTH if stands_out else MatchedBy.WORDS
