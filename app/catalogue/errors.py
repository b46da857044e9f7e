# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a reader of the catalogue may have to handle."""

from __future__ import annotations

from app.catalogue.entry import CatalogueEntry
from app.errors import NotFound


class RecordNotFound(NotFound):
    """There is no good version under `name`: an id, `<kind>/<slug>`, or `<id>/v/<ver>`."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class RecordWithdrawn(NotFound):
    """The record was withdrawn; `entry` is the withdrawal, `CatalogueService.withdrawal` gives the reason."""

    def __init__(self, entry: CatalogueEntry) -> None:
        super().__init__(entry.id)
        self.entry = entry
