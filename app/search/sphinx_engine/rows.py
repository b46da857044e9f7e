# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A document as a server keeps it, and what is read of one that may stand on a page."""

from __future__ import annotations

import zlib
from array import array
from base64 import b64decode, b64encode
from bisect import bisect_right
from collections.abc import Iterator, Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import NamedTuple

from app.search.answering.heads import Head, Places, pack_head, pack_places, title_key, unpack_head, unpack_places
from app.search.port import IndexDocument
from app.search.sphinx_engine.layout import (
    COLUMNS,
    FIELDS,
    LEAST,
    NAME_COLUMNS,
    beginning_token,
    facet_column,
    grams,
    head_word_token,
    number,
    row,
    term_token,
    value_number,
    word_token,
)
from app.search.terms import DocumentTerms


class Candidate(NamedTuple):
    """What is read of a document that may stand on a page."""

    head: Head
    weights: str


READ = "head, weights"


def head_of(packed: str) -> Head:
    """Return the head of a document."""
    found = unpack_head(packed.encode())
    if found is None:
        raise ValueError(packed)
    return found


def candidate(head: str, weights: str) -> Candidate:
    """Return a candidate from the columns `READ`."""
    return Candidate(head_of(head), weights)


def places_of(packed: str) -> Places:
    """Return where the terms of a document stand."""
    return unpack_places(zlib.decompress(b64decode(packed)).decode())


def document_row(document: IndexDocument, terms: DocumentTerms, *, shown: bool) -> str:
    """Return a document as it is stored; raises TypeError where it holds what cannot be."""
    head = pack_head(document, terms.length).decode()
    confirmed = document.confirmed_at
    by_field: dict[str, list[str]] = {name: [] for name in FIELDS}
    for term, weight in terms.weights.items():
        by_field[FIELDS[bisect_right(LEAST, weight) - 1]].append(term_token(term))
    values = {
        column: sorted({value_number(key, v) for key, v in _values(document) if facet_column(key) == column})
        for column in ("facets", "places")
    }
    return row(
        COLUMNS,
        {
            "id": number(document.uid),
            **{name: " ".join(tokens) for name, tokens in by_field.items()},
            "words": " ".join(_written(document, terms)),
            "record": number(document.id),
            "wording": number(document.wording) if document.wording else 0,
            "shown": int(shown),
            "published": round(document.published_at.timestamp() * 1e6),
            "confirmed": round(confirmed.timestamp() * 1e6) if confirmed else 0,
            "length": terms.length,
            **values,
            "uid": document.uid,
            "digest": document.digest,
            "titlekey": title_key(document.title),
            "head": head,
            "weights": _packed(terms.weights),
            "zones": b64encode(zlib.compress(pack_places(terms).encode())).decode(),
        },
    )


def name_rows(document: IndexDocument, terms: DocumentTerms, known: set[int]) -> Iterator[str]:
    """Yield what has to be told by its number, or found by how it is spelt: values of facets, and words.

    What is `known` is left out, and what is told is known then.
    """
    for key, value in _values(document):
        found = value_number(key, value)
        if found not in known:
            known.add(found)
            yield row(NAME_COLUMNS, {"id": found, "kind": 1, "facetkey": key, "name": value})
    for word in terms.words | terms.head_words:
        found = number(f"word\0{word}")
        if found not in known:
            known.add(found)
            pairs = " ".join(sorted(grams(word.lower())))
            yield row(NAME_COLUMNS, {"id": found, "grams": pairs, "kind": 2, "name": word})


def _values(document: IndexDocument) -> Iterator[tuple[str, str]]:
    return ((key, value) for key, values in document.facets.items() for value in values)


def _written(document: IndexDocument, terms: DocumentTerms) -> Iterator[str]:
    yield from map(word_token, sorted(terms.words))
    yield from map(head_word_token, sorted(terms.head_words))
    texts = (document.title, *document.places, *document.questions)
    yield from map(beginning_token, sorted({word for text in texts for word in text.lower().split(" ") if word}))


def _packed(weights: Mapping[str, float]) -> str:
    pairs = sorted((short(term), weight) for term, weight in weights.items())
    whole = array("I", (term for term, _ in pairs)).tobytes() + array("f", (weight for _, weight in pairs)).tobytes()
    return b64encode(zlib.compress(whole, 1)).decode()


def unpacked(packed: str) -> tuple[array[int], array[float]]:
    """Return the terms of a candidate, ascending as `short` names them, with their weights."""
    whole = zlib.decompress(b64decode(packed))
    half = len(whole) // 2
    return array("I", whole[:half]), array("f", whole[half:])


@lru_cache(maxsize=200_000)
def short(term: str) -> int:
    """Of the few hundred terms of one document hardly two are alike in this."""
    return int.from_bytes(blake2b(term.encode(), digest_size=4).digest(), "big")
