# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The reuse memo as a form: drafted from an address, edited on one page, never kept unless somebody asks for it."""
