# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was sent about a record before, so that nothing is sent twice and nothing is written over."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.db import Sessions
from app.review.model.proposal import Proposal, Round
from app.review.proposals.values import proposal_of, round_of
from app.review.tables.proposal import ProposalRow, RoundRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A proposal and the texts that its own author brought into it, oldest first."""

    proposal: Proposal
    own: tuple[Round, ...]

    def holds(self, digest: str) -> bool:
        """Tell whether its author sent this text, or it is the newest one."""
        return digest == self.proposal.digest or any(one.digest == digest for one in self.own)

    def stands_at(self, digest: str) -> bool:
        """Tell whether this is the text that its author sent last."""
        return bool(self.own) and self.own[-1].digest == digest


class Sendings:
    """Looks through the proposals about a record, open or over."""

    def __init__(self, sessions: Sessions) -> None:
        """Read rows through `sessions`."""
        self._sessions = sessions

    def about(self, kind: str, slug: str) -> tuple[Sending, ...]:
        """Return all proposals about a record, the newest first."""
        found = select(ProposalRow).where(col(ProposalRow.kind) == kind, col(ProposalRow.slug) == slug)
        with self._sessions.reading() as db:
            rows = db.scalars(found.order_by(col(ProposalRow.created_at).desc())).all()
            return tuple(self._sending(db, row) for row in rows)

    def _sending(self, db: Session, row: ProposalRow) -> Sending:
        found = select(RoundRow).where(col(RoundRow.proposal_id) == row.id).order_by(col(RoundRow.number))
        rounds = (round_of(one) for one in db.scalars(found))
        return Sending(proposal=proposal_of(row), own=written_by(row.author, rounds))


def written_by(person_id: str, rounds: Iterable[Round]) -> tuple[Round, ...]:
    """Return the rounds with words of this person, as they sent them."""
    return tuple(one for one in rounds if one.writer == person_id and one.wrote)
