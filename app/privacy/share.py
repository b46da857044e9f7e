"""What of each proposal somebody wrote, and what becomes of it when they are forgotten.

What is published stays: it is the node's. All earlier texts go, from the first one that the person wrote in, whoever
wrote the later ones, because they carry the earlier words on. A proposal that never was published ends, unless others
wrote in it as well: then its newest text is theirs too and stays for their decision.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlmodel import Session, col

from app.review.model.workflow import ProposalState
from app.review.models import Proposal, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """A proposal in which somebody wrote: `emptied` are the rounds of which the text goes.

    `wrote_last` tells that its newest text is theirs.
    """

    proposal: Proposal
    emptied: tuple[Revision, ...]
    is_author: bool
    wrote_last: bool
    ends: bool

    @property
    def stays(self) -> bool:
        """Tell whether a text that holds their words stays."""
        return self.proposal.rounds not in {one.number for one in self.emptied}

    @property
    def record(self) -> str:
        """Return the record that it is about, such as "concept/ulm"."""
        return f"{self.proposal.kind}/{self.proposal.slug}"

    @property
    def is_published(self) -> bool:
        return self.proposal.state is ProposalState.PUBLISHED


def shares_of(db: Session, people: Iterable[str]) -> tuple[Share, ...]:
    """Return what the people with these ids wrote, the oldest proposal first."""
    mine = frozenset(people)
    wrote = select(col(Revision.proposal_id)).where(col(Revision.writer).in_(mine))
    found = select(Proposal).where(or_(col(Proposal.author).in_(mine), col(Proposal.id).in_(wrote)))
    rows = db.scalars(found.order_by(col(Proposal.created_at), col(Proposal.id))).all()
    return tuple(_share(row, _rounds(db, row.id), mine) for row in rows)


def _rounds(db: Session, proposal_id: str) -> Sequence[Revision]:
    found = select(Revision).where(col(Revision.proposal_id) == proposal_id)
    return db.scalars(found.order_by(col(Revision.number))).all()


def _share(row: Proposal, rounds: Sequence[Revision], mine: frozenset[str]) -> Share:
    others = {one.writer for one in rounds} | {row.author, row.editor or ""}
    is_author = row.author in mine
    ends = row.state.is_open and is_author and not (others - mine - {""})
    first = next((one.number for one in rounds if one.writer in mine), row.rounds + 1)
    # Of a proposal that is over without having been published, nobody needs any text.
    last = row.rounds - 1 if row.state is ProposalState.PUBLISHED or (row.state.is_open and not ends) else row.rounds
    emptied = tuple(one for one in rounds if first <= one.number <= last)
    wrote_last = any(one.writer in mine for one in rounds[-1:])
    return Share(proposal=row, emptied=emptied, is_author=is_author, wrote_last=wrote_last, ends=ends)
