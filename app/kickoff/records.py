# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The records behind the hits."""

from __future__ import annotations

from collections.abc import Iterable

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.problem import InvalidRecord
from app.content.record import Record
from app.search.port import Hit


class HitRecords:
    """Finds entries and records of hits without a query for each. Safe for several threads."""

    def __init__(self, catalogue: CatalogueService) -> None:
        """Read through `catalogue`."""
        self._catalogue = catalogue

    def entry(self, hit: Hit) -> CatalogueEntry | None:
        """Return the visible version of a hit; None when it was withdrawn after the search."""
        return self._catalogue.visible().get(hit.id, hit.origin)

    def entry_of(self, ref: str) -> CatalogueEntry | None:
        """Return the visible version of the record `ref` ("solution/<slug>" or a global name), or None."""
        return self._catalogue.named(ref)

    def read_ahead(self, hits: Iterable[Hit]) -> None:
        """Read the records of several hits together, so that `record` then has them at once."""
        visible = self._catalogue.visible()
        entries = (visible.get(hit.id, hit.origin) for hit in hits)
        self._catalogue.read_ahead([entry for entry in entries if entry])

    def record(self, entry: CatalogueEntry | None) -> Record | None:
        """Return the record of an entry; None where there is none to be read any more."""
        if entry is None:
            return None
        try:
            return self._catalogue.record(entry)
        except InvalidRecord:
            return None
