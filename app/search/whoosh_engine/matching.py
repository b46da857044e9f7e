# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which documents a plan matches, and how well: Okapi BM25 over groups of alternatives."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.search.plan import Alternative, Group, QueryPlan, Via
from app.search.whoosh_engine.segments import bits_of
from app.search.whoosh_engine.snapshot import Snapshot

ENOUGH = 3
"""With fewer records that have all words, those that have some of them are shown too."""


@dataclass(frozen=True, slots=True)
class GroupMatch:
    """The documents of a group with their scores; `rarity` is its inverse document frequency."""

    group: Group
    scores: Mapping[int, float]
    bits: int
    rarity: float


@dataclass(frozen=True, slots=True)
class Matches:
    """All documents that answer a plan. `relaxed`: some of them lack some of the words."""

    groups: tuple[GroupMatch, ...]
    bits: int
    relaxed: bool

    def scores(self) -> dict[int, float]:
        """Document -> score, for all documents of any group; those with more of the words stand higher."""
        total: dict[int, float] = {}
        for match in self.groups:
            for document, score in match.scores.items():
                total[document] = total.get(document, 0.0) + score
        if not self.relaxed:
            return total
        having = Counter(document for match in self.groups for document in match.scores)
        return {document: score * having[document] / len(self.groups) for document, score in total.items()}


def match(snapshot: Snapshot, plan: QueryPlan) -> Matches:
    """All words first; when that gives next to nothing, some of the words."""
    groups = tuple(_match_group(snapshot, group) for group in plan.groups)
    together = snapshot.live
    for found in groups:
        together &= found.bits
    if len(groups) < 2 or together.bit_count() >= ENOUGH:
        return Matches(groups, together, relaxed=False)
    having = Counter(document for found in groups for document in found.scores)
    some = [document for document, count in having.items() if count >= plan.needed()]
    either = together | bits_of(some, len(snapshot.heads))
    return Matches(groups, either, relaxed=either != together)


def _match_group(snapshot: Snapshot, group: Group) -> GroupMatch:
    sure = _best(snapshot, [one for one in group.alternatives if one.via is not Via.PARTS])
    loose = _best(snapshot, [one for one in group.alternatives if one.via is Via.PARTS])
    rarity = _rarity(snapshot, len(sure) or len(loose))
    scores = {document: impact * rarity for document, impact in sure.items()}
    # The parts of a rare compound may be common words that meet by chance: they count as common.
    loose_rarity = min(rarity, _rarity(snapshot, len(loose)))
    for document, impact in loose.items():
        scores[document] = max(scores.get(document, 0.0), impact * loose_rarity)
    return GroupMatch(group, scores, bits_of(list(scores), len(snapshot.heads)), rarity)


def _best(snapshot: Snapshot, alternatives: Iterable[Alternative]) -> dict[int, float]:
    best: dict[int, float] = {}
    for alternative in alternatives:
        for document, impact in _impacts(snapshot, alternative).items():
            score = impact * alternative.boost
            if score > best.get(document, 0.0):
                best[document] = score
    return best


def _rarity(snapshot: Snapshot, having: int) -> float:
    return math.log(1 + (snapshot.size - having + 0.5) / (having + 0.5))


def _impacts(snapshot: Snapshot, alternative: Alternative) -> Mapping[int, float]:
    found = [snapshot.postings(term).impacts for term in alternative.terms]
    if len(found) == 1:
        return found[0]
    rarest, *others = sorted(found, key=len)
    return {
        document: (impact + sum(other[document] for other in others)) / len(found)
        for document, impact in rarest.items()
        if all(document in other for other in others)
    }
