"""Reads reports (DOCX, ODT, PDF) into sections that an author sorts into the fields of a record.

Pure functions from bytes to values. Documents are untrusted, so each limit is checked before the memory or time that it
protects is spent.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from app.documents import limits
from app.documents.blocks import Block, Grid, Paragraph, Span, Text, TextRole
from app.documents.markdown import CITATION


class LeftOut(StrEnum):
    """Contents of a document that were not read, reported to its author."""

    PICTURES = "pictures"
    COMMENTS = "comments"
    DELETIONS = "deletions"
    MARGINS = "margins"


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedSection:
    """The text under one heading, in Markdown. `title` is "" before the first heading, `level` counts from 1."""

    title: str
    level: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ImportedDocument:
    """A document that was read: its title or "", its sections in order, and the kinds of contents left out.

    The text cites the first of `notes`, its footnotes, as "[^fussnote-1]", and so on.
    """

    title: str
    sections: tuple[ImportedSection, ...]
    notes: tuple[str, ...] = ()
    left_out: tuple[LeftOut, ...] = ()


Reading: TypeAlias = tuple[str, list[Block], frozenset[LeftOut]]
"""The document's own title, its blocks in reading order with the footnotes last, and the kinds of contents left out."""


def words_of(text: Iterable[Span]) -> str:
    """Return a text without its marks and links."""
    return "".join(span.text for span in text)


def cited(number: int) -> Span:
    """Return what cites a footnote, counted from 1."""
    return Span(text=f"[^fussnote-{number}]", mark=CITATION)


def note(text: str) -> Paragraph:
    """Return a footnote; readers yield them last, in the order of their numbers."""
    return Paragraph(text=(Span(text=text),), role=TextRole.NOTE)


def in_cell(paragraphs: Iterable[Text]) -> Text:
    """Return the paragraphs of a cell as one line."""
    return tuple(span for words in paragraphs for span in (*words, Span(text=" ")))


def grids(rows: Iterable[Sequence[Text]], *, guessed: bool = False) -> Iterator[Grid]:
    """Yield the table of these rows; nothing if all are empty. Raises DocumentTooLarge."""
    filled = tuple(tuple(row) for row in rows if any(words_of(cell).strip() for cell in row))
    limits.check("table", max(map(len, filled), default=0) * len(filled), limits.CELLS)
    if filled:
        yield Grid(rows=filled, guessed=guessed)
