# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""OAI-PMH 2.0: how others fetch what this node holds, a little at a time and never twice."""
