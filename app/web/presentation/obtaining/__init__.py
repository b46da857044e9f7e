# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whether a place can obtain a solution, in words: one line at a hit, a panel on a page."""
