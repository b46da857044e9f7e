# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sets of documents, worked out before anything is scored: what answers a plan, and how facets split it."""

from __future__ import annotations

import functools
import math
import operator
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.search.plan import Alternative, Group, QueryPlan, Via
from app.search.port import Facet, FacetValue
from app.search.whoosh_engine.snapshot import Snapshot

ENOUGH = 3
"""With fewer records that have all words, those that have some of them are shown too."""


@dataclass(frozen=True, slots=True)
class GroupMatch:
    """The documents of a group as a set, and those of each of its alternatives.

    `rarity` is its inverse document frequency, `loose_rarity` that of documents which only have the parts.
    """

    group: Group
    bits: int
    bits_of: tuple[int, ...]
    rarity: float
    loose_rarity: float

    def best(self, document: int) -> Alternative | None:
        """Return the alternative worth most that a document has."""
        having = (one for one, bits in zip(self.group.alternatives, self.bits_of, strict=True) if bits >> document & 1)
        return max(having, key=lambda one: one.boost, default=None)

    def has(self, document: int) -> bool:
        """Tell whether a document has any of the alternatives."""
        return bool(self.bits >> document & 1)


@dataclass(frozen=True, slots=True)
class Matches:
    """All documents that answer a plan. `relaxed`: some of them lack some of the words."""

    groups: tuple[GroupMatch, ...]
    bits: int
    relaxed: bool


def match(snapshot: Snapshot, plan: QueryPlan) -> Matches:
    """All words first; when that gives next to nothing, some of the words."""
    groups = tuple(_match_group(snapshot, group) for group in plan.groups)
    together = snapshot.live
    for found in groups:
        together &= found.bits
    if len(groups) < 2 or together.bit_count() >= ENOUGH:
        return Matches(groups, together, relaxed=False)
    either = together | _in_several([found.bits for found in groups], plan.needed())
    return Matches(groups, either, relaxed=either != together)


def documents_with(snapshot: Snapshot, alternative: Alternative) -> int:
    """The documents that have all terms of an alternative, as a set; none for one that counts for nothing."""
    bits = snapshot.live if alternative.boost > 0 else 0
    for term in alternative.terms:
        bits &= snapshot.postings(term).bits
    return bits


def _match_group(snapshot: Snapshot, group: Group) -> GroupMatch:
    bits_of = tuple(documents_with(snapshot, one) for one in group.alternatives)
    found = tuple(zip(group.alternatives, bits_of, strict=True))
    sure = _union(bits for one, bits in found if one.via is not Via.PARTS)
    loose = _union(bits for one, bits in found if one.via is Via.PARTS)
    rarity = _rarity(snapshot, (sure or loose).bit_count())
    # The parts of a rare compound may be common words that meet by chance: they count as common.
    return GroupMatch(group, sure | loose, bits_of, rarity, min(rarity, _rarity(snapshot, loose.bit_count())))


def _union(sets: Iterable[int]) -> int:
    return functools.reduce(operator.or_, sets, 0)


def _in_several(sets: Iterable[int], needed: int) -> int:
    """The documents that are in at least `needed` of the sets."""
    in_so_many = [0] * needed
    for bits in sets:
        for count in range(needed - 1, 0, -1):
            in_so_many[count] |= in_so_many[count - 1] & bits
        in_so_many[0] |= bits
    return in_so_many[-1]


def _rarity(snapshot: Snapshot, having: int) -> float:
    return math.log(1 + (snapshot.size - having + 0.5) / (having + 0.5))


Filters = Mapping[str, tuple[str, ...]]


def restrict(snapshot: Snapshot, bits: int, filters: Filters, *, but: str = "") -> int:
    """The documents that pass all filters; the filter of the facet `but` is left open."""
    for key, values in filters.items():
        if key != but and values:
            accepted = 0
            for value in values:
                accepted |= snapshot.facets.get(key, {}).get(value, 0)
            bits &= accepted
    return bits


def count(snapshot: Snapshot, bits: int, filters: Filters) -> tuple[Facet, ...]:
    """The facets that split the hits or are in use.

    The values of a facet are counted as if its own filter were not set, so that a reader sees
    what a further value would add.
    """
    facets = []
    for key, sets in sorted(snapshot.facets.items()):
        chosen = frozenset(filters.get(key, ()))
        open_bits = restrict(snapshot, bits, filters, but=key)
        counted = ((value, (members & open_bits).bit_count(), value in chosen) for value, members in sets.items())
        values = [FacetValue(value=v, count=n, selected=s) for v, n, s in counted if n or s]
        values += [FacetValue(value=v, count=0, selected=True) for v in chosen - sets.keys()]
        if chosen or _splits(values, open_bits.bit_count()):
            facets.append(Facet(key=key, values=tuple(sorted(values, key=lambda one: (-one.count, one.value)))))
    return tuple(facets)


def _splits(values: list[FacetValue], total: int) -> bool:
    return any(0 < value.count < total for value in values)
