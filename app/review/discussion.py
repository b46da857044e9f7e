"""Remarks on a proposal and its fields; asking for changes, declining."""

from __future__ import annotations

import uuid

from sqlmodel import Session

from app.identity import Action, Person
from app.review.context import ReviewContext
from app.review.drafts.start import ProposalDrafts
from app.review.errors import RemarkNotFound, TextMissing, TextTooLong
from app.review.model.workflow import Step
from app.review.models import NoticeKind, Proposal, Remark, RemarkKind

_LONGEST = 4000
_LONGEST_FIELD = 120


class Discussion:
    """What is said about a proposal. Remarks are plain text and never leave the database."""

    def __init__(self, context: ReviewContext, returned: ProposalDrafts) -> None:
        self._context = context
        self._returned = returned

    def comment(self, proposal_id: str, person: Person, text: str, field: str = "") -> Remark:
        """Say something about a proposal or one of its fields ("lessons", "body.problem").

        Raises ProposalNotFound for those who may not see it, TextMissing, TextTooLong and QuotaReached.
        """
        words = _sentence("text", text)
        with self._context.sessions.begin() as db:
            row = self._context.visible(db, proposal_id, person)
            if said := self._said(db, row, person, RemarkKind.COMMENT, words, field):
                return said
            self._context.quota.permit_comment(db, person.id)
            remark = self._add(db, row, person, RemarkKind.COMMENT, words, field)
            self._tell(db, row, NoticeKind.COMMENTED, person)
        return remark

    def settle(self, proposal_id: str, person: Person, remark_id: str, *, settled: bool = True) -> Remark:
        """Call a remark done, or open again; raises ProposalNotFound and RemarkNotFound."""
        with self._context.sessions.begin() as db:
            row = self._context.visible(db, proposal_id, person)
            remark = db.get(Remark, remark_id)
            if remark is None or remark.proposal_id != row.id:
                raise RemarkNotFound(remark_id)
            remark.resolved_at = self._context.clock() if settled else None
            remark.resolved_by = person.id if settled else None
            db.add(remark)
            self._context.audit.add(db, person.id, "settle" if settled else "reopen", row.id, remark=remark_id)
            return remark

    def request_changes(self, proposal_id: str, person: Person, text: str, *, round: int, field: str = "") -> Proposal:  # noqa: A002 - named like the field
        """Ask the author for changes, in a sentence they will read.

        Raises TextMissing, TextTooLong, ProposalNotFound, NotAllowed, OwnProposal, StepRefused, and RevisionOutdated
        when the text has changed since `round`.
        """
        words = _sentence("text", text)
        with self._context.lock(), self._context.sessions.begin() as db:
            row = self._context.decidable(db, proposal_id, person, Action.REVIEW, number=round)
            if self._said(db, row, person, RemarkKind.CHANGE_REQUEST, words, field):
                return row
            self._context.take(db, row, Step.REQUEST_CHANGES)
            self._add(db, row, person, RemarkKind.CHANGE_REQUEST, words, field)
            self._context.audit.add(db, person.id, Step.REQUEST_CHANGES.value, row.id, round=str(round), field=field)
            told = {row.author, row.editor or ""}
            self._context.notices.tell(db, told, NoticeKind.CHANGES_REQUESTED, row, but=person.id)
            return row

    def decline(self, proposal_id: str, person: Person, reason: str) -> Proposal:
        """Decline a proposal with a reason that its author will read; its text goes back to them as a draft.

        Raises TextMissing, TextTooLong, ProposalNotFound, NotAllowed, OwnProposal and StepRefused.
        """
        words = _sentence("reason", reason)
        with self._context.lock():
            with self._context.sessions.begin() as db:
                row = self._context.decidable(db, proposal_id, person, Action.REVIEW)
                self._context.take(db, row, Step.DECLINE)
                self._add(db, row, person, RemarkKind.DECLINE, words, "")
                if row.author:
                    self._returned.give_back(db, row, row.author)
                self._context.audit.add(db, person.id, Step.DECLINE.value, row.id)
                self._context.notices.tell(db, {row.author, row.editor or ""}, NoticeKind.DECLINED, row, but=person.id)
            # The rows say that it is over; what a crash leaves here is pruned by the next repair.
            self._context.refs.drop(proposal_id)
        return row

    def _said(
        self, db: Session, row: Proposal, person: Person, kind: RemarkKind, text: str, field: str
    ) -> Remark | None:
        """Return the same remark on the same text, which comes once more when a form is sent twice."""
        known = self._context.store.view(db, row.id).open_remarks
        same = (kind, person.id, text, field[:_LONGEST_FIELD], row.rounds)
        return next((one for one in known if (one.kind, one.person, one.text, one.field, one.round) == same), None)

    def _add(self, db: Session, row: Proposal, person: Person, kind: RemarkKind, text: str, field: str) -> Remark:
        remark = Remark(
            id=str(uuid.uuid4()),
            proposal_id=row.id,
            kind=kind,
            field=field[:_LONGEST_FIELD],
            person=person.id,
            text=text,
            round=row.rounds,
            at=self._context.clock(),
        )
        db.add(remark)
        return remark

    def _tell(self, db: Session, row: Proposal, kind: NoticeKind, person: Person) -> None:
        """Tell everybody who has written or said something here."""
        view = self._context.store.view(db, row.id)
        told = {row.author, row.editor or "", *view.writers, *(remark.person for remark in view.remarks)}
        self._context.notices.tell(db, told, kind, row, but=person.id)


def _sentence(field: str, text: str) -> str:
    words = text.strip()
    if not words:
        raise TextMissing(field)
    if len(words) > _LONGEST:
        raise TextTooLong(field, actual=len(words), limit=_LONGEST)
    return words
