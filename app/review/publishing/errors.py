# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What can go wrong while publishing."""

from __future__ import annotations

from app.errors import Conflict


class MovedOn(Conflict):
    """Something else was published since `head` was read; trying again helps."""

    def __init__(self, head: str) -> None:
        super().__init__(head)
        self.head = head


class ApprovalMissing(Conflict):
    """Nobody but its own writers stands for the newest text of the proposal."""

    def __init__(self, proposal_id: str) -> None:
        super().__init__(proposal_id)
        self.proposal_id = proposal_id
