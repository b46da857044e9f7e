"""Rows of proposals; every method works in the caller's transaction."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.record import Record
from app.review.errors import ProposalNotFound
from app.review.models import Approval, Proposal, Purpose, Remark, Revision
from app.review.permissions import organisations_of, regions_of
from app.review.submission import Via
from app.review.text.examiner import Checked, described
from app.review.workflow import OPEN_STATES, ProposalState

_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """A proposal, revisions and remarks (oldest first), approvals, and `doubles`: other accounts of the writers."""

    proposal: Proposal
    revisions: tuple[Revision, ...]
    remarks: tuple[Remark, ...]
    approvals: tuple[Approval, ...]
    doubles: frozenset[str] = frozenset()

    @property
    def newest(self) -> Revision:
        """Return the revision that is up for decision."""
        return self.revisions[-1]

    @property
    def writers(self) -> frozenset[str]:
        """Return the ids of all who contributed text; none of them may approve it."""
        return frozenset(one.writer for one in self.revisions if one.wrote) - {""} | self.doubles

    def last_look(self, person_id: str) -> int:
        """Return the number of the newest revision that the person approved or made a remark on, 0 for none."""
        looks = [one.round for one in self.remarks if one.person == person_id]
        return max([*looks, *(one.round for one in self.approvals if one.person == person_id)], default=0)

    @property
    def claimed_by(self) -> str:
        """Return the id of the curator in charge of it, "" for nobody or if that curator is one of its writers."""
        return self.proposal.editor if self.proposal.editor and self.proposal.editor not in self.writers else ""

    @property
    def open_remarks(self) -> tuple[Remark, ...]:
        """Return the remarks that are not marked as done."""
        return tuple(remark for remark in self.remarks if remark.resolved_at is None)

    def holds(self, digest: str) -> bool:
        """Return whether the proposal's author once sent this text, or it is the newest one."""
        own = (one.digest for one in self.revisions if one.writer == self.proposal.author)
        return digest == self.proposal.digest or digest in own

    def last_by(self, person_id: str) -> Revision | None:
        """Return the newest revision with only a person's own words, on which their next one by git is based."""
        found, alone = None, True
        for one, following in zip(self.revisions, [*self.revisions[1:], None], strict=True):
            alone = alone and one.writer == person_id
            if one.writer == person_id and one.wrote and (alone or one.is_joined_by(following)):
                found = one
        return found


def revision_of(
    checked: Checked,
    *,
    writer: str,
    pseudonym: str,
    base: str | None,
    at: datetime,
    reason: str = "",
    wrote: bool = True,
    digest: str = "",
) -> Revision:
    """Return the row of a checked text; the store adds the proposal and the number.

    `digest` is given if the text is not a record but a tombstone.
    """
    return Revision(
        writer=writer,
        pseudonym=pseudonym,
        wrote=wrote,
        digest=digest or (checked.record.digest if checked.record else ""),
        base=base,
        text=checked.index,
        files=described(checked.files),
        problems=checked.problems,
        reason=reason,
        at=at,
    )


