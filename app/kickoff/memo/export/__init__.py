# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The memo as a document: ODT, DOCX, PDF and Markdown."""

from app.kickoff.memo.export.exports import Exported, ExportKind, MemoExports

__all__ = ["ExportKind", "Exported", "MemoExports"]
