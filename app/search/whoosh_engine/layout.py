# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The fields of the index, and what stands in them."""

from __future__ import annotations

import json
import unicodedata
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from sys import intern
from typing import Any

from app.search.analysis.words import FOLDED
from app.search.port import Cursor, IndexDocument, SearchHit
from app.search.terms import DocumentTerms, Zone
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


@dataclass(frozen=True, slots=True)
class Head:
    """What is kept in memory of each document: identity, facets, keys for sorting."""

    uid: str
    id: str
    origin: str
    kind: str
    slug: str
    digest: str
    title: str
    facets: Mapping[str, Sequence[str]]
    published: float
    confirmed: float
    length: int
    places: list[str] = field(default_factory=list)
    questions: list[str] = field(default_factory=list)
    """These two are missing in an index of an earlier release, which goes on answering until it has been built anew."""

    def hit(self, score: float, **found: Any) -> SearchHit:
        """Return the document as a hit with this score, and what else was found out about it."""
        return SearchHit(
            uid=self.uid,
            id=self.id,
            origin=self.origin,
            kind=self.kind,
            slug=self.slug,
            score=round(score, 4),
            **found,
        )

    @property
    def title_key(self) -> str:
        """Key for sorting by title after DIN 5007-1: umlauts like their vowels."""
        return unicodedata.normalize("NFC", self.title).lower().translate(FOLDED)


@dataclass(frozen=True, slots=True)
class Places:
    """Where the terms of a document stand, read for shown hits only."""

    zones: Mapping[str, Zone]
    lessons: Mapping[str, Zone]


def add(writer: library.Writer, document: IndexDocument, terms: DocumentTerms) -> None:
    """Hand a document to a writer."""
    fields = {
        UID: document.uid,
        TERMS: terms.weights,
        WORDS: dict.fromkeys(terms.words, 1.0),
        HEAD_WORDS: dict.fromkeys(terms.head_words, 1.0),
        HEAD: _pack_head(document, terms.length),
        ZONES: _pack_places(terms),
    }
    writer.add_document(**fields)


def add_state(writer: library.Writer, cursor: Cursor, fingerprint: str) -> None:
    """Hand the document that holds the cursor to a writer."""
    writer.add_document(**{UID: STATE_UID, ZONES: json.dumps({"cursor": cursor, "fingerprint": fingerprint})})


def unpack_head(packed: bytes) -> Head | None:
    """The head of a document; None for the one that holds the cursor.

    What thousands of heads say alike is one object: half of their memory would go there.
    """
    if not packed:
        return None
    uid, record_id, origin, kind, slug, digest, title, facets, *rest = json.loads(packed)
    shared = {intern(key): _shared(tuple(values)) for key, values in facets.items()}
    found = Head(uid, record_id, intern(origin), intern(kind), slug, digest, title, shared, *rest)
    found.places[:] = map(intern, found.places)
    return found


@lru_cache(maxsize=10_000)
def _shared(values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(map(intern, values))


def unpack_places(packed: str) -> Places:
    """Where the terms of a document stand."""
    zones, lessons = json.loads(packed)
    return Places(
        {name: Zone(frozenset(words), frozenset(parts)) for name, (words, parts) in zones.items()},
        {name: Zone(frozenset(words), frozenset(parts)) for name, (words, parts) in lessons.items()},
    )


def _pack_head(document: IndexDocument, length: int) -> bytes:
    confirmed = document.confirmed_at
    return json.dumps(
        [
            document.uid,
            document.id,
            document.origin,
            document.kind,
            document.slug,
            document.digest,
            document.title,
            {key: list(values) for key, values in document.facets.items()},
            document.published_at.timestamp(),
            confirmed.timestamp() if confirmed else 0.0,
            length,
            list(document.places),
            list(document.questions),
        ]
    ).encode()


def _pack_places(terms: DocumentTerms) -> str:
    def pack(zones: Mapping[str, Zone]) -> dict[str, list[list[str]]]:
        return {name: [sorted(zone.words), sorted(zone.parts)] for name, zone in zones.items()}

    return json.dumps([pack(terms.zones), pack(terms.lessons)], ensure_ascii=False)
