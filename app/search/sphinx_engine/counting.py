# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many documents answer, and how facets split them: over all that the servers hold."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache

from app.search.answering.found import Found
from app.search.answering.matching import Counted, Filters, restrict, splitting
from app.search.query import Facet
from app.search.sphinx_engine.candidates import Candidates
from app.search.sphinx_engine.layout import facet_column
from app.search.sphinx_engine.state import IndexState


def counted(
    state: IndexState, snapshot: Candidates, found: Found, by_words: str | None, filters: Filters
) -> tuple[int, tuple[Facet, ...]]:
    """Return the total and the facets; `by_words` is what the servers count, None where all of it is at hand."""
    apart = found.bits if by_words is None else found.by_meaning
    open_apart = found.open_bits if by_words is None else found.by_meaning

    def values(key: str) -> Counted:
        but = key if filters.get(key) else ""
        counts = dict(by_column(facet_column(key), but).get(key, {}))
        here = restrict(snapshot, open_apart, filters, but=key)
        for value, members in snapshot.facets.get(key, {}).items():
            counts[value] = counts.get(value, 0) + (members & here).bit_count()
        return counts, total(but) + here.bit_count()

    @cache
    def by_column(column: str, but: str) -> Mapping[str, Mapping[str, int]]:
        return {} if by_words is None else state.values(column, by_words, filters, but=but)

    def total(but: str = "") -> int:
        return 0 if by_words is None else state.count(by_words, filters, but=but)

    keys = state.facet_keys | snapshot.facets.keys()
    return total() + apart.bit_count(), splitting(keys, filters, values)
