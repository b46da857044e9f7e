"""The fields of the index, and what stands in them."""

from __future__ import annotations

import json
import zlib
from typing import NamedTuple, Self

import tantivy

from app.search.answering.common import Common
from app.search.answering.heads import Head, Places, pack_head, pack_places, unpack_head, unpack_places
from app.search.port import Cursor, IndexDocument
from app.search.terms import DocumentTerms

UID = "uid"
NUMBER = "number"
"""Tantivy numbers documents anew when it merges; these numbers last as long as a document, then another one gets it."""
STAMP = "stamp"
"""The commit that wrote a document, so that the next state reads only what is new."""
TERMS = "terms"
WORDS = "words"
HEAD_WORDS = "headwords"
HEAD = "head"
ZONES = "zones"
STATE_UID = "state"
"""A document of its own, with number 0 as all that are of no record, holds the cursor, so that it is written in the
same commit. Its uid cannot be that of a record, which has a bar."""
_WEIGHT = "\x1f"
"""Between a term and its weight in a document, and before what it was written after: no word has it."""


class State(NamedTuple):
    """What an index says about itself. `epoch` names the build, `stamp` the newest commit of it.

    The documents of common terms are bundled as they were after the commit `bundled`, 0 where none are.
    """

    cursor: Cursor = Cursor()
    chain: str = ""
    epoch: str = ""
    stamp: int = 0
    bundled: int = 0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in (UID, TERMS, WORDS, HEAD_WORDS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (NUMBER, STAMP):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in (HEAD, ZONES):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


SCHEMA = _schema()
"""Terms come analysed, so nothing is taken apart any more."""


def prefix(term: str) -> str:
    """Return what all entries of a term begin with; one entry for each weight that it has somewhere."""
    return f"{term}{_WEIGHT}"


def suffix(bundled: int) -> str:
    """Return what all entries end in that were written after these bundles, and no others: weights have a point."""
    return f"{_WEIGHT}{bundled}"


class Entry(NamedTuple):
    """A term with one of the weights that it has in documents, and which bundles were there when they were written."""

    term: str
    weight: float
    bundled: int

    @classmethod
    def read(cls, written: str) -> Self:
        """Return what an entry says."""
        term, weight, *bundled = written.split(_WEIGHT)
        return cls(term, float(weight), int(bundled[0]) if bundled else 0)

    def __str__(self) -> str:
        """Return it as it stands in the index."""
        return f"{prefix(self.term)}{self.weight!r}" + (suffix(self.bundled) if self.bundled else "")


def to_document(
    number: int, stamp: int, document: IndexDocument, terms: DocumentTerms, bundled: int = 0
) -> tantivy.Document:
    """Return a document as it is stored, `bundled` telling which bundles it comes after."""
    fields = {
        UID: document.uid,
        NUMBER: number,
        STAMP: stamp,
        TERMS: [str(Entry(term, weight, bundled)) for term, weight in terms.weights.items()],
        WORDS: sorted(terms.words),
        HEAD_WORDS: sorted(terms.head_words),
        HEAD: pack_head(document, terms.length),
        # Most of an index would be this, and it is read of shown hits only.
        ZONES: zlib.compress(pack_places(terms).encode()),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def bundle_uid(term: str, stamp: int) -> str:
    """Return what the bundle of a term as of a commit is called; no record can be called so."""
    return f"{stamp}{_WEIGHT}{term}"


def bundle_document(term: str, stamp: int, bundle: Common) -> tantivy.Document:
    """Return the document that holds all documents of a term as of a commit. It has the number of none."""
    fields = {UID: bundle_uid(term, stamp), NUMBER: 0, STAMP: 0, ZONES: bundle.packed()}
    return tantivy.Document.from_dict(fields, SCHEMA)


def read_bundle(stored: tantivy.Document) -> Common:
    """Return the documents of a term."""
    return Common.unpacked(stored[ZONES][0])


def state_document(state: State) -> tantivy.Document:
    """Return the document that holds the cursor."""
    fields = {UID: STATE_UID, NUMBER: 0, STAMP: state.stamp, HEAD: json.dumps(state).encode()}
    return tantivy.Document.from_dict(fields, SCHEMA)


def read_state(stored: tantivy.Document) -> State:
    """Return what the document says that holds the cursor."""
    cursor, *others = json.loads(stored[HEAD][0])
    return State(Cursor(*cursor), *others)


def read_head(stored: tantivy.Document) -> Head:
    """Return the head of a document about a record."""
    head = unpack_head(stored[HEAD][0])
    if head is None:
        raise ValueError(stored)
    return head


def read_places(stored: tantivy.Document) -> Places:
    """Return where the terms of a document stand."""
    return unpack_places(zlib.decompress(stored[ZONES][0]).decode())
