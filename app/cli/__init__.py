# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The command `erfahrungsnetz`: what an operator, a script or a timer does with a node."""

from app.cli.command import main

__all__ = ["main"]
