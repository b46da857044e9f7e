# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record has two names: "solution/<slug>", by which its own node calls it, and its global name, used everywhere else.

The index holds what records say. So whoever asks for one of the names is answered with both, and sees one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from app.content.record import Record, RecordRef
from app.reuse.facets import BUILDS_ON
from app.search.port import Facet, FacetValue
from app.web.access import services
from app.web.presentation.facets import Filters


def names_of(record: Record) -> tuple[str, str]:
    """Return both names of a record."""
    return record.ref, services().federation.held.sub_of(record.origin, record.id)


def with_both_names(filters: Filters) -> Filters:
    """Return filters that accept a record that others build on under either name."""
    if BUILDS_ON not in filters:
        return filters
    both = (name for value in filters[BUILDS_ON] for name in (value, *_names(value)))
    return {**filters, BUILDS_ON: tuple(dict.fromkeys(both))}


def under_one_name(facets: Sequence[Facet], chosen: Filters) -> tuple[Facet, ...]:
    """Return facets in which a record that others build on stands once, under the name that the reader chose."""
    if BUILDS_ON not in chosen:
        return tuple(facets)
    return tuple(_merged(facet, chosen[BUILDS_ON]) if facet.key == BUILDS_ON else facet for facet in facets)


def _merged(facet: Facet, chosen: Sequence[str]) -> Facet:
    as_chosen = {name: value for value in chosen for name in _names(value)}
    found: dict[str, FacetValue] = {}
    for value in facet.values:
        name = as_chosen.get(value.value) or next(iter(_names(value.value)), value.value)
        before = found.get(name)
        count = value.count + (before.count if before else 0)
        found[name] = replace(value, value=name, count=count, selected=name in chosen)
    return replace(facet, values=tuple(found.values()))


def _names(name: str) -> tuple[str, ...]:
    entry = services().catalogue.named(name)
    if entry is None:
        return ()
    ref = RecordRef(kind=entry.kind, slug=entry.slug, origin=entry.origin).text
    return ref, services().federation.held.sub_of(entry.origin, entry.id)
