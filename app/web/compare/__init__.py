# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Up to five records side by side: which ones, in which words, and as a file for a spreadsheet."""
