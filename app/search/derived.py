# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Facets that are not a field of the record but worked out from it by somebody who knows more than the search."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from app.content.record import Record


class Affected(NamedTuple):
    """The records of a kind, of one origin or, with None, of all."""

    kind: str
    origin: str | None = None


class DerivedFacets(Protocol):
    """Gives further facets of a record when it is indexed."""

    @property
    def keys(self) -> tuple[str, ...]:
        """The facets, in the order in which to show them after those of the schema."""
        ...

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        """Return facet -> values of a record; facets without a value are left out."""
        ...

    def affected_by(self, changed: Collection[tuple[str, str]]) -> tuple[Affected, ...]:
        """Return whose values may change when records do whose kind and origin are given."""
        ...

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return all values of a facet that mean the same as this one; () where it stands for itself alone."""
        ...


class NoFacets:
    """For a search that knows the fields of the schema only."""

    keys: tuple[str, ...] = ()

    def values(self, record: Record) -> Mapping[str, tuple[str, ...]]:
        """Return nothing."""
        del record
        return {}

    def affected_by(self, changed: Collection[tuple[str, str]]) -> tuple[Affected, ...]:
        """Return nothing."""
        del changed
        return ()

    def same(self, key: str, value: str) -> tuple[str, ...]:
        """Return nothing."""
        del key, value
        return ()
