# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What was sent about a record before, so that nothing is sent twice and nothing is written over."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.db import Sessions
from app.review.model.proposal import Proposal, Round
from app.review.proposals.values import proposal_of, round_of
from app.review.tables.proposal import ProposalRow, RoundRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Sending:
    """A proposal with its rounds, oldest first."""

    proposal: Proposal
    rounds: tuple[Round, ...]

    def holds(self, digest: str) -> bool:
        """Tell whether its author sent this text once, or it is the newest one."""
        own = (one.digest for one in self.rounds if one.writer == self.proposal.author)
        return digest == self.proposal.digest or digest in own

    @property
    def last(self) -> Round | None:
        """Return the text that its author sent last."""
        return last_sent(self.proposal.author, self.rounds)


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
        return Sending(proposal=proposal_of(row), rounds=tuple(round_of(one) for one in db.scalars(found)))


def last_sent(person_id: str, rounds: Sequence[Round]) -> Round | None:
    """Return the newest text that holds nothing but what this person sent; their next one by git goes on from there.

    What they wrote in a form after somebody else holds the words of both, which their own clone does not know of.
    """
    found, alone = None, True
    for one, following in zip(rounds, [*rounds[1:], None], strict=True):
        alone = alone and one.writer == person_id
        if one.writer == person_id and one.wrote and (alone or is_joined(one, following)):
            found = one
    return found


def is_joined(sent: Round, following: Round | None) -> bool:
    """Tell whether a round is a text as it came, and the next one brings it together with what others wrote."""
    return following is not None and not following.wrote and (following.writer, following.at) == (sent.writer, sent.at)
