"""Facets computed from a record that are not fields of it, and facet values that are equivalent.

The index holds values as records give them. A query for one of several equivalent values therefore searches all of
them, and the result shows one.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.records.record import Record
from app.search.query import Facet, FacetValue, SearchQuery, SearchResult


class Affected(NamedTuple):
    """The records of a kind and origin; None stands for all origins."""

    kind: str
    origin: str | None = None


class DerivedFacets:
    """Adds computed facets to a record when it is indexed; this base class adds none."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The facets in display order; they follow those of the schema."""
        return ()

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        """Return facet -> values of a record, without empty facets."""
        del record
        return {}

    def affected_by(self, changed: Collection[tuple[str, str]]) -> tuple[Affected, ...]:
        """Return which records may get other values when records of these kinds and origins change."""
        del changed
        return ()

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return all values of a facet equivalent to this one; () if there are no others."""
        del key, value
        return ()


def widened(query: SearchQuery, derived: DerivedFacets) -> SearchQuery:
    """Return the query with all equivalents of the values that it accepts."""
    filters = {
        key: tuple(dict.fromkeys(same for value in values for same in (value, *derived.same(key, value))))
        for key, values in query.filters.items()
    }
    return replace(query, filters=filters)


def narrowed(result: SearchResult, asked: Mapping[str, tuple[str, ...]], derived: DerivedFacets) -> SearchResult:
    """Return the result with equivalent values merged into the one that the query filters by, or the first."""
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
