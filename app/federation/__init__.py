# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What nodes tell each other: signed statements, who a node is, and how others fetch what it holds."""
