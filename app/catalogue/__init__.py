# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What this node knows: every version of every record in one log with ascending change numbers."""

from app.catalogue.agreement import CatalogueFinding, Difference
from app.catalogue.entry import CatalogueEntry, State
from app.catalogue.errors import RecordNotFound, RecordWithdrawn
from app.catalogue.foreign import ForeignFileNotHeld, ForeignRecords, ForeignVersion
from app.catalogue.service import CatalogueService

__all__ = [
    "CatalogueEntry",
    "CatalogueFinding",
    "CatalogueService",
    "Difference",
    "ForeignFileNotHeld",
    "ForeignRecords",
    "ForeignVersion",
    "RecordNotFound",
    "RecordWithdrawn",
    "State",
]
