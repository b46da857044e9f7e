# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Some documents of the index, those that a question is about, with what the servers count over all."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cached_property

from app.search.answering.columns import Columns
from app.search.answering.common import ByWeight
from app.search.answering.heads import Head, Places
from app.search.answering.postings import Postings
from app.search.answering.snapshot import COMMON, Snapshot, facet_sets
from app.search.plan import Alternative, MatchVia
from app.search.sphinx_engine.rows import Candidate, short, unpacked
from app.search.sphinx_engine.state import IndexState
from app.search.sphinx_engine.wanted import either


class Candidates(Snapshot):
    """The documents that were read for one question, numbered in that order."""

    def __init__(self, state: IndexState, documents: Sequence[Candidate] = ()) -> None:
        """`documents` are those that may stand on the page; without any, counts can be asked for all the same."""
        self._state = state
        self._documents = documents
        heads = [one.head for one in documents]
        # Which copy of a record stands back was told when it was written.
        super().__init__(Columns.of(heads), range(len(heads)), lambda _: frozenset(), state.extent)

    @cached_property
    def facets(self) -> Mapping[str, Mapping[str, int]]:
        """Facet key -> value -> set of documents."""
        return facet_sets(enumerate(one.head for one in self._documents), self.end)

    def head(self, document: int) -> Head:
        """The head of a document."""
        return self._documents[document].head

    def where(self, document: int) -> Places:
        """Where the terms of a document stand."""
        (found,) = self.where_all([document])
        return found

    def where_all(self, documents: Sequence[int]) -> Sequence[Places]:
        """Where the terms of several documents stand."""
        return self._state.where_all([self.columns.uids[document] for document in documents])

    def postings(self, term: str) -> Postings:
        """The documents of a term, with the number of all that have it."""
        whole = self._state.count(either((Alternative((term,), 1.0, MatchVia.WORD),)))
        return super().postings(term)._replace(size=whole)

    def count(self, alternatives: Iterable[Alternative]) -> int:
        """The number of documents, of all that the index has, that have one of these alternatives."""
        standing = [one for one in alternatives if one.boost > 0 and self._state.count(either((one,)))]
        return self._state.count(either(standing)) if standing else 0

    def where_met(self, alternative: Alternative, most: int) -> Iterator[Places]:
        """Where the terms stand of some documents that have all terms of an alternative."""
        return self._state.where_met(either((alternative,)), most)

    def nearest_word(self, word: str) -> str | None:
        """The written word that may have been meant by one that stands nowhere."""
        return self._state.nearest_word(word, COMMON)

    def _weights(self, term: str) -> ByWeight:
        found: dict[float, list[int]] = {}
        sought = short(term)
        for number, (terms, weights) in enumerate(self._weighed):
            place = bisect_left(terms, sought)
            if place < len(terms) and terms[place] == sought:
                found.setdefault(weights[place], []).append(number)
        return found

    @cached_property
    def _weighed(self) -> list[tuple[array[int], array[float]]]:
        return [unpacked(one.weights) for one in self._documents]
