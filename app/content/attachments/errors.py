# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a file cannot be attached."""

from __future__ import annotations

from app.errors import Invalid


class AttachmentRefused(Invalid):
    """The file cannot be attached; each subclass says why."""


class AttachmentTypeUnknown(AttachmentRefused):
    """The content is none of the allowed types, whatever the file is called."""


class DrawingRefused(AttachmentRefused):
    """The file is an SVG drawing or a web page, which can carry scripts."""


class AttachmentDamaged(AttachmentRefused):
    """The file is broken off, or protected so that it cannot be read."""


class AttachmentTooLarge(AttachmentRefused):
    """`what` ("bytes", "pixels") is `size`; `limit` is allowed."""

    def __init__(self, what: str, *, size: int, limit: int) -> None:
        super().__init__(what, size, limit)
        self.what = what
        self.size = size
        self.limit = limit
