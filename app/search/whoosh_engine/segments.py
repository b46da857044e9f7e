# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is read once of a segment and kept: heads, facet sets, words. Segments never change."""

from __future__ import annotations

from collections import defaultdict
from functools import cached_property
from itertools import compress, count

from app.search.whoosh_engine.layout import HEAD, HEAD_WORDS, WORDS, Head, unpack_head
from app.search.whoosh_engine.library import Reader

_DIGITS = bytes.maketrans(b"01", b"\0\1")


class SegmentTable:
    """The columns of one segment in memory. Deleted documents are still in it."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        self.heads: list[Head | None] = self._read_heads(reader)
        self.facets: dict[str, dict[str, int]] = _facet_sets(self.heads)

    @cached_property
    def words(self) -> dict[str, int]:
        """Written word -> number of documents."""
        return _frequencies(self._reader, WORDS)

    @cached_property
    def head_words(self) -> dict[str, int]:
        """Written word of a title, topic, keyword or place -> number of documents."""
        return _frequencies(self._reader, HEAD_WORDS)

    def _read_heads(self, reader: Reader) -> list[Head | None]:
        size = reader.doc_count_all()
        if not reader.has_column(HEAD):
            return [None] * size
        column = reader.column_reader(HEAD, translate=False)
        return [unpack_head(column[document]) for document in range(size)]


def bits_of(documents: list[int], size: int) -> int:
    """A set of document numbers as one integer, a bit for each."""
    buffer = bytearray(size // 8 + 1)
    for document in documents:
        buffer[document >> 3] |= 1 << (document & 7)
    return int.from_bytes(buffer, "little")


def documents_of(bits: int) -> list[int]:
    """The numbers in a set, ascending."""
    return list(compress(count(), bin(bits)[:1:-1].encode().translate(_DIGITS)))


def _facet_sets(heads: list[Head | None]) -> dict[str, dict[str, int]]:
    members: dict[str, dict[str, list[int]]] = defaultdict(lambda: defaultdict(list))
    for number, head in enumerate(heads):
        if head is not None:
            for key, values in head.facets.items():
                for value in values:
                    members[key][value].append(number)
    size = len(heads)
    return {key: {value: bits_of(found, size) for value, found in values.items()} for key, values in members.items()}


def _frequencies(reader: Reader, field: str) -> dict[str, int]:
    if field not in reader.indexed_field_names():
        return {}
    return {term.decode(): reader.doc_frequency(field, term) for term in reader.lexicon(field)}
