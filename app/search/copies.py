"""Records held by several nodes under one identifier or with one text: which copies search shows."""

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple


class Copy(NamedTuple):
    """A visible version of a record at one node; equal `wording` means equal text, "" if unknown."""

    origin: str
    id: str
    digest: str
    wording: str = ""


DuplicatePolicy = Callable[[Collection[Copy]], frozenset[Copy]]
"""Returns the copies to hide because search shows another one instead."""
Behind = Callable[[Sequence[Copy]], Iterable[Copy]]
"""Returns which of several copies are hidden behind another one of them."""


def shared(copies: Iterable[Copy]) -> frozenset[Copy]:
    """Return the copies whose identifier or text another node has as well."""
    given = tuple(copies)
    return frozenset(one for of in (_identifier, _text) for several in _told_by_several(given, of) for one in several)


def twins(copies: Iterable[Copy]) -> dict[Copy, tuple[Copy, ...]]:
    """Return each copy with those of other nodes that have the same text."""
    return {
        one: tuple(other for other in several if other.origin != one.origin)
        for several in _told_by_several(copies, _text)
        for one in several
    }


def duplicates(copies: Collection[Copy], same_identifier: Behind, same_text: Behind) -> frozenset[Copy]:
    """Return the copies to hide: first by identifier, then by text among the remaining ones."""
    back = {one for several in _told_by_several(copies, _identifier) for one in same_identifier(several)}
    left = [one for one in copies if one not in back]
    return frozenset(back.union(one for several in _told_by_several(left, _text) for one in same_text(several)))


def own_before_others(copies: Collection[Copy]) -> frozenset[Copy]:
    """Show own records before others, and one of several equal copies; nodes are not ranked here."""

    def same_identifier(several: Sequence[Copy]) -> Iterator[Copy]:
        leader, *others = sorted(several)
        return (one for one in others if not leader.origin or one.digest == leader.digest)

    def same_text(several: Sequence[Copy]) -> Iterator[Copy]:
        leader = min(several)
        return (one for one in several if one.origin != leader.origin)

    return duplicates(copies, same_identifier, same_text)


def _identifier(one: Copy) -> Hashable:
    return one.id


def _text(one: Copy) -> Hashable:
    # A node may publish the same text twice; its editors resolve that.
    return one.wording or one


def _told_by_several(copies: Iterable[Copy], of: Callable[[Copy], Hashable]) -> Iterator[list[Copy]]:
    found: defaultdict[Hashable, list[Copy]] = defaultdict(list)
    for one in copies:
        found[of(one)].append(one)
    return (several for several in found.values() if len({one.origin for one in several}) > 1)
