"""How much documents can score at most, added up for all of them at once: a set for each binary digit of the sum."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import zip_longest

from app.search.answering.postings import Bounded
from app.search.answering.sets import bits_of, documents_of

_STEPS = 16
"""What is added is rounded up to one part in so many; with more there are more sets to add."""
_SLACK = 1e-6


class Bounds:
    """The highest score that each document can reach. Not to be shared between threads."""

    def __init__(self) -> None:
        self._digits: list[int] = []

    def add(self, parts: Sequence[Bounded]) -> None:
        """Add what sets without overlap count at most."""
        added: list[int] = []
        for part in parts:
            steps = math.ceil(part.bound * _STEPS)
            added += [0] * (steps.bit_length() - len(added))
            for place in range(steps.bit_length()):
                if steps >> place & 1:
                    added[place] |= part.bits
        carried, digits = 0, []
        for one, other in zip_longest(self._digits, added, fillvalue=0):
            differ = one ^ other
            digits.append(differ ^ carried)
            carried = one & other | differ & carried
        self._digits = [*digits, carried] if carried else digits

    def highest(self, among: int, most: int) -> int:
        """`most` documents of a set that have the highest bounds, or all of them where there are fewer."""
        found, left = 0, among
        for digit in reversed(self._digits):
            higher = left & digit
            if (found | higher).bit_count() <= most:
                found |= higher
                left ^= higher
            else:
                left = higher
        some = documents_of(left)[: most - found.bit_count()]
        return found | bits_of(some, left.bit_length())

    def reaching(self, among: int, score: float) -> int:
        """The documents of a set that can score as much."""
        wanted = max(0, math.floor((score - _SLACK) * _STEPS))
        if wanted >> len(self._digits):
            return 0
        above, same = 0, among
        for place in reversed(range(len(self._digits))):
            having = same & self._digits[place]
            if wanted >> place & 1:
                same = having
            else:
                above |= having
                same ^= having
        return above | same
