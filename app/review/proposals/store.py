# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Rows of proposals; every method works inside the caller's transaction."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime
from itertools import takewhile

from sqlalchemy import select
from sqlmodel import Session, col

from app.review.errors import ProposalNotFound
from app.review.model.proposal import ProposalView, Purpose
from app.review.model.submission import Via
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.review.models import ApprovalRow, ProposalRow, RemarkRow, RevisionRow
from app.review.proposals.values import (
    approval_of,
    files_json,
    problems_json,
    proposal_of,
    remark_of,
    revision_of,
)
from app.review.subject import organisations_of, regions_of
from app.review.text.examiner import Checked, described

_TITLE_LENGTH = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """A checked text on its way into the tables.

    `writer` is the id of a person and `pseudonym` their name in the history, `base` a digest. `digest` is given where
    the text is no record but the note of a withdrawal.
    """

    checked: Checked
    writer: str
    pseudonym: str
    base: str | None
    at: datetime
    reason: str = ""
    wrote: bool = True
    digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewProposal:
    """What a proposal is, beside its first text."""

    id: str
    kind: str
    slug: str
    purpose: Purpose
    via: Via = Via.FORM
    state: ProposalState = ProposalState.SUBMITTED
    submission: str | None = None
    ver: int | None = None


