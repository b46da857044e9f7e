"""How much one person may send in an hour: editors read all of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from app.review.errors import QuotaReached
from app.review.models import UNREVIEWED, Proposal, Remark, Revision
from app.review.submission import Submission, Via
from app.shared.clock import Clock

HOUR = timedelta(hours=1)
_COUNTED = frozenset({Via.FORM, Via.PUSH})
"""Ways by which one person sends; a forge or another node sends the texts of many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hourly:
    """What one person may send in an hour: texts of proposals, new and further ones, and remarks."""

    proposals: int = 60
    comments: int = 120


class Quota:
    """Counts what somebody has sent since an hour ago."""

    def __init__(self, hourly: Hourly, clock: Clock) -> None:
        self._hourly = hourly
        self._clock = clock

    def permit(self, db: Session, submission: Submission) -> None:
        """Raise QuotaReached when the author of a submission has sent too many texts."""
        if submission.via in _COUNTED:
            self.permit_texts(db, submission.author.id)

    def permit_texts(self, db: Session, person_id: str, number: int = 1) -> None:
        """Raise QuotaReached unless somebody may send this number of texts of proposals now."""
        at = col(Revision.at)
        sent = select(at).join(Proposal, col(Proposal.id) == col(Revision.proposal_id))
        reviewed = (col(Proposal.purpose).not_in(UNREVIEWED), col(Proposal.via).in_(_COUNTED))
        mine = sent.where(col(Revision.writer) == person_id, *reviewed)
        self._permit(db, mine, at, self._hourly.proposals, number)

    def permit_comment(self, db: Session, person_id: str) -> None:
        """Raise QuotaReached when somebody has made too many remarks."""
        at = col(Remark.at)
        self._permit(db, select(at).where(col(Remark.person) == person_id), at, self._hourly.comments, 1)

    def _permit(self, db: Session, mine: Select[datetime], at: Mapped[datetime], limit: int, number: int) -> None:
        since = self._clock() - HOUR
        newest_first = db.scalars(mine.where(at > since).order_by(at.desc()).limit(limit)).all()
        if len(newest_first) + number > limit:
            # There is room when all but the newest have become older than an hour.
            leaving = newest_first[max(0, limit - number)] if newest_first else self._clock()
            raise QuotaReached(limit=limit, seconds=max(1, round((leaving - since).total_seconds())))
