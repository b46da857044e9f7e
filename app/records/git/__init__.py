# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The git binary: one short-lived process for a change, one long-lived process for reading."""
