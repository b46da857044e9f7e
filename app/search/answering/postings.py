# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The documents of one term, and what the term counts in each of them."""

from __future__ import annotations

import heapq
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from app.search.answering.sets import bits_of, documents_of

K1 = 2.0
B = 0.2
"""Okapi BM25. A word in the title tells more than usual, and lengths less, because thorough records must not suffer."""
FIRST_TIER = 200
"""So many documents of a common term are told from the others: two pages of the largest size."""
COMMON = 4_096
"""With more documents a term is kept as a table over all numbers: one byte for each instead of a hundred."""
_RARE = 255
"""What a table says of a document whose weight hardly any other has."""
_TERM = 100
"""What a term counts beside its documents and sets."""

ByWeight = Mapping[float, Sequence[int]]
"""Weight -> the documents that have a term with it. Weights have single precision."""


class Table:
    """The weights of a term by document, a byte for each number; apart, the rarest beyond what a byte can name."""

    __slots__ = ("_codes", "_rare", "_weights")

    def __init__(self, found: ByWeight, size: int) -> None:
        often, rare = _by_number(found)
        self._codes = bytearray(size)
        self._weights = (0.0, *often)
        self._rare = {document: weight for weight in rare for document in found[weight]}
        for code, weight in enumerate(often, 1):
            for document in found[weight]:
                self._codes[document] = code
        for document in self._rare:
            self._codes[document] = _RARE

    def __getitem__(self, document: int) -> float:
        code = self._codes[document]
        return self._rare[document] if code == _RARE else self._weights[code]

    def __len__(self) -> int:
        """Numbers of documents that it is about."""
        return len(self._codes)

    def members(self, weights: Collection[float]) -> int:
        """The documents that have one of these weights, as a set."""
        wanted = frozenset(weights)
        digits = bytes(49 if code and weight in wanted else 48 for code, weight in enumerate(self._weights))
        packed = self._codes.translate(digits.ljust(256, b"0"))
        rare = bits_of((document for document, weight in self._rare.items() if weight in wanted), len(self._codes))
        return int(packed[::-1], 2) | rare


def _by_number(found: ByWeight) -> tuple[list[float], list[float]]:
    ordered = sorted(found, key=lambda weight: -len(found[weight]))
    return ordered[: _RARE - 1], ordered[_RARE - 1 :]


class Bounded(NamedTuple):
    """A set of documents and what each of them counts at most."""

    bits: int
    bound: float


class Postings(NamedTuple):
    """The documents of a term with its weights in them, and the same as a set of `size` members.

    `tiers` are the set in parts, those documents first in which the term counts most.
    """

    weights: dict[int, float] | Table
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
        sets = (1 + len(self.tiers)) * self.bits.bit_length() // 400
        return _TERM + sets + (self.size if isinstance(self.weights, dict) else len(self.weights) // 50)


NOTHING = Postings({}, 0, (), 0)


def impact(weight: float, saturation: float) -> float:
    """What a term of this weight counts in a document: 0 to K1 + 1, the less the longer the document is."""
    return weight * (K1 + 1) / (weight + saturation)


def postings(found: ByWeight, saturation: Sequence[float], numbers: Sequence[int], lowest: float = 0.0) -> Postings:
    """Put what an engine found into the form that answers need; `saturation` is by document number, at least `lowest`.

    Of `numbers` each is one object, however many terms name it: most of their memory would go there.
    """
    total = sum(map(len, found.values()))
    if not total:
        return NOTHING
    if total > COMMON:
        return _common(found, len(saturation), lowest, total)
    weights = {numbers[document]: weight for weight, documents in found.items() for document in documents}
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


def _common(found: ByWeight, size: int, lowest: float, total: int) -> Postings:
    """Tiers go by weight alone here, each ten times as large as the one before: looking at each would take longer."""
    table = Table(found, size)
    tiers: list[Bounded] = []
    tier: list[float] = []
    held, wanted = 0, FIRST_TIER
    for weight in sorted(found, reverse=True):
        tier.append(weight)
        held += len(found[weight])
        if held >= wanted:
            tiers.append(Bounded(table.members(tier), impact(tier[0], lowest)))
            tier, held, wanted = [], 0, wanted * 10
    tiers += [Bounded(table.members(tier), impact(tier[0], lowest))] if held else []
    bits = 0
    for one in tiers:
        bits |= one.bits
    return Postings(table, bits, tuple(tiers), total)
