# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives proposals back to their authors whose text git has lost, as after a restoration from a backup without them."""

from __future__ import annotations

from app.review.desk import Desk
from app.review.drafts.recovery import Recovery
from app.review.drafts.store import DraftStore
from app.review.model.notice import NoticeKind
from app.review.model.workflow import ProposalState, Step, after
from app.review.repair.completing import NODE


class Returner:
    """The newest text stands in its row, so nothing typed is lost; only files that were attached are."""

    def __init__(self, desk: Desk, drafts: DraftStore, recovery: Recovery) -> None:
        """Make drafts through `recovery` and keep them in `drafts`."""
        self._desk = desk
        self._drafts = drafts
        self._recovery = recovery

    def give_back(self, proposal_id: str) -> None:
        """End an open proposal that has no reference; its author finds the text among their drafts and is told."""
        with self._desk.sessions.begin() as db:
            row = self._desk.store.get(db, proposal_id)
            row.state = after(ProposalState(row.state), Step.WITHDRAW).value
            row.changed_at = self._desk.clock()
            db.add(row)
            if row.author:
                self._drafts.add(db, self._recovery.draft(db, row, row.author), row.changed_at)
            self._desk.audit.add(db, NODE, "give_back", row.id, repaired="yes")
            self._desk.notices.tell(db, {row.author}, NoticeKind.GIVEN_BACK, row)
