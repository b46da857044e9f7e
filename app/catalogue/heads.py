# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is visible at one moment."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from app.catalogue.entry import CatalogueEntry
from app.catalogue.models import OWN


@dataclass(frozen=True, slots=True)
class Heads:
    """The visible version of every record at the change number `seq`, in the order of change; never changed."""

    seq: int
    entries: tuple[CatalogueEntry, ...]
    by_id: Mapping[tuple[str, str], CatalogueEntry]
    by_place: Mapping[tuple[str, str, str], CatalogueEntry]

    @classmethod
    def of(cls, seq: int, entries: Iterable[CatalogueEntry]) -> Heads:
        """Take these entries as they were at the change number `seq`."""
        entries = tuple(entries)
        return cls(
            seq=seq,
            entries=entries,
            by_id={(entry.origin, entry.id): entry for entry in entries},
            by_place={(entry.origin, entry.kind, entry.slug): entry for entry in entries},
        )

    def get(self, record_id: str, origin: str = OWN) -> CatalogueEntry | None:
        """Return the visible version of a record; None where there is none."""
        return self.by_id.get((origin, record_id))

    def at(self, kind: str, slug: str, origin: str = OWN) -> CatalogueEntry | None:
        """Return the visible version of the record at a readable address; None where there is none."""
        return self.by_place.get((origin, kind, slug))
