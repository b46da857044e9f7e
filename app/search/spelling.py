"""Spelling correction: the nearest word as written in the records."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from app.search.answering.sets import bits_of, documents_of

FIRST_DISTANCE_TWO = 8
"""Letters; from this length on two typing errors are tolerated, below it one."""
SHORTEST = 4
_LETTERS = 127
"""Mask for letters: those that differ in higher bits count as equal, which limits the sets for any script."""


class _SameLength:
    """Words of one length, and for each letter the set of words that contain it."""

    def __init__(self, words: Sequence[str]) -> None:
        having: dict[int, list[int]] = defaultdict(list)
        for number, word in enumerate(words):
            for letter in _letters(word):
                having[letter].append(number)
        self._words = words
        self._every = (1 << len(words)) - 1
        self._having = {letter: bits_of(numbers, len(words)) for letter, numbers in having.items()}

    def near(self, letters: frozenset[int], slips: int) -> list[str]:
        """Return the words that lack at most `slips` of the letters and have at most as many others."""
        lacking = (self._every & ~self._having.get(letter, 0) for letter in letters)
        others = (having for letter, having in self._having.items() if letter not in letters)
        near = self._every & ~_in_more(lacking, slips) & ~_in_more(others, slips)
        return [self._words[number] for number in documents_of(near)]


class Speller:
    """Corrects words against those of the records. Build once per index state."""

    def __init__(self, words: Mapping[str, int]) -> None:
        """`words`: written word -> number of records that use it; the caller leaves out rare ones."""
        self._uses = words
        self._known: dict[str, str] = {}
        for written, count in words.items():
            known = self._known.setdefault(written.lower(), written)
            if words[known] < count:
                self._known[written.lower()] = written
        by_length: dict[int, list[str]] = defaultdict(list)
        for folded in self._known:
            by_length[len(folded)].append(folded)
        self._by_length = {length: _SameLength(several) for length, several in by_length.items()}

    def correct(self, word: str) -> str | None:
        """Return the most used word within one or two typing errors, or None; a known word needs no correction."""
        folded = word.lower()
        if folded in self._known or len(folded) < SHORTEST:
            return None
        allowed = 2 if len(folded) >= FIRST_DISTANCE_TWO else 1
        near = ((edit_distance(folded, one, allowed), one) for one in self._near(folded, allowed))
        found = ((distance, self._known[one]) for distance, one in near if distance <= allowed)
        ranked = ((distance, -self._uses[written], written) for distance, written in found)
        return min(ranked, default=(0, 0, None))[2]

    def _near(self, folded: str, allowed: int) -> Iterator[str]:
        # Of a hundred thousand words this leaves a few for the exact measure.
        letters = _letters(folded)
        for length in range(len(folded) - allowed, len(folded) + allowed + 1):
            if length in self._by_length:
                yield from self._by_length[length].near(letters, allowed)


def _letters(word: str) -> frozenset[int]:
    return frozenset(ord(letter) & _LETTERS for letter in word)


def _in_more(sets: Iterable[int], most: int) -> int:
    """Return the numbers contained in more than `most` of the sets."""
    reached = [0] * (most + 1)
    for members in sets:
        for times in range(most, 0, -1):
            reached[times] |= reached[times - 1] & members
        reached[0] |= members
    return reached[most]


def edit_distance(left: str, right: str, limit: int) -> int:
    """Return the optimal string alignment distance (insert, delete, replace, swap neighbours), at most `limit` + 1."""
    before: list[int] = []
    last = list(range(len(right) + 1))
    for row, a in enumerate(left, 1):
        current = [row]
        for column, b in enumerate(right, 1):
            cost = min(last[column] + 1, current[column - 1] + 1, last[column - 1] + (a != b))
            if row > 1 and column > 1 and a == right[column - 2] and left[row - 2] == b:
                cost = min(cost, before[column - 2] + 1)
            current.append(cost)
        if min(current) > limit:
            return limit + 1
        before, last = last, current
    return min(last[-1], limit + 1)
