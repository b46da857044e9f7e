# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How well documents match: Okapi BM25 over groups of alternatives."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Iterable, Iterator

from app.search.plan import Alternative, Via
from app.search.whoosh_engine.bounds import classes
from app.search.whoosh_engine.matching import GroupMatch, Matches, documents_with
from app.search.whoosh_engine.segments import documents_of
from app.search.whoosh_engine.snapshot import Snapshot

DECIMALS = 6
"""Scores that differ less are equal."""
_SLACK = 2 * 10**-DECIMALS


def best_scores(snapshot: Snapshot, matches: Matches, wanted: int, first: int) -> dict[int, float]:
    """Document -> score, for the `first` best of the set `wanted` and what is as good, and for some others.

    Most documents of a loose query have one common word. They are scored only where a page is not full without them.
    """
    found: dict[int, float] = {}
    for bits, bound in classes(snapshot, matches, wanted):
        if len(found) >= first and bound + _SLACK < heapq.nlargest(first, found.values())[-1]:
            break
        found |= all_scores(snapshot, matches, bits)
    return found


def all_scores(snapshot: Snapshot, matches: Matches, wanted: int) -> dict[int, float]:
    """Document -> score, for those of the set `wanted` that match; those with more of the words stand higher."""
    total: dict[int, float] = {}
    having: Counter[int] = Counter()
    for found in matches.groups:
        scores = _group(snapshot, found, wanted)
        for document, points in scores.items():
            total[document] = total.get(document, 0.0) + points
        if matches.relaxed:
            having.update(scores.keys())
    if not matches.relaxed:
        return total
    return {document: points * having[document] / len(matches.groups) for document, points in total.items()}


def _group(snapshot: Snapshot, found: GroupMatch, wanted: int) -> dict[int, float]:
    alternatives = found.group.alternatives
    sure = _best(snapshot, (one for one in alternatives if one.via is not Via.PARTS), wanted)
    loose = _best(snapshot, (one for one in alternatives if one.via is Via.PARTS), wanted)
    scores = {document: impact * found.rarity for document, impact in sure.items()}
    for document, impact in loose.items():
        scores[document] = max(scores.get(document, 0.0), impact * found.loose_rarity)
    return scores


def _best(snapshot: Snapshot, alternatives: Iterable[Alternative], wanted: int) -> dict[int, float]:
    best: dict[int, float] = {}
    for alternative in alternatives:
        boost = alternative.boost
        for document, impact in _impacts(snapshot, alternative, wanted):
            points = impact * boost
            if points > best.get(document, 0.0):
                best[document] = points
    return best


def _impacts(snapshot: Snapshot, alternative: Alternative, wanted: int) -> Iterator[tuple[int, float]]:
    """Documents that have all terms of an alternative, each with the mean of what the terms count in it."""
    documents = documents_of(documents_with(snapshot, alternative) & wanted)
    impact = snapshot.impact
    found = [snapshot.postings(term).weights for term in alternative.terms]
    if len(found) == 1:
        weights = found[0]
        yield from ((document, impact(weights[document], document)) for document in documents)
        return
    rarest, *others = sorted(found, key=len)
    for document in documents:
        more = sum(impact(other[document], document) for other in others)
        yield document, (impact(rarest[document], document) + more) / len(found)
