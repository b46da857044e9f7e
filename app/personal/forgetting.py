# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Forgets what review holds of somebody, within the transaction that ends their account.

So no crash leaves one without the other. Ids stay: they name nobody any more, and without them four eyes could not be
told from two. Forgetting twice does no more than once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, delete, select, update
from sqlmodel import Session, col

from app.personal.share import Share, shares_of
from app.review.model.workflow import Step, after
from app.review.models import Approval, Draft, DraftFile, Message, Notice, Proposal, Purpose, Remark, Revision

NOBODY = "gone"
"""What stands in place of a name in the history from then on."""
EMPTIED = b"---\nschema: emptied/1\n---\n"
"""What stands in place of a text: front matter that can be read, and no record."""


def forget(db: Session, people: Iterable[str], now: datetime) -> tuple[Share, ...]:
    """Forget what the people with these ids wrote and were told; return what became of each of their proposals."""
    mine = frozenset(people)
    shares = shares_of(db, mine)
    for share in shares:
        _forget_share(db, share, now)
    _forget_drafts(db, col(Draft.person).in_(mine))
    forget_notices(db, col(Notice.person).in_(mine))
    _empty_remarks(db, col(Remark.person).in_(mine), now)
    writer, approver = col(Revision.writer).in_(mine), col(Approval.person).in_(mine)
    db.execute(update(Revision).where(writer).values(pseudonym=NOBODY, reason=""))
    db.execute(update(Approval).where(approver).values(pseudonym=NOBODY))
    return shares


def empty(db: Session, rounds: Iterable[Revision]) -> None:
    """Forget the texts of rounds, with what was said and found about them."""
    for one in rounds:
        one.text, one.files, one.problems, one.reason = EMPTIED, (), (), ""
        db.add(one)


def forget_notices(db: Session, which: ColumnElement[bool]) -> None:
    """Forget what was told, and messages about it that wait."""
    notices = select(col(Notice.id)).where(which)
    db.execute(delete(Message).where(col(Message.notice_id).in_(notices)))
    db.execute(delete(Notice).where(which))


def _forget_share(db: Session, share: Share, now: datetime) -> None:
    row = share.proposal
    empty(db, share.emptied)
    if share.is_author:
        row.reason = ""
    if share.is_author and not share.stays:
        _end(db, row, now)
    db.add(row)
    db.flush()


def _end(db: Session, row: Proposal, now: datetime) -> None:
    """End a proposal that is its author's alone, or is over: title and name in the address are their words too."""
    if row.state.is_open:
        row.state, row.changed_at = after(row.state, Step.WITHDRAW), now
    row.title = ""
    if row.purpose is Purpose.NEW:
        row.slug = f"geloescht-{row.id[:8]}"
    _empty_remarks(db, col(Remark.proposal_id) == row.id, now)
    # Nobody can send a draft any more that was to improve it.
    _forget_drafts(db, col(Draft.proposal_id) == row.id)
    forget_notices(db, col(Notice.proposal_id) == row.id)


def _empty_remarks(db: Session, which: ColumnElement[bool], now: datetime) -> None:
    db.execute(update(Remark).where(which, col(Remark.resolved_at).is_(None)).values(resolved_at=now))
    db.execute(update(Remark).where(which).values(text=""))


def _forget_drafts(db: Session, which: ColumnElement[bool]) -> None:
    drafts = select(col(Draft.id)).where(which)
    db.execute(delete(DraftFile).where(col(DraftFile.draft_id).in_(drafts)))
    db.execute(delete(Draft).where(which))
