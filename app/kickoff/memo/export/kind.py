# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The formats a memo comes in."""

from __future__ import annotations

from enum import StrEnum


class ExportKind(StrEnum):
    """A format; the value is the ending of the file's name."""

    ODT = "odt"
    PDF = "pdf"
    DOCX = "docx"
    MARKDOWN = "md"

    @property
    def media_type(self) -> str:
        """What HTTP calls it."""
        return _MEDIA_TYPES[self]


_MEDIA_TYPES = {
    ExportKind.ODT: "application/vnd.oasis.opendocument.text",
    ExportKind.PDF: "application/pdf",
    ExportKind.DOCX: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    ExportKind.MARKDOWN: "text/markdown; charset=utf-8",
}
