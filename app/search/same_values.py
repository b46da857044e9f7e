# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Values of a facet that mean the same.

The index holds what records say. So whoever asks for one of the values is answered with all of them, and sees one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.search.derived import DerivedFacets
from app.search.port import Facet, FacetValue, SearchQuery, SearchResult


def widened(query: SearchQuery, derived: DerivedFacets) -> SearchQuery:
    """Return the query with all values that mean the same as those it accepts."""
    filters = {
        key: tuple(dict.fromkeys(same for value in values for same in (value, *derived.same(key, value))))
        for key, values in query.filters.items()
    }
    return replace(query, filters=filters)


def narrowed(result: SearchResult, asked: Mapping[str, tuple[str, ...]], derived: DerivedFacets) -> SearchResult:
    """Return the result with one value for all that mean the same, in those facets that somebody narrowed by.

    It is the one that was asked for, and otherwise the first of them.
    """
    facets = tuple(
        _merged(facet, asked[facet.key], derived) if facet.key in asked and facet.key in derived.keys else facet
        for facet in result.facets
    )
    return replace(result, facets=facets)


def _merged(facet: Facet, chosen: Sequence[str], derived: DerivedFacets) -> Facet:
    as_chosen = {same: value for value in chosen for same in (*derived.same(facet.key, value), value)}
    found: dict[str, FacetValue] = {}
    for value in facet.values:
        name = as_chosen.get(value.value) or next(iter(derived.same(facet.key, value.value)), value.value)
        before = found.get(name)
        count = value.count + (before.count if before else 0)
        found[name] = replace(value, value=name, count=count, selected=name in chosen)
    return replace(facet, values=tuple(found.values()))
