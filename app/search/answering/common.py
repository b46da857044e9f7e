"""A term that many documents have: a byte for each of them, and sets of those in which it weighs most.

The same as bytes, which an index may keep: reading them takes a fraction of the time that single documents take.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple, Self

from app.search.answering.sets import bits_of

ByWeight = Mapping[float, Sequence[int]]
"""Weight -> the documents that have a term with it. Weights have single precision."""
FIRST_TIER = 200
"""So many documents of a common term are told from the others: two pages of the largest size."""
GROWTH = 10
"""Each further tier is so many times as large: looking at each document takes longer."""
_MOST_WEIGHTS = 254
"""Beyond what a byte can name."""
_LEVEL = 3
"""Written once, read often: 1 makes a fifth more bytes and takes a third longer to read, 6 thrice as long to write."""


class Table:
    """The weights of a term by document, a byte for each number; apart, those that no byte names."""

    __slots__ = ("_codes", "_packed", "_rare", "_weights", "size")

    def __init__(
        self, size: int, weights: Sequence[float], rare: dict[int, float], *, codes: bytes = b"", packed: bytes = b""
    ) -> None:
        """`codes` name the `weights` of `size` documents by their place, 0 for none; or what they are `packed` into.

        What is `rare` counts instead.
        """
        self.size = size
        self._codes = codes
        self._packed = packed
        self._weights = weights
        self._rare = rare

    @classmethod
    def of(cls, found: ByWeight, size: int) -> Self:
        """Hold what an engine found, for documents of numbers below `size`."""
        ordered = sorted(found, key=lambda weight: -len(found[weight]))
        often, rarely = ordered[:_MOST_WEIGHTS], ordered[_MOST_WEIGHTS:]
        codes = bytearray(size)
        for code, weight in enumerate(often, 1):
            for document in found[weight]:
                codes[document] = code
        rare = {document: weight for weight in rarely for document in found[weight]}
        return cls(size, [0.0, *often], rare, codes=bytes(codes))

    def __getitem__(self, document: int) -> float:
        if document in self._rare:
            return self._rare[document]
        return self._weights[(self._codes or self._unpacked())[document]]

    def several(self, documents: Sequence[int]) -> list[float]:
        """The weights of some documents."""
        codes, weights, rare = self._codes or self._unpacked(), self._weights, self._rare
        if rare:
            return [rare[one] if one in rare else weights[codes[one]] for one in documents]
        return [weights[codes[document]] for document in documents]

    def members(self, weights: Collection[float]) -> int:
        """The documents that have one of these weights, as a set."""
        wanted = frozenset(weights)
        digits = bytes(49 if code and weight in wanted else 48 for code, weight in enumerate(self._weights))
        bits = int((self._codes or self._unpacked()).translate(digits.ljust(256, b"0"))[::-1], 2)
        return bits | bits_of((document for document, weight in self._rare.items() if weight in wanted), self.size)

    def with_others(self, found: ByWeight) -> Table:
        """Return the table with other weights of some documents."""
        rare = self._rare | {document: weight for weight, documents in found.items() for document in documents}
        return Table(self.size, self._weights, rare, codes=self._codes, packed=self._packed)

    @property
    def weighs(self) -> int:
        """What it takes in memory, in entries of some 50 bytes."""
        return self.size // 50 + len(self._rare) * 3 // 2

    def described(self) -> tuple[int, Sequence[float], list[tuple[int, float]]]:
        """Return what there is to know beside the bytes."""
        return self.size, self._weights, list(self._rare.items())

    def packed(self) -> bytes:
        """Return the bytes, compressed."""
        return self._packed or zlib.compress(self._codes, _LEVEL)

    def _unpacked(self) -> bytes:
        # Most tables are about words of which no document is scored.
        self._codes = codes = zlib.decompress(self._packed)
        return codes


class Tier(NamedTuple):
    """A set of documents, and the highest weight that a term has in any of them."""

    bits: int
    heaviest: float


class Common(NamedTuple):
    """A term with its documents in tiers, those first in which it weighs most."""

    table: Table
    tiers: tuple[Tier, ...]

    @classmethod
    def of(cls, found: ByWeight, size: int) -> Self:
        """Hold what an engine found, for documents of numbers below `size`."""
        table = Table.of(found, size)
        return cls(table, tuple(_tiers(found, table)))

    @classmethod
    def unpacked(cls, packed: bytes) -> Self:
        """Return what was packed."""
        described, _, rest = packed.partition(b"\n")
        size, weights, rare, heaviest = json.loads(described)
        width = size // 8 + 1
        sets = (int.from_bytes(rest[place * width : (place + 1) * width], "little") for place in range(len(heaviest)))
        table = Table(size, weights, dict(rare), packed=rest[len(heaviest) * width :])
        return cls(table, tuple(map(Tier, sets, heaviest)))

    def packed(self) -> bytes:
        """Return all of it as bytes."""
        size, weights, rare = self.table.described()
        described = json.dumps([size, weights, rare, [tier.heaviest for tier in self.tiers]])
        sets = (tier.bits.to_bytes(size // 8 + 1, "little") for tier in self.tiers)
        return b"".join([described.encode(), b"\n", *sets, self.table.packed()])

    def updated(self, left: int, later: ByWeight) -> Common:
        """Return the same for a later state, in which of these the documents in `left` still are as they were."""
        tiers = [Tier(tier.bits & left, tier.heaviest) for tier in self.tiers]
        if not later:
            return Common(self.table, tuple(tiers))
        size = 1 + max(max(documents) for documents in later.values())
        added = Tier(bits_of((one for documents in later.values() for one in documents), size), max(later))
        return Common(self.table.with_others(later), (added, *tiers))


def _tiers(found: ByWeight, table: Table) -> Iterator[Tier]:
    """Yield tiers by weight, each larger than the one before."""
    tier: list[float] = []
    held, wanted = 0, FIRST_TIER
    for weight in sorted(found, reverse=True):
        tier.append(weight)
        held += len(found[weight])
        if held >= wanted:
            yield Tier(table.members(tier), tier[0])
            tier, held, wanted = [], 0, wanted * GROWTH
    if held:
        yield Tier(table.members(tier), tier[0])
