# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What documents can score at most, without scoring them: by the words that they have."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.search.plan import Alternative, Via
from app.search.whoosh_engine.matching import GroupMatch, Matches, documents_with
from app.search.whoosh_engine.snapshot import Bounded, Snapshot

MOST_CLASSES = 300
"""Beyond, documents are not told apart any further; their bounds are less close then."""


class _Class(NamedTuple):
    """Documents that have the same alternatives of the groups seen so far, and of how many groups."""

    bits: int
    bound: float
    having: int


def classes(snapshot: Snapshot, matches: Matches, wanted: int) -> list[Bounded]:
    """The set `wanted` in parts without overlap, those that can score most first."""
    parts = [_Class(wanted, 0.0, 0)]
    for found in matches.groups:
        levels = _levels(snapshot, found)
        coarse = len(parts) * (len(levels) + 1) > MOST_CLASSES
        parts = [one for part in parts for one in _split(part, _joined(levels) if coarse else levels)]
    groups = len(matches.groups)
    bounded = [Bounded(one.bits, one.bound * one.having / groups if matches.relaxed else one.bound) for one in parts]
    return sorted(bounded, key=lambda one: -one.bound)


def _split(part: _Class, levels: Sequence[Bounded]) -> Iterator[_Class]:
    rest = part.bits
    for level in levels:
        inside = rest & level.bits
        if inside:
            yield _Class(inside, part.bound + level.bound, part.having + 1)
            rest ^= inside
    if rest:
        yield _Class(rest, part.bound, part.having)


def _levels(snapshot: Snapshot, found: GroupMatch) -> list[Bounded]:
    """The alternatives of a group with their documents, those that can count most first."""
    levels = (level for one in found.group.alternatives for level in _tiers(snapshot, found, one))
    return sorted((level for level in levels if level.bits), key=lambda level: -level.bound)


def _joined(levels: Sequence[Bounded]) -> list[Bounded]:
    bits = 0
    for level in levels:
        bits |= level.bits
    return [Bounded(bits, levels[0].bound)] if levels else []


def _tiers(snapshot: Snapshot, found: GroupMatch, alternative: Alternative) -> Iterator[Bounded]:
    rarity = found.loose_rarity if alternative.via is Via.PARTS else found.rarity
    tiers = [snapshot.postings(term).tiers for term in alternative.terms]
    if alternative.boost <= 0 or not all(tiers):
        return
    if len(tiers) == 1:
        yield from (Bounded(tier.bits, tier.bound * alternative.boost * rarity) for tier in tiers[0])
        return
    most = sum(first.bound for first, *_ in tiers) / len(tiers)
    yield Bounded(documents_with(snapshot, alternative), most * alternative.boost * rarity)
