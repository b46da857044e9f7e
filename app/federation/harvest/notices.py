# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the operator should know after a run, each said once."""

from __future__ import annotations


class Notices:
    """Codes in the order in which they came up: restored, moved, move_unproven, conflict, own_lost, own_unproven."""

    def __init__(self) -> None:
        self._codes: dict[str, None] = {}

    def add(self, *codes: str) -> None:
        """Note these."""
        self._codes |= dict.fromkeys(codes)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return what was noted."""
        return tuple(self._codes)
