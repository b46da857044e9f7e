# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The records behind the hits."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from app.catalogue import CatalogueEntry, CatalogueService
from app.content.problem import InvalidRecord
from app.content.record import Record
from app.search.document import uid_of
from app.search.port import Hit


@dataclass(frozen=True, slots=True)
class _Visible:
    """What is visible at one change number, by uid, and own records by their name as well."""

    seq: int
    by_uid: Mapping[str, CatalogueEntry]
    by_ref: Mapping[str, CatalogueEntry]


class HitRecords:
    """Finds entries and records of hits without a query for each. Safe for several threads."""

    def __init__(self, catalogue: CatalogueService) -> None:
        """Read through `catalogue`."""
        self._catalogue = catalogue
        self._remembered = _Visible(-1, {}, {})

    def entry(self, hit: Hit) -> CatalogueEntry | None:
        """Return the visible version of a hit; None when it was withdrawn after the search."""
        return self._visible().by_uid.get(hit.uid)

    def entry_of(self, ref: str) -> CatalogueEntry | None:
        """Return the visible version of this node's record `ref` ("solution/<slug>"), or None."""
        return self._visible().by_ref.get(ref)

    def record(self, entry: CatalogueEntry | None) -> Record | None:
        """Return the record of an entry; None where there is none to be read any more."""
        if entry is None:
            return None
        try:
            return self._catalogue.record(entry)
        except InvalidRecord:
            return None

    def _visible(self) -> _Visible:
        seq, remembered = self._catalogue.last_seq(), self._remembered
        if remembered.seq != seq:
            heads = self._catalogue.heads()
            own = {f"{entry.kind}/{entry.slug}": entry for entry in heads if not entry.origin}
            # Two threads may both build it; either result is right for this change number.
            remembered = self._remembered = _Visible(seq, {uid_of(entry): entry for entry in heads}, own)
        return remembered
