# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The start page, lists of records, pages about the site, and what monitors and search engines fetch."""
