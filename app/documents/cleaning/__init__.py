"""Pictures and files that people attach to a record: judged by what they contain, never by what they are called."""

from __future__ import annotations

from app.documents.cleaning.attachment import cleaned, kind_of, picture_ending
from app.documents.errors import (
    AttachmentDamaged,
    AttachmentHolds,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    DrawingRefused,
    Holding,
    OldOfficeFile,
)

__all__ = [
    "AttachmentDamaged",
    "AttachmentHolds",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeUnknown",
    "DrawingRefused",
    "Holding",
    "OldOfficeFile",
    "cleaned",
    "kind_of",
    "picture_ending",
]
