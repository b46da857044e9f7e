# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Cuts off from review whoever deletes their account."""

from __future__ import annotations

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app.review.tables.draft import DraftFileRow, DraftRow
from app.review.tables.notice import MessageRow, NoticeRow
from app.review.tables.proposal import ApprovalRow, RoundRow

_NOBODY = "gone"


def forget(db: Session, person: str) -> None:
    """Delete a person's drafts and notices, and the link between their id and their name in the history.

    It happens within the transaction that ends the account, so that no crash leaves one without the other. Proposals
    and remarks stay: they are part of a decision, and others rely on them. Open proposals then carry no name at all.
    """
    mine = select(col(DraftRow.id)).where(col(DraftRow.person) == person)
    notices = select(col(NoticeRow.id)).where(col(NoticeRow.person) == person)
    db.execute(delete(DraftFileRow).where(col(DraftFileRow.draft_id).in_(mine)))
    db.execute(delete(DraftRow).where(col(DraftRow.person) == person))
    db.execute(delete(MessageRow).where(col(MessageRow.notice_id).in_(notices)))
    db.execute(delete(NoticeRow).where(col(NoticeRow.person) == person))
    db.execute(update(RoundRow).where(col(RoundRow.writer) == person).values(pseudonym=_NOBODY))
    db.execute(update(ApprovalRow).where(col(ApprovalRow.person) == person).values(pseudonym=_NOBODY))
