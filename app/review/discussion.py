# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Remarks on a proposal and its fields; asking for changes, declining."""

from __future__ import annotations

import uuid

from sqlmodel import Session

from app.identity import Action, Person
from app.review.context import ReviewContext
from app.review.drafts.start import ProposalDrafts
from app.review.drafts.store import DraftStore
from app.review.errors import ProposalNotFound, RemarkNotFound, RevisionOutdated, TextMissing, TextTooLong
from app.review.model.proposal import Proposal, Remark, RemarkKind
from app.review.model.workflow import ProposalState, Step, after
from app.review.models import ProposalRow, RemarkRow
from app.review.notices.notice import NoticeKind
from app.review.proposals.values import proposal_of, remark_of

_LONGEST = 4000
_LONGEST_FIELD = 120


class Discussion:
    """What is said about a proposal. Remarks are plain text and never leave the database."""

    def __init__(self, desk: ReviewContext, drafts: DraftStore, recovery: ProposalDrafts) -> None:
        """Give declined texts back as drafts through `recovery`."""
        self._desk = desk
        self._drafts = drafts
        self._recovery = recovery

    def comment(self, proposal_id: str, person: Person, text: str, field: str = "") -> Remark:
        """Say something about a proposal or one of its fields ("lessons", "body.problem").

        Raises ProposalNotFound for those who may not see it, TextMissing and TextTooLong.
        """
        words = _sentence("text", text)
        with self._desk.sessions.begin() as db:
            row = self._visible(db, proposal_id, person)
            remark = self._add(db, row, person, RemarkKind.COMMENT, words, field)
            self._tell(db, row, NoticeKind.COMMENTED, person)
        return remark

    def settle(self, proposal_id: str, person: Person, remark_id: str, *, settled: bool = True) -> Remark:
        """Call a remark done, or open again; raises ProposalNotFound and RemarkNotFound."""
        with self._desk.sessions.begin() as db:
            row = self._visible(db, proposal_id, person)
            remark = db.get(RemarkRow, remark_id)
            if remark is None or remark.proposal_id != row.id:
                raise RemarkNotFound(remark_id)
            remark.resolved_at = self._desk.clock() if settled else None
            remark.resolved_by = person.id if settled else None
            db.add(remark)
            self._desk.audit.add(db, person.id, "settle" if settled else "reopen", row.id, remark=remark_id)
            return remark_of(remark)

    def request_changes(self, proposal_id: str, person: Person, text: str, *, round: int, field: str = "") -> Proposal:  # noqa: A002 - named like the field
        """Ask the author for changes, in a sentence they will read.

        Raises TextMissing, TextTooLong, ProposalNotFound, NotAllowed, OwnProposal, StepRefused, and RoundOutdated when
        the text has changed since `round`.
        """
        words = _sentence("text", text)
        with self._desk.lock.held(), self._desk.sessions.begin() as db:
            row = self._decidable(db, proposal_id, person, round)
            self._step(db, row, Step.REQUEST_CHANGES)
            self._add(db, row, person, RemarkKind.CHANGE_REQUEST, words, field)
            self._desk.audit.add(db, person.id, Step.REQUEST_CHANGES.value, row.id, round=str(round), field=field)
            told = {row.author, row.editor or ""}
            self._desk.notices.tell(db, told, NoticeKind.CHANGES_REQUESTED, row, but=person.id)
            return proposal_of(row)

    def decline(self, proposal_id: str, person: Person, reason: str) -> Proposal:
        """Decline a proposal with a reason that its author will read; its text goes back to them as a draft.

        Raises TextMissing, TextTooLong, ProposalNotFound, NotAllowed, OwnProposal and StepRefused.
        """
        words = _sentence("reason", reason)
        with self._desk.lock.held():
            with self._desk.sessions.begin() as db:
                row = self._decidable(db, proposal_id, person, None)
                self._step(db, row, Step.DECLINE)
                self._add(db, row, person, RemarkKind.DECLINE, words, "")
                if row.author:
                    self._drafts.add(db, self._recovery.draft(db, row, row.author), self._desk.clock())
                self._desk.audit.add(db, person.id, Step.DECLINE.value, row.id)
                self._desk.notices.tell(db, {row.author, row.editor or ""}, NoticeKind.DECLINED, row, but=person.id)
                value = proposal_of(row)
            # The rows say that it is over; what a crash leaves here is pruned by the next repair.
            self._desk.refs.drop(proposal_id)
        return value

    def _visible(self, db: Session, proposal_id: str, person: Person) -> ProposalRow:
        row = self._desk.store.get(db, proposal_id)
        writers = self._desk.store.writers(db, proposal_id) | {row.author}
        # Others must not even learn that there is one.
        if not self._desk.changes.of(row, writers).concerns(person):
            raise ProposalNotFound(proposal_id)
        return row

    def _decidable(self, db: Session, proposal_id: str, person: Person, number: int | None) -> ProposalRow:
        row = self._desk.store.get(db, proposal_id)
        writers = self._desk.store.writers(db, proposal_id)
        self._desk.changes.of(row, writers).permit_decision(person, Action.REVIEW, proposal_id)
        if number is not None and number != row.rounds:
            raise RevisionOutdated(proposal_id, round=row.rounds)
        return row

    def _step(self, db: Session, row: ProposalRow, step: Step) -> None:
        row.state = after(ProposalState(row.state), step).value
        row.changed_at = self._desk.clock()
        db.add(row)

    def _add(self, db: Session, row: ProposalRow, person: Person, kind: RemarkKind, text: str, field: str) -> Remark:
        remark = RemarkRow(
            id=str(uuid.uuid4()),
            proposal_id=row.id,
            kind=kind.value,
            field=field[:_LONGEST_FIELD],
            person=person.id,
            text=text,
            round=row.rounds,
            at=self._desk.clock(),
        )
        db.add(remark)
        return remark_of(remark)

    def _tell(self, db: Session, row: ProposalRow, kind: NoticeKind, person: Person) -> None:
        """Tell everybody who has written or said something here."""
        view = self._desk.store.view(db, row.id)
        told = {row.author, row.editor or "", *view.writers, *(remark.person for remark in view.remarks)}
        self._desk.notices.tell(db, told, kind, row, but=person.id)


def _sentence(field: str, text: str) -> str:
    words = text.strip()
    if not words:
        raise TextMissing(field)
    if len(words) > _LONGEST:
        raise TextTooLong(field, length=len(words), limit=_LONGEST)
    return words
