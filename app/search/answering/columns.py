"""What is kept in memory of all documents, because many are compared by it: a column for each thing.

A hundred thousand heads as objects would take 130 MB, and the garbage collector its time to look through them.
"""

from __future__ import annotations

from array import array
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from sys import intern
from typing import Any, Self

from app.search.answering.heads import Head


def _reals() -> array[float]:
    return array("d")


def _integers() -> array[int]:
    return array("q")


@dataclass(slots=True)
class Columns:
    """By the number of a document; empty where a number stands for none.

    `others` are titles in other languages, `refs` what this node calls its own. `ids` and `wordings` are hashes, which
    tell what may be a copy of something, and 0 where there is none.
    """

    uids: list[str] = field(default_factory=list)
    titles: list[str] = field(default_factory=list)
    others: list[tuple[str, ...]] = field(default_factory=list)
    refs: list[str] = field(default_factory=list)
    questions: list[tuple[str, ...]] = field(default_factory=list)
    places: list[tuple[str, ...]] = field(default_factory=list)
    ids: array[int] = field(default_factory=_integers)
    wordings: array[int] = field(default_factory=_integers)
    lengths: array[float] = field(default_factory=_reals)
    published: array[float] = field(default_factory=_reals)
    confirmed: array[float] = field(default_factory=_reals)

    @classmethod
    def of(cls, heads: Iterable[Head | None]) -> Self:
        """Return the columns of these documents, numbered in this order."""
        columns = cls()
        for head in heads:
            for column, value in zip(_all(columns), _values(head), strict=True):
                column.append(value)
        return columns

    def __len__(self) -> int:
        """One more than the highest number."""
        return len(self.uids)

    def copied(self, size: int) -> Columns:
        """Return columns of their own that say the same of the first `size` numbers, and nothing of those above."""
        none, lacking = Columns.of([None]), size - len(self)
        return Columns(*(mine[:size] + one * lacking for mine, one in zip(_all(self), _all(none), strict=True)))

    def put(self, number: int, head: Head | None) -> None:
        """Let a number stand for another document, or for none; one beyond all does already."""
        if number < len(self):
            for column, value in zip(_all(self), _values(head), strict=True):
                column[number] = value

    def taking(self, heads: Iterable[tuple[int, Head]]) -> Iterator[tuple[int, Head]]:
        """Put documents into their places while they are passed on."""
        for number, head in heads:
            self.put(number, head)
            yield number, head


def _all(columns: Columns) -> tuple[Any, ...]:
    # Asked for each document: to look through the fields would take longer than all else.
    names = (
        columns.uids,
        columns.titles,
        columns.others,
        columns.refs,
        columns.questions,
        columns.places,
        columns.ids,
        columns.wordings,
    )
    return (*names, columns.lengths, columns.published, columns.confirmed)


def _values(head: Head | None) -> tuple[object, ...]:
    """What stands in the columns of a document, in their order."""
    if head is None:
        return "", "", (), "", (), (), 0, 0, 0.0, 0.0, 0.0
    names = map(name_hash, (head.id, head.wording))
    return (
        *(
            head.uid,
            head.title,
            tuple(head.titles),
            "" if head.origin else f"{head.kind}/{head.slug}",
            tuple(head.questions),
            tuple(map(intern, head.places)),
            *names,
        ),
        *(head.length, head.published, head.confirmed),
    )


def name_hash(name: str) -> int:
    """Return what a name is told from others by, in this process."""
    return hash(name) if name else 0
