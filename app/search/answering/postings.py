"""The documents of one term, and what the term counts in each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from app.search.answering.common import FIRST_TIER, ByWeight, Common, Table
from app.search.answering.sets import bits_of

K1 = 2.0
B = 0.2
"""Okapi BM25. A word in the title tells more than usual, and lengths less, because thorough records must not suffer."""
COMMON = 4_096
"""With more documents a term is kept as a table over all numbers: one byte for each instead of a hundred."""
_TERM = 100
"""What a term counts beside its documents and sets."""


class Bounded(NamedTuple):
    """A set of documents and what each of them counts at most."""

    bits: int
    bound: float


class Postings(NamedTuple):
    """The documents of a term with its weights in them, and the same as a set of `size` members.

    `tiers` are the set in parts, those documents first in which the term counts most; where their bounds go by weight
    alone, `heaviest` are these weights.
    """

    weights: dict[int, float] | Table
    bits: int
    tiers: tuple[Bounded, ...]
    size: int
    heaviest: tuple[float, ...] = ()

    def weights_in(self, documents: Sequence[int]) -> list[float]:
        """The weights of the term in some documents that have it."""
        if isinstance(self.weights, dict):
            weights = self.weights
            return [weights[document] for document in documents]
        return self.weights.several(documents)

    def bounded(self, lowest: float) -> tuple[Bounded, ...]:
        """The tiers, of which only documents of this saturation at least are meant."""
        if not self.heaviest:
            return self.tiers
        pairs = zip(self.tiers, self.heaviest, strict=True)
        return tuple(Bounded(tier.bits, impact(weight, lowest)) for tier, weight in pairs)

    @property
    def weighs(self) -> int:
        """What it takes in memory, in entries of some 50 bytes."""
        sets = (1 + len(self.tiers)) * self.bits.bit_length() // 400
        return _TERM + sets + (self.size if isinstance(self.weights, dict) else self.weights.weighs)


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
        return common_postings(Common.of(found, len(saturation)), lowest)
    weights = {numbers[document]: weight for weight, documents in found.items() for document in documents}
    bits = bits_of(weights, len(saturation))
    return Postings(weights, bits, tuple(_exact_tiers(weights, bits, saturation)), total)


def _exact_tiers(weights: dict[int, float], bits: int, saturation: Sequence[float]) -> Iterator[Bounded]:
    # As `impact` says; thousands for each word that is read, so nothing is called.
    impacts = {document: weight * (K1 + 1) / (weight + saturation[document]) for document, weight in weights.items()}
    if len(impacts) <= 2 * FIRST_TIER:
        yield Bounded(bits, max(impacts.values()))
        return
    best = sorted(impacts, key=impacts.__getitem__, reverse=True)
    first = bits_of(best[:FIRST_TIER], len(saturation))
    yield Bounded(first, impacts[best[0]])
    yield Bounded(bits ^ first, impacts[best[FIRST_TIER]])


def common_postings(found: Common, lowest: float) -> Postings:
    """Put a term that many documents have into the same form; bounds go by weight alone."""
    held = [tier for tier in found.tiers if tier.bits]
    tiers = tuple(Bounded(tier.bits, impact(tier.heaviest, lowest)) for tier in held)
    bits = 0
    for one in tiers:
        bits |= one.bits
    return Postings(found.table, bits, tiers, bits.bit_count(), tuple(tier.heaviest for tier in held))