class ProposalStore:
    """Reads and writes proposals with everything that belongs to them."""

    def get(self, db: Session, proposal_id: str) -> ProposalRow:
        """Return the row; raises ProposalNotFound."""
        row = db.get(ProposalRow, proposal_id)
        if row is None:
            raise ProposalNotFound(proposal_id)
        return row

    def find(self, db: Session, proposal_id: str) -> ProposalRow | None:
        """Return the row, None when there is none."""
        return db.get(ProposalRow, proposal_id)

    def states(self, db: Session) -> dict[str, ProposalState]:
        """Return the state of every proposal by id."""
        found = db.execute(select(col(ProposalRow.id), col(ProposalRow.state)))
        return {proposal_id: ProposalState(state) for proposal_id, state in found}

    def sent_as(self, db: Session, submission: str) -> ProposalRow | None:
        """Return what came of a sending, by its key."""
        return db.scalars(select(ProposalRow).where(col(ProposalRow.submission) == submission)).first()

    def newest_by(self, db: Session, author: str) -> RevisionRow | None:
        """Return a person's own text of the new record that they proposed last through the form, None where none is.

        It is their last one before anybody else wrote in the proposal: later texts may hold the words of others.
        """
        own = (col(ProposalRow.author) == author, col(ProposalRow.via) == Via.FORM.value)
        found = select(ProposalRow).where(*own, col(ProposalRow.purpose) == Purpose.NEW.value)
        row = db.scalars(found.order_by(col(ProposalRow.created_at).desc()).limit(1)).first()
        if row is None:
            return None
        rounds = db.scalars(
            select(RevisionRow).where(col(RevisionRow.proposal_id) == row.id).order_by(col(RevisionRow.number))
        )
        return next(reversed(list(takewhile(lambda one: one.writer == author, rounds))), None)

    def open_at(self, db: Session, slug: str, kind: str | None = None) -> list[ProposalRow]:
        """Return the open proposals for the records with this slug (of one kind), oldest first."""
        open_states = [state.value for state in OPEN_STATES]
        found = select(ProposalRow).where(col(ProposalRow.slug) == slug, col(ProposalRow.state).in_(open_states))
        if kind is not None:
            found = found.where(col(ProposalRow.kind) == kind)
        return list(db.scalars(found.order_by(col(ProposalRow.created_at))))

    def add(self, db: Session, new: NewProposal, first: NewRevision) -> ProposalRow:
        """Add a proposal with its first round."""
        row = ProposalRow(
            id=new.id,
            kind=new.kind,
            slug=new.slug,
            record_id="",
            title="",
            purpose=new.purpose.value,
            via=new.via.value,
            state=new.state.value,
            author=first.writer,
            digest="",
            rounds=0,
            ver=new.ver,
            topics="[]",
            regions="[]",
            organisations="[]",
            reason=first.reason,
            submission=new.submission,
            created_at=first.at,
            changed_at=first.at,
        )
        self._take(row, first)
        db.add(row)
        # The rows of a round refer to it, and nothing tells the session so.
        db.flush()
        db.add(_revision_row(row, first))
        return row

    def add_round(self, db: Session, row: ProposalRow, new: NewRevision) -> None:
        """Add a text; approvals of earlier rounds count no more."""
        self._take(row, new)
        db.add(row)
        db.add(_revision_row(row, new))

    def newest_round(self, db: Session, row: ProposalRow) -> RevisionRow:
        """Return the row of the newest text."""
        return db.get_one(RevisionRow, (row.id, row.rounds))

    def round(self, db: Session, row: ProposalRow, number: int) -> RevisionRow | None:
        """Return the row of one text, None when there is none."""
        return db.get(RevisionRow, (row.id, number))

    def writers(self, db: Session, proposal_id: str) -> frozenset[str]:
        """Return the ids of all who brought words into a proposal."""
        wrote = select(col(RevisionRow.writer)).where(
            col(RevisionRow.proposal_id) == proposal_id, col(RevisionRow.wrote)
        )
        return frozenset(db.scalars(wrote)) - {""}

    def pseudonyms(self, db: Session, proposal_id: str) -> tuple[str, ...]:
        """Return the names in the history of all who brought words into a proposal, its author's first."""
        wrote = select(col(RevisionRow.pseudonym)).where(
            col(RevisionRow.proposal_id) == proposal_id, col(RevisionRow.wrote)
        )
        return tuple(dict.fromkeys(db.scalars(wrote.order_by(col(RevisionRow.number)))))

    def approvals(self, db: Session, row: ProposalRow) -> list[ApprovalRow]:
        """Return the approvals of the newest text."""
        found = select(ApprovalRow).where(col(ApprovalRow.proposal_id) == row.id, col(ApprovalRow.round) == row.rounds)
        return list(db.scalars(found.order_by(col(ApprovalRow.at))))

    def view(self, db: Session, proposal_id: str) -> ProposalView:
        """Return everything about a proposal; raises ProposalNotFound."""
        row = self.get(db, proposal_id)
        rounds = db.scalars(
            select(RevisionRow).where(col(RevisionRow.proposal_id) == row.id).order_by(col(RevisionRow.number))
        ).all()
        remarks = db.scalars(
            select(RemarkRow).where(col(RemarkRow.proposal_id) == row.id).order_by(col(RemarkRow.at), col(RemarkRow.id))
        )
        approvals = db.scalars(
            select(ApprovalRow).where(col(ApprovalRow.proposal_id) == row.id).order_by(col(ApprovalRow.at))
        )
        return ProposalView(
            proposal=proposal_of(row),
            rounds=tuple(revision_of(found) for found in rounds),
            remarks=tuple(remark_of(found) for found in remarks),
            approvals=tuple(approval_of(found) for found in approvals),
            writers=self.writers(db, row.id),
            text=rounds[-1].text,
        )

    def _take(self, row: ProposalRow, new: NewRevision) -> None:
        """Let the proposal say what its newest text says."""
        record = new.checked.record
        row.rounds += 1
        row.base = new.base
        row.changed_at = new.at
        if record is not None:
            row.record_id, row.digest = record.id, record.digest
            row.title = record.title[:_TITLE_LENGTH]
            row.topics = json.dumps(record.topics)
            row.regions = json.dumps(regions_of(record))
            row.organisations = json.dumps(organisations_of(record))
        row.digest = new.digest or row.digest


def _revision_row(row: ProposalRow, new: NewRevision) -> RevisionRow:
    return RevisionRow(
        proposal_id=row.id,
        number=row.rounds,
        writer=new.writer,
        pseudonym=new.pseudonym,
        wrote=new.wrote,
        digest=row.digest,
        base=new.base,
        text=new.checked.index,
        files=files_json(described(new.checked.files)),
        problems=problems_json(new.checked.problems),
        reason=new.reason,
        at=new.at,
    )
