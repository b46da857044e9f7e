"""The fields of the index, and what stands in them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from app.search.answering.heads import pack_head, pack_places
from app.search.port import Cursor, IndexDocument
from app.search.terms import DocumentTerms
from app.search.whoosh_engine import library

UID = "uid"
TERMS = "terms"
WORDS = "words"
HEAD_WORDS = "headwords"
HEAD = "head"
ZONES = "zones"
STATE_UID = "\x00state"
"""A document of its own holds the cursor, so that it is written in the same commit."""


class ReadyTerms(library.formats.Format):  # type: ignore[misc] # Whoosh has no types
    """Posting format for terms that come analysed: a mapping of term to weight.

    Whoosh writes its schema into the index with pickle. `__reduce__` lets it write a class of
    its own in place of this one, so that moving this class never breaks an index.
    """

    posting_size = 0

    def word_values(
        self, value: Mapping[str, float], analyzer: object, **options: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """One posting per term."""
        del analyzer, options
        for term, weight in value.items():
            yield term, 1, weight, b""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return library.formats.Existence, ()


class ReadyField(library.fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field whose value is a mapping of ready terms to weights."""

    def __init__(self) -> None:
        super().__init__(ReadyTerms(), None)

    def index(self, value: Mapping[str, float], **options: object) -> list[tuple[bytes, int, float, bytes]]:
        """Encode the terms; no analysis."""
        postings = self.format.word_values(value, None, **options)
        return [(term.encode(), frequency, weight, payload) for term, frequency, weight, payload in postings]

    def __reduce__(self) -> tuple[type, tuple[object, None]]:
        return library.fields.FieldType, (self.format, None)


def schema() -> Any:
    """The schema; handed in when an index is opened, the stored copy is not used."""
    return library.fields.Schema(
        **{
            UID: library.fields.ID(),
            TERMS: ReadyField(),
            WORDS: ReadyField(),
            HEAD_WORDS: ReadyField(),
            HEAD: library.fields.COLUMN(library.VarBytesColumn()),
            ZONES: library.fields.STORED(),
        }
    )


def add(writer: library.Writer, document: IndexDocument, terms: DocumentTerms) -> None:
    """Hand a document to a writer."""
    fields = {
        UID: document.uid,
        TERMS: terms.weights,
        WORDS: dict.fromkeys(terms.words, 1.0),
        HEAD_WORDS: dict.fromkeys(terms.head_words, 1.0),
        HEAD: pack_head(document, terms.length),
        ZONES: pack_places(terms),
    }
    writer.add_document(**fields)


def add_state(writer: library.Writer, cursor: Cursor, fingerprint: str) -> None:
    """Hand the document that holds the cursor to a writer."""
    writer.add_document(**{UID: STATE_UID, ZONES: json.dumps({"cursor": cursor, "fingerprint": fingerprint})})
