# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Filters and counts over sets of documents."""

from __future__ import annotations

from collections.abc import Mapping

from app.search.port import Facet, FacetValue
from app.search.whoosh_engine.snapshot import Snapshot

Filters = Mapping[str, tuple[str, ...]]


def restrict(snapshot: Snapshot, bits: int, filters: Filters, *, but: str = "") -> int:
    """The documents that pass all filters; the filter of the facet `but` is left open."""
    for key, values in filters.items():
        if key != but and values:
            accepted = 0
            for value in values:
                accepted |= snapshot.facets.get(key, {}).get(value, 0)
            bits &= accepted
    return bits


def count(snapshot: Snapshot, bits: int, filters: Filters) -> tuple[Facet, ...]:
    """The facets that split the hits or are in use.

    The values of a facet are counted as if its own filter were not set, so that a reader sees
    what a further value would add.
    """
    facets = []
    for key, sets in sorted(snapshot.facets.items()):
        chosen = frozenset(filters.get(key, ()))
        open_bits = restrict(snapshot, bits, filters, but=key)
        counted = ((value, (members & open_bits).bit_count(), value in chosen) for value, members in sets.items())
        values = [FacetValue(value=v, count=n, selected=s) for v, n, s in counted if n or s]
        values += [FacetValue(value=v, count=0, selected=True) for v in chosen - sets.keys()]
        if chosen or _splits(values, open_bits.bit_count()):
            facets.append(Facet(key=key, values=tuple(sorted(values, key=lambda one: (-one.count, one.value)))))
    return tuple(facets)


def _splits(values: list[FacetValue], total: int) -> bool:
    return any(0 < value.count < total for value in values)
