"""Forgets what review holds of somebody, within the transaction that ends their account.

So no crash leaves one without the other. Ids stay: they name nobody any more, and without them four eyes could not be
told from two. Forgetting twice does no more than once.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import update
from sqlmodel import Session, col

from app.privacy.share import Share, shares_of
from app.review.emptying import empty, empty_remarks, end, forget_drafts, forget_notices
from app.review.models import Approval, Draft, Notice, Purpose, Remark, Revision

NOBODY = "gone"
"""What stands in place of a name in the history from then on."""


def forget(db: Session, people: Iterable[str], now: datetime) -> tuple[Share, ...]:
    """Forget what the people with these ids wrote and were told; return what became of each of their proposals."""
    mine = frozenset(people)
    shares = shares_of(db, mine)
    for share in shares:
        _forget_share(db, share, now)
    forget_drafts(db, col(Draft.person).in_(mine))
    forget_notices(db, col(Notice.person).in_(mine))
    empty_remarks(db, col(Remark.person).in_(mine), now)
    writer, approver = col(Revision.writer).in_(mine), col(Approval.person).in_(mine)
    db.execute(update(Revision).where(writer).values(pseudonym=NOBODY, reason=""))
    db.execute(update(Approval).where(approver).values(pseudonym=NOBODY))
    return shares


def _forget_share(db: Session, share: Share, now: datetime) -> None:
    row = share.proposal
    empty(db, share.emptied)
    if share.is_author:
        row.reason = ""
    if share.is_author and not share.stays:
        end(db, row, now)
        if row.purpose is Purpose.NEW:
            # The name in the address was made of the title.
            row.slug = f"geloescht-{row.id[:8]}"
    db.add(row)
    db.flush()
