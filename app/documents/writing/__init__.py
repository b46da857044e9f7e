# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The memo as a document: ODT, DOCX, PDF and Markdown."""
