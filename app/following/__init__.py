# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Following what changes: searches and records of which somebody wants to hear, by mail without an account."""
