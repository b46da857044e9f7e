# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""`erfahrungsnetz recover`: brings back what this node published and lost."""

from app.cli.recover.command import recover

__all__ = ["recover"]
