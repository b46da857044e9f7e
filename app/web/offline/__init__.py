# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The published node as a folder that is read without a server: the pages of the site, and a search in the browser."""
