"""Records that several nodes carry, under one identifier or with one text: which copies a search shows."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator, Sequence
from typing import NamedTuple


class Copy(NamedTuple):
    """A visible version of a record at one node; `wording` names what it says, "" where that is not known."""

    origin: str
    id: str
    digest: str
    wording: str = ""


DuplicatePolicy = Callable[[Collection[Copy]], frozenset[Copy]]
"""Returns the copies that no search shows, because it shows another one in their place."""
Behind = Callable[[Sequence[Copy]], Iterable[Copy]]
"""Returns which of several copies are hidden behind another one of them."""


def shared(copies: Iterable[Copy]) -> frozenset[Copy]:
    """Return those whose identifier or text is at another node as well."""
    given = tuple(copies)
    return frozenset(one for of in (_identifier, _text) for several in _told_by_several(given, of) for one in several)


def twins(copies: Iterable[Copy]) -> dict[Copy, tuple[Copy, ...]]:
    """Return each copy with those of other nodes that say the same."""
    return {
        one: tuple(other for other in several if other.origin != one.origin)
        for several in _told_by_several(copies, _text)
        for one in several
    }


def duplicates(copies: Collection[Copy], same_identifier: Behind, same_text: Behind) -> frozenset[Copy]:
    """Return the copies to hide: first those of one identifier, then those with one text among what is left."""
    back = {one for several in _told_by_several(copies, _identifier) for one in same_identifier(several)}
    left = [one for one in copies if one not in back]
    return frozenset(back.union(one for several in _told_by_several(left, _text) for one in same_text(several)))


def own_before_others(copies: Collection[Copy]) -> frozenset[Copy]:
    """Let own records lead, and equal ones stand for each other: all that can be told without knowing the nodes."""

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
    # A node may well tell the same twice; that is for its editors to mend.
    return one.wording or one


def _told_by_several(copies: Iterable[Copy], of: Callable[[Copy], Hashable]) -> Iterator[list[Copy]]:
    found: defaultdict[Hashable, list[Copy]] = defaultdict(list)
    for one in copies:
        found[of(one)].append(one)
    return (several for several in found.values() if len({one.origin for one in several}) > 1)
