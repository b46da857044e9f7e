"""The catalogue: every version of every record known to this node, in one log with ascending change numbers."""

from app.catalogue.entry import CatalogueEntry, RecordNotFound, RecordWithdrawn, Repeated, State
from app.catalogue.foreign import ForeignFileNotHeld, ForeignRecords
from app.catalogue.service import CatalogueService

__all__ = [
    "CatalogueEntry",
    "CatalogueService",
    "ForeignFileNotHeld",
    "ForeignRecords",
    "RecordNotFound",
    "RecordWithdrawn",
    "Repeated",
    "State",
]
