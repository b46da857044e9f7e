"""Two sides that should hold the same, compared by a sum for each of many buckets.

Where few differ, neither is in memory whole; a few thousand differences fill all buckets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from hashlib import blake2b
from zlib import crc32

BUCKETS = 1024
Side = Callable[[], Iterable[tuple[str, str]]]
"""Yields each key with what is held under it, in any order; asked again where something differs."""


def differing(expected: Side, found: Side) -> tuple[dict[str, str], dict[str, str]]:
    """Return what both sides hold in those buckets that differ, nothing where they agree."""
    sums = zip(_sums(expected()), _sums(found()), strict=True)
    buckets = {number for number, (one, other) in enumerate(sums) if one != other}
    return _within(buckets, expected), _within(buckets, found)


def _within(buckets: Collection[int], side: Side) -> dict[str, str]:
    return {key: held for key, held in side() if _bucket(key) in buckets} if buckets else {}


def _sums(pairs: Iterable[tuple[str, str]]) -> list[int]:
    sums = [0] * BUCKETS
    for key, held in pairs:
        # Added, so that the order is of no matter and nothing that stands there twice cancels itself out.
        sums[_bucket(key)] += int.from_bytes(blake2b(f"{key}\0{held}".encode(), digest_size=12).digest())
    return sums


def _bucket(key: str) -> int:
    return crc32(key.encode()) % BUCKETS
