# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The list of places: what a town hall types becomes a state, a kind and a number of inhabitants."""
