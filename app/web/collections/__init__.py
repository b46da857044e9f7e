# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Records that somebody put together on a subject: on one page, in one feed, in one file."""
