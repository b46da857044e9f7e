"""Sets of document numbers, each as one integer with a bit for each number: comparing two takes microseconds."""

from __future__ import annotations

import re
from array import array
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from itertools import compress, count
from sys import intern
from typing import Self

_DIGITS = bytes.maketrans(b"01", b"\0\1")
_SOME = re.compile(rb"[^\0]")
_MEMBERS = tuple(tuple(bit for bit in range(8) if byte >> bit & 1) for byte in range(256))
_SPARSE = 32
"""With fewer members than one in so many numbers a set is read by the bytes that are not empty, else bit by bit; and
where there are many such sets, they are held as these few."""


def bits_of(documents: Iterable[int], size: int) -> int:
    """A set of document numbers as one integer, a bit for each."""
    buffer = bytearray(size // 8 + 1)
    for document in documents:
        buffer[document >> 3] |= 1 << (document & 7)
    return int.from_bytes(buffer, "little")


def documents_of(bits: int) -> list[int]:
    """The numbers in a set, ascending."""
    size = bits.bit_length()
    if bits.bit_count() * _SPARSE > size:
        return list(compress(count(), bin(bits)[:1:-1].encode().translate(_DIGITS)))
    packed = bits.to_bytes(size // 8 + 1, "little")
    places = [found.start() for found in _SOME.finditer(packed)]
    return [place * 8 + bit for place in places for bit in _MEMBERS[packed[place]]]


def in_set(documents: Iterable[int], bits: int) -> list[int]:
    """Those of a few documents that are in a set, in their order."""
    size = bits.bit_length()
    packed = bits.to_bytes(size // 8 + 1, "little")
    return [one for one in documents if one < size and packed[one >> 3] >> (one & 7) & 1]


class Sets(Mapping[str, int]):
    """Sets of document numbers by name, for which there may be one for each place of a country."""

    __slots__ = ("_held", "_size")

    def __init__(self, held: Mapping[str, int | array[int]], size: int) -> None:
        """`held` has sets, and numbers in place of those with few members; all of them are below `size`."""
        self._held = held
        self._size = size

    @classmethod
    def of(cls, members: Mapping[str, Sequence[int]], size: int) -> Self:
        """Hold the sets with these members."""
        # Names of places stand in the columns of documents too.
        return cls({intern(name): _small(numbers, size) for name, numbers in members.items()}, size)

    def __getitem__(self, name: str) -> int:
        held = self._held[name]
        return held if isinstance(held, int) else bits_of(held, self._size)

    def __iter__(self) -> Iterator[str]:
        return iter(self._held)

    def __len__(self) -> int:
        """Number of names."""
        return len(self._held)

    def counts(self, among: int) -> dict[str, int]:
        """How many members each set has in another one."""
        packed = among.to_bytes(max(self._size, among.bit_length()) // 8 + 1, "little")
        return {
            name: (held & among).bit_count()
            if isinstance(held, int)
            else sum(packed[number >> 3] >> (number & 7) & 1 for number in held)
            for name, held in self._held.items()
        }

    def changed(self, numbers: Set[int], new: Sets) -> Sets:
        """Return the sets without these numbers, and with the members of new ones; none that is empty."""
        gone = bits_of(numbers, max(numbers, default=0) + 1)
        left = {name: _without(held, numbers, gone) for name, held in self._held.items()}
        both = left | {name: _joined(left.get(name, 0), held) for name, held in new._held.items()}
        return Sets({name: held for name, held in both.items() if held}, new._size)


def counts(sets: Mapping[str, int], among: int) -> Mapping[str, int]:
    """How many members each set has in another one."""
    if isinstance(sets, Sets):
        return sets.counts(among)
    return {name: (members & among).bit_count() for name, members in sets.items()}


def _small(numbers: Sequence[int], size: int) -> int | array[int]:
    return bits_of(numbers, size) if len(numbers) * _SPARSE > size else array("q", numbers)


def _without(held: int | array[int], numbers: Set[int], gone: int) -> int | array[int]:
    """What no number is in stays the object that it is; `gone` are the same numbers as a set."""
    if isinstance(held, int):
        return held & ~gone if held & gone else held
    return held if numbers.isdisjoint(held) else array("q", (one for one in held if one not in numbers))


def _joined(held: int | array[int], other: int | array[int]) -> int | array[int]:
    if not held:
        return other
    if isinstance(held, int):
        return held | (other if isinstance(other, int) else bits_of(other, max(other) + 1))
    return held + other if isinstance(other, array) else _joined(other, held)
