# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The memo as a page of a file, before it becomes a document of some format."""

from app.kickoff.memo.page.blocks import (
    Block,
    Facts,
    Grid,
    Heading,
    Items,
    Page,
    Paragraph,
    Role,
    Signature,
    Span,
    Text,
)
from app.kickoff.memo.page.composing import compose, parts

__all__ = [
    "Block",
    "Facts",
    "Grid",
    "Heading",
    "Items",
    "Page",
    "Paragraph",
    "Role",
    "Signature",
    "Span",
    "Text",
    "compose",
    "parts",
]
