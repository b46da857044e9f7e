# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cuts off from review whoever deletes their account."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlmodel import col

from app.db import Sessions
from app.review.tables.draft import DraftFileRow, DraftRow
from app.review.tables.notice import MessageRow, NoticeRow
from app.review.tables.proposal import ApprovalRow, RoundRow

_NOBODY = "gone"


class Forgetting:
    """Removes what only concerns one person; what others rely on stays under the bare id."""

    def __init__(self, sessions: Sessions) -> None:
        """Forget in the database of `sessions`."""
        self._sessions = sessions

    def forget(self, person: str) -> None:
        """Delete a person's drafts and notices, and the link between their id and their name in the history.

        Proposals and remarks stay: they are part of a decision. Open proposals then carry no name at all.
        """
        mine = select(col(DraftRow.id)).where(col(DraftRow.person) == person)
        notices = select(col(NoticeRow.id)).where(col(NoticeRow.person) == person)
        with self._sessions.begin() as db:
            db.execute(delete(DraftFileRow).where(col(DraftFileRow.draft_id).in_(mine)))
            db.execute(delete(DraftRow).where(col(DraftRow.person) == person))
            db.execute(delete(MessageRow).where(col(MessageRow.notice_id).in_(notices)))
            db.execute(delete(NoticeRow).where(col(NoticeRow.person) == person))
            db.execute(update(RoundRow).where(col(RoundRow.writer) == person).values(pseudonym=_NOBODY))
            db.execute(update(ApprovalRow).where(col(ApprovalRow.person) == person).values(pseudonym=_NOBODY))
