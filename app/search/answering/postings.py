# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documents of one term, and what the term counts in each of them."""

from __future__ import annotations

import heapq
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.search.answering.sets import bits_of, documents_of

K1 = 2.0
B = 0.2
"""Okapi BM25. A word in the title tells more than usual, and lengths less, because thorough records must not suffer."""
FIRST_TIER = 200
"""So many documents of a common term are told from the others: two pages of the largest size."""
COMMON = 4_096
"""With more documents a term is kept as a table over all numbers: four bytes for each instead of a hundred."""
_TERM = 100
"""What a term counts beside its documents: its sets have a bit for each document of the index."""

ByWeight = Mapping[float, Sequence[int]]
"""Weight -> the documents that have a term with it. Weights have single precision."""


class Bounded(NamedTuple):
    """A set of documents and what each of them counts at most."""

    bits: int
    bound: float


class Postings(NamedTuple):
    """The documents of a term with its weights in them, and the same as a set of `size` members.

    `tiers` are the set in parts, those documents first in which the term counts most.
    """

    weights: dict[int, float] | array[float]
    bits: int
    tiers: tuple[Bounded, ...]
    size: int

    def items(self) -> Iterable[tuple[int, float]]:
        """Each document with the weight of the term in it."""
        weights = self.weights
        if isinstance(weights, dict):
            return weights.items()
        return ((document, weights[document]) for document in documents_of(self.bits))

    @property
    def weighs(self) -> int:
        """What it takes in memory, in entries of some 50 bytes."""
        return _TERM + (self.size if isinstance(self.weights, dict) else len(self.weights) // 12)


NOTHING = Postings({}, 0, (), 0)


def impact(weight: float, saturation: float) -> float:
    """What a term of this weight counts in a document: 0 to K1 + 1, the less the longer the document is."""
    return weight * (K1 + 1) / (weight + saturation)


def postings(found: ByWeight, saturation: Sequence[float]) -> Postings:
    """Put what an engine found into the form that answers need; `saturation` is by document number."""
    total = sum(map(len, found.values()))
    if not total:
        return NOTHING
    if total > COMMON:
        return _common(found, saturation, total)
    weights = {document: weight for weight, documents in found.items() for document in documents}
    bits = bits_of(weights, len(saturation))
    return Postings(weights, bits, tuple(_exact_tiers(weights, bits, saturation)), total)


def _exact_tiers(weights: dict[int, float], bits: int, saturation: Sequence[float]) -> Iterator[Bounded]:
    impacts = {document: impact(weight, saturation[document]) for document, weight in weights.items()}
    if len(impacts) <= 2 * FIRST_TIER:
        yield Bounded(bits, max(impacts.values()))
        return
    best = heapq.nlargest(FIRST_TIER + 1, impacts, key=impacts.__getitem__)
    first = bits_of(best[:FIRST_TIER], len(saturation))
    yield Bounded(first, impacts[best[0]])
    yield Bounded(bits ^ first, impacts[best[FIRST_TIER]])


def _common(found: ByWeight, saturation: Sequence[float], total: int) -> Postings:
    size = len(saturation)
    weights, digits = array("f", bytes(4 * size)), bytearray(b"0" * size)
    for weight, documents in found.items():
        for document in documents:
            weights[document] = weight
            digits[~document] = 49
    bits = int(digits, 2)
    return Postings(weights, bits, tuple(_rough_tiers(found, bits, saturation)), total)


def _rough_tiers(found: ByWeight, bits: int, saturation: Sequence[float]) -> Iterator[Bounded]:
    """Tiers by weight alone, each ten times as large as the one before: looking at each document would take longer."""
    rest, wanted = bits, FIRST_TIER
    tier: list[int] = []
    bound = 0.0
    for weight in sorted(found, reverse=True):
        tier += found[weight]
        bound = max(bound, impact(weight, min(map(saturation.__getitem__, found[weight]), default=1.0)))
        if len(tier) >= wanted:
            members = bits_of(tier, len(saturation))
            yield Bounded(members, bound)
            rest ^= members
            tier, bound, wanted = [], 0.0, wanted * 10
    if rest:
        yield Bounded(rest, bound)
