# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Search by meaning beside the search by words: passages, their vectors, and how near each record is to a question."""
