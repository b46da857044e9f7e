# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Nodes that mean harm, written after docs/federation.md without a line of this program, in a process of their own."""
