# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Pictures and files that people attach to a record: judged by what they contain, never by what they are called."""

from __future__ import annotations

from app.content.attachments.attachment import Attachment, attachment, picture_ending
from app.content.attachments.errors import (
    AttachmentDamaged,
    AttachmentRefused,
    AttachmentTooLarge,
    AttachmentTypeUnknown,
    DrawingRefused,
)

__all__ = [
    "Attachment",
    "AttachmentDamaged",
    "AttachmentRefused",
    "AttachmentTooLarge",
    "AttachmentTypeUnknown",
    "DrawingRefused",
    "attachment",
    "picture_ending",
]
