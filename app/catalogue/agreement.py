"""What a derived store holds, compared with what it should hold, by a sum for each of many buckets.

Where few records differ, neither side is in memory whole; a few thousand differences fill all buckets.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
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
        # Added, so that the order does not matter and a pair that comes twice does not cancel itself out.
        sums[_bucket(key)] += int.from_bytes(blake2b(f"{key}\0{held}".encode(), digest_size=12).digest())
    return sums


def _bucket(key: str) -> int:
    return crc32(key.encode()) % BUCKETS


class Disagreement(StrEnum):
    """How a derived store can differ from what it is made of."""

    BEHIND = "behind"
    MISSING = "missing"
    SURPLUS = "surplus"
    OUTDATED = "outdated"
    MISSING_ROW = "missing_row"
    EXTRA_ROW = "extra_row"
    WRONG_DIGEST = "wrong_digest"
    WRONG_ROW = "wrong_row"
    MISSING_TEXT = "missing_text"
    EXTRA_TEXT = "extra_text"
    WRONG_TEXT = "wrong_text"


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One disagreement about `subject`: a record, a version or a file; "" when the whole store is behind.

    `code` is stable for programs. `expected` and `found` are what the source and the store say, each "" for nothing.
    """

    code: Disagreement
    subject: str = ""
    expected: str = ""
    found: str = ""


def compare(expected: Side, found: Side) -> Iterator[Difference]:
    """Yield what differs between two sides, by key."""
    here, there = differing(expected, found)
    for key in sorted(here.keys() | there.keys()):
        wanted, held = here.get(key, ""), there.get(key, "")
        if wanted != held:
            code = Disagreement.MISSING if not held else Disagreement.OUTDATED if wanted else Disagreement.SURPLUS
            yield Difference(code=code, subject=key, expected=wanted, found=held)
