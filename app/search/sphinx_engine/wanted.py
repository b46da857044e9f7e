# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a plan looks like to a server: which documents answer it, and about how much each word counts."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Iterator, Sequence

from app.search.answering.matching import STEPS, GroupMatch, is_rare, shares
from app.search.answering.snapshot import Snapshot
from app.search.plan import Alternative, MatchVia
from app.search.sphinx_engine.layout import HEAVY, term_token

MOST_GROUPS = 10
"""So many words, the rarest, say together what has enough of a query: all ways to do so are written out."""
Worth = Callable[[str], float]


def either(alternatives: Iterable[Alternative], worth: Callable[[Alternative], Worth] = lambda _: lambda _: 1.0) -> str:
    """Return what has all terms of one of these alternatives; "" where none of them counts for anything."""
    found = (_all_of(one, worth(one)) for one in alternatives if one.boost > 0)
    return _any_of(sorted(set(found)))


def together(groups: Sequence[GroupMatch]) -> str:
    """Return what has every word."""
    return f"({' '.join(either(found.group.alternatives) for found in groups)})"


def wanted(snapshot: Snapshot, groups: Sequence[GroupMatch]) -> str:
    """Return what answers a plan, as `matching.match` finds it; "" where nothing does."""
    rarest = sorted(shares(groups), key=lambda one: -one[1])[:MOST_GROUPS]
    told = [(_weighed(snapshot, found), steps) for found, steps in rarest]
    if len(groups) < 2:
        return told[0][0] if told else ""
    ways = [f"({' '.join(way)})" for way in _ways(told, STEPS)]
    return _any_of([*ways, *_about_a_rare_word(snapshot, groups)])


def _ways(told: Sequence[tuple[str, int]], needed: int) -> Iterator[tuple[str, ...]]:
    """Yield the fewest words that reach what is needed, from words in the order of their steps."""
    for place, (text, steps) in enumerate(told):
        if steps >= needed:
            yield (text,)
        else:
            yield from ((text, *rest) for rest in _ways(told[place + 1 :], needed - steps))


def _weighed(snapshot: Snapshot, found: GroupMatch) -> str:
    standing = zip(found.group.alternatives, found.counts, strict=True)
    return either((one for one, having in standing if having), lambda one: _worth(snapshot, found, one))


def _worth(snapshot: Snapshot, found: GroupMatch, one: Alternative) -> Worth:
    """What a server multiplies its own measure of rarity with, so that a term counts what its group does."""
    rarity = found.loose_rarity if one.loose else found.rarity

    def worth(term: str) -> float:
        own = math.log(max(1.05, snapshot.size / max(1, snapshot.postings(term).size)))
        return rarity * one.boost / len(one.terms) / own

    return worth


def _about_a_rare_word(snapshot: Snapshot, groups: Iterable[GroupMatch]) -> Iterator[str]:
    for found in groups:
        for one, having in zip(found.group.alternatives, found.counts, strict=True):
            if one.via is MatchVia.WORD and is_rare(snapshot, having):
                yield f"(@({HEAVY}) {_all_of(one, lambda _: 1.0)})"


def _all_of(one: Alternative, worth: Worth) -> str:
    terms = sorted(set(one.terms))
    return f"({' '.join(f'{term_token(term)}{_boost(worth(term))}' for term in terms)})"


def _boost(worth: float) -> str:
    return "" if worth == 1.0 else f"^{max(0.001, worth):.3f}"


def _any_of(texts: Sequence[str]) -> str:
    return f"({'|'.join(texts)})" if len(texts) > 1 else "".join(texts)
