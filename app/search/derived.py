"""Facets that are no field of the record but worked out from it, and values of theirs that mean the same.

The index holds what records say. So whoever asks for one of such values is answered with all, and sees one.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from app.records.record import Record
from app.search.query import Facet, FacetValue, SearchQuery, SearchResult


class Affected(NamedTuple):
    """The records of a kind, of one origin or, with None, of all."""

    kind: str
    origin: str | None = None


class DerivedFacets:
    """Gives further facets of a record when it is indexed; this one gives none."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The facets, in the order in which to show them after those of the schema."""
        return ()

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        """Return facet -> values of a record; facets without a value are left out."""
        del record
        return {}

    def affected_by(self, changed: Collection[tuple[str, str]]) -> tuple[Affected, ...]:
        """Return whose values may change when records do whose kind and origin are given."""
        del changed
        return ()

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return all values of a facet that mean the same as this one; () where it stands for itself alone."""
        del key, value
        return ()


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
