# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures and files that people attach to a record: judged by what they contain, never by what they are called."""

from __future__ import annotations

from app.records.attachments.attachment import Attachment, attachment, cleaned, kind_of, picture_ending
from app.records.attachments.errors import (
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
    "Attachment",
    "AttachmentDamaged",
    "AttachmentHolds",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeUnknown",
    "DrawingRefused",
    "Holding",
    "OldOfficeFile",
    "attachment",
    "cleaned",
    "kind_of",
    "picture_ending",
]