class ProposalStore:
    """Reads and writes proposals and their parts. Methods that take an id require that the proposal exists."""

    def get(self, db: Session, proposal_id: str) -> Proposal:
        row = db.get(Proposal, proposal_id)
        if row is None:
            raise ProposalNotFound(proposal_id)
        return row

    def states(self, db: Session) -> dict[str, ProposalState]:
        found = db.execute(select(col(Proposal.id), col(Proposal.state)))
        return {proposal_id: ProposalState(state) for proposal_id, state in found}

    def sent_as(self, db: Session, submission: str) -> Proposal | None:
        return db.scalars(select(Proposal).where(col(Proposal.submission) == submission)).first()

    def newest_by(self, db: Session, author: str) -> Revision | None:
        """Return a person's own text of the new record that they last proposed through the form; None if there is none.

        This is the last text before anybody else edited the proposal: later ones may contain the words of others.
        """
        own = (col(Proposal.author) == author, col(Proposal.via) == Via.FORM)
        found = select(Proposal).where(*own, col(Proposal.purpose) == Purpose.NEW)
        row = db.scalars(found.order_by(col(Proposal.created_at).desc()).limit(1)).first()
        if row is None:
            return None
        rounds = db.scalars(select(Revision).where(col(Revision.proposal_id) == row.id).order_by(col(Revision.number)))
        return next(reversed(list(takewhile(lambda one: one.writer == author, rounds))), None)

    def open_at(self, db: Session, slug: str, kind: str | None = None) -> list[Proposal]:
        """Return the open proposals for the records with this slug (of one kind), oldest first."""
        found = select(Proposal).where(col(Proposal.slug) == slug, col(Proposal.state).in_(OPEN_STATES))
        if kind is not None:
            found = found.where(col(Proposal.kind) == kind)
        return list(db.scalars(found.order_by(col(Proposal.created_at))))

    def about(self, db: Session, kind: str, slug: str) -> tuple[ProposalView, ...]:
        """Return all proposals about a record, open or closed, newest first."""
        found = select(col(Proposal.id)).where(col(Proposal.kind) == kind, col(Proposal.slug) == slug)
        return tuple(self.view(db, one) for one in db.scalars(found.order_by(col(Proposal.created_at).desc())).all())

    def add(self, db: Session, proposal: Proposal, first: Revision, record: Record | None) -> None:
        """Add a proposal with its first revision, whose content is `record`."""
        proposal.author, proposal.reason, proposal.created_at = first.writer, first.reason, first.at
        self._take(proposal, first, record)
        db.add(proposal)
        # Flush first, because the rows of a revision refer to it and the session does not know that.
        db.flush()
        db.add(first)

    def add_revision(self, db: Session, proposal: Proposal, new: Revision, record: Record | None) -> None:
        """Add a revision, whose content is `record`; approvals of earlier ones no longer count."""
        self._take(proposal, new, record)
        db.add(proposal)
        db.add(new)

    def newest_revision(self, db: Session, row: Proposal) -> Revision:
        return db.get_one(Revision, (row.id, row.rounds))

    def revision(self, db: Session, row: Proposal, number: int) -> Revision | None:
        return db.get(Revision, (row.id, number))

    def writers(self, db: Session, proposal_id: str) -> frozenset[str]:
        """Return the ids of all who contributed words to a proposal."""
        wrote = select(col(Revision.writer)).where(col(Revision.proposal_id) == proposal_id, col(Revision.wrote))
        return frozenset(db.scalars(wrote)) - {""}

    def pseudonyms(self, db: Session, proposal_id: str) -> tuple[str, ...]:
        """Return the pseudonyms of all who contributed words to a proposal, its author's first."""
        wrote = select(col(Revision.pseudonym)).where(col(Revision.proposal_id) == proposal_id, col(Revision.wrote))
        return tuple(dict.fromkeys(db.scalars(wrote.order_by(col(Revision.number)))))

    def approvals(self, db: Session, row: Proposal) -> list[Approval]:
        """Return the approvals of the newest revision."""
        found = select(Approval).where(col(Approval.proposal_id) == row.id, col(Approval.round) == row.rounds)
        return list(db.scalars(found.order_by(col(Approval.at))))

    def view(self, db: Session, proposal_id: str) -> ProposalView:
        revisions = select(Revision).where(col(Revision.proposal_id) == proposal_id)
        remarks = select(Remark).where(col(Remark.proposal_id) == proposal_id)
        approvals = select(Approval).where(col(Approval.proposal_id) == proposal_id)
        return ProposalView(
            proposal=self.get(db, proposal_id),
            revisions=tuple(db.scalars(revisions.order_by(col(Revision.number)))),
            remarks=tuple(db.scalars(remarks.order_by(col(Remark.at), col(Remark.id)))),
            approvals=tuple(db.scalars(approvals.order_by(col(Approval.at)))),
        )

    def _take(self, proposal: Proposal, new: Revision, record: Record | None) -> None:
        """Update the proposal's row from its newest revision."""
        proposal.rounds += 1
        proposal.base = new.base
        proposal.changed_at = new.at
        proposal.digest = new.digest or proposal.digest
        if record is not None:
            proposal.record_id = record.id
            proposal.title = record.title[:_TITLE_LENGTH]
            proposal.topics = record.topics
            proposal.regions = regions_of(record)
            proposal.organisations = organisations_of(record)
        new.proposal_id, new.number, new.digest = proposal.id, proposal.rounds, proposal.digest
