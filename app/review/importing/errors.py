# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a document cannot be read. No error carries a word of the document."""

from __future__ import annotations

from app.errors import Invalid


class DocumentRefused(Invalid):
    """The document cannot be read; each subclass says why."""


class UnknownDocument(DocumentRefused):
    """The content is neither DOCX nor ODT nor PDF, whatever the file is called."""


class DocumentTooLarge(DocumentRefused):
    """`what` ("file", "unpacked", "xml", "parts", "pages", "text", "table") holds `size`; `limit` is allowed."""

    def __init__(self, what: str, *, size: int, limit: int) -> None:
        super().__init__(what, size, limit)
        self.what = what
        self.size = size
        self.limit = limit


class DocumentEncrypted(DocumentRefused):
    """The document is protected by a password."""


class DocumentDangerous(DocumentRefused):
    """The document holds `what` ("doctype", "path", "encoding", "overlap", "depth"), which no writer program makes."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class DocumentDamaged(DocumentRefused):
    """The document is broken off or does not follow its format."""


class DocumentTooSlow(DocumentRefused):
    """Reading took longer than `seconds`."""

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class DocumentWithoutText(DocumentRefused):
    """The document holds no text, such as a scan without recognised letters."""
