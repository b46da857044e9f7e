"""What this node holds and hands on: the newest version of every record, as its origin signed it."""

from app.federation.held.items import HeldItem, ItemQueries, ItemSelection, ListPosition
from app.federation.held.projection import Projection
from app.federation.held.service import HeldStatements, StatementNotHeld
from app.federation.held.source import Hop, OwnStatements, StatementSource

__all__ = [
    "HeldItem",
    "HeldStatements",
    "Hop",
    "ItemQueries",
    "ItemSelection",
    "ListPosition",
    "OwnStatements",
    "Projection",
    "StatementNotHeld",
    "StatementSource",
]
