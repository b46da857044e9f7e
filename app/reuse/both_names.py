# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A record has two names: "solution/<slug>", by which its own node calls it, and a global one, used everywhere else."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from app.catalogue import CatalogueService
from app.content.record import RecordRef


@dataclass(frozen=True, slots=True)
class BothNames:
    """Finds the two names of a record of which somebody knows one.

    `global_name` returns the global name of a record by its origin and its id.
    """

    catalogue: CatalogueService
    global_name: Callable[[str, str], str]

    def __call__(self, name: str) -> tuple[str, ...]:
        """Return the names ("solution/<slug>", see `RecordRef`, comes first); () for what is not visible here."""
        entry = self.catalogue.named(name)
        if entry is None:
            return ()
        ref = RecordRef(kind=entry.kind, slug=entry.slug, origin=entry.origin).text
        return ref, self.global_name(entry.origin, entry.id)
