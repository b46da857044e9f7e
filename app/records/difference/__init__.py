"""What changed between two versions of a record: in numbers, field by field, word by word."""

from __future__ import annotations

from app.records.difference.comparison import compare
from app.records.difference.result import (
    ChangeKind,
    DifferenceSummary,
    FieldDifference,
    ItemCount,
    ItemDifference,
    RecordDifference,
    TextPiece,
)

__all__ = [
    "ChangeKind",
    "DifferenceSummary",
    "FieldDifference",
    "ItemCount",
    "ItemDifference",
    "RecordDifference",
    "TextPiece",
    "compare",
]
