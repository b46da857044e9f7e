# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Feeds, subscriptions by mail, and the links on pages that lead to both."""
