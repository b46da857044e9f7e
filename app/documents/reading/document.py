"""What is read from a document."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any


class PartKind(StrEnum):
    """What a piece of a document is."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    ITEM = "item"
    TABLE = "table"


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentPart:
    """A piece of a document in reading order; `text` is Markdown, `level` is that of a heading (1 …) or item (0 …).

    A `guessed` table was put together from where its words stand on a page; `note` tells its author so.
    """

    kind: PartKind
    text: str
    level: int = 0
    ordered: bool = False
    guessed: bool = False
    note: str = ""


class LeftOut(StrEnum):
    """What a document holds and was not read, so that its author can be told."""

    PICTURES = "pictures"
    COMMENTS = "comments"
    DELETIONS = "deletions"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSection:
    """What stands under one heading. `title` is "" before the first heading, `level` counts from 1."""

    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document that was read: its title or "", its sections in order, and what was not read."""

    title: str
    sections: tuple[ImportedSection, ...]
    left_out: tuple[LeftOut, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The pieces of one document."""

    title: str
    parts: list[DocumentPart]
    left_out: frozenset[LeftOut] = frozenset()


def left_out(body: Any, marks: Iterable[tuple[str, LeftOut]]) -> frozenset[LeftOut]:
    """Return what stands in an XML body and is not read, by the tags that tell of it."""
    return frozenset(what for tag, what in marks if next(body.iter(tag), None) is not None)
