"""The curator's side: discuss, request changes, take over, approve, publish, decide conflicts, decline."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from sqlmodel import Session

from app.identity import Action, Person
from app.identity.errors import NotAllowed
from app.records.checks.persons import CONCERNS
from app.records.json_value import JsonValue, thaw
from app.review.context import ReviewContext
from app.review.corrections import CorrectionService
from app.review.drafts.start import ProposalDrafts
from app.review.errors import HeadMoved, RemarkNotFound, SecondPersonMissing, TextMissing, TextTooLong, Unconfirmed
from app.review.merge import MergePreview, merge_with_published
from app.review.models import Approval, NoticeKind, Proposal, Remark, RemarkKind
from app.review.notices.audience import tell_published
from app.review.permissions import is_seconded
from app.review.proposals.intake import Intake
from app.review.publisher import ApprovalMissing, Publication, Publisher
from app.review.submission import Conflicted, Published, Rejected, Submission, Via
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.review.workflow import ProposalState, Step, Unsettled, after

_MAX_CHARACTERS = 4000
_MAX_FIELD_NAME = 120


@dataclass(frozen=True, slots=True)
class _Approved:
    """A proposal that may be published, with the pseudonyms of its approvers and writers."""

    row: Proposal
    writers: tuple[str, ...]
    reviewers: tuple[str, ...]
    requests: bool
    confirmed: AbstractSet[Unsettled]

    def confirm(self, checked: Checked) -> None:
        """Raise Unconfirmed if the publisher did not confirm one of the open points."""
        concerned = any(problem.code in CONCERNS for problem in checked.problems)
        unsettled = {Unsettled.WARNINGS: concerned, Unsettled.REQUESTS: self.requests}
        if any(is_open and what not in self.confirmed for what, is_open in unsettled.items()):
            raise Unconfirmed(self.row.id)


class CurationService:
    """Decisions of curators and remarks on proposals. Nobody decides on a text that contains their own words.

    Remarks are plain text and never leave the database.
    """

    def __init__(
        self,
        context: ReviewContext,
        intake: Intake,
        returned: ProposalDrafts,
        publisher: Publisher,
        corrections: CorrectionService,
    ) -> None:
        self._context = context
        self._intake = intake
        self._returned = returned
        self._publisher = publisher
        self._corrections = corrections
        self.take_over = intake.revise

    def comment(self, proposal_id: str, person: Person, text: str, field: str = "") -> Remark:
        """Add a remark to a proposal or one of its fields ("lessons", "body.problem").

        Raises ProposalNotFound for those who may not see it, TextMissing, TextTooLong and QuotaReached.
        """
        words = _sentence("text", text)
        with self._context.sessions.begin() as db:
            row = self._context.visible(db, proposal_id, person)
            if said := self._said(db, row, person, RemarkKind.COMMENT, words, field):
                return said
            self._context.quota.permit_comment(db, person.id)
            remark = self._add(db, row, person, RemarkKind.COMMENT, words, field)
            view = self._context.store.view(db, row.id)
            told = {row.author, row.editor or "", *view.writers, *(one.person for one in view.remarks)}
            self._context.notices.tell(db, told, NoticeKind.COMMENTED, row, but=person.id)
        return remark

    def settle(self, proposal_id: str, person: Person, remark_id: str, *, settled: bool = True) -> Remark:
        """Mark a remark as done, or as open again; raises ProposalNotFound and RemarkNotFound."""
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
        with self._context.sessions.reading() as db:
            row = self._context.decidable(db, proposal_id, person, Action.REVIEW)
        after(row.state, Step.DECLINE)
        # First, so that nothing declined stays without its answer.
        self._corrections.decline(row, person, words)
        with self._context.lock():
            with self._context.sessions.begin() as db:
                row = self._context.decidable(db, proposal_id, person, Action.REVIEW)
                self._context.take(db, row, Step.DECLINE)
                self._add(db, row, person, RemarkKind.DECLINE, words, "")
                if row.author and row.via is not Via.PEER:
                    self._returned.give_back(db, row, row.author)
                self._context.audit.add(db, person.id, Step.DECLINE.value, row.id)
                self._context.notices.tell(db, {row.author, row.editor or ""}, NoticeKind.DECLINED, row, but=person.id)
            # The rows say that it is closed; a reference left by a crash is removed by the next repair.
            self._context.refs.drop(proposal_id)
        return row

    def _said(
        self, db: Session, row: Proposal, person: Person, kind: RemarkKind, text: str, field: str
    ) -> Remark | None:
        """Return the remark that a reloaded page sends again: the last comment, or an open request.

        The same words as an answer to something else, or for a change wrongly marked as done, are a new remark.
        """
        remarks, same = self._context.store.view(db, row.id).remarks, (kind, person.id, text, field[:_MAX_FIELD_NAME])
        asked = (one for one in remarks if one.resolved_at is None and one.round == row.rounds)
        known = remarks[-1:] if kind is RemarkKind.COMMENT else asked
        return next((one for one in known if (one.kind, one.person, one.text, one.field) == same), None)

    def _add(self, db: Session, row: Proposal, person: Person, kind: RemarkKind, text: str, field: str) -> Remark:
        remark = Remark(
            id=str(uuid.uuid4()),
            proposal_id=row.id,
            kind=kind,
            field=field[:_MAX_FIELD_NAME],
            person=person.id,
            text=text,
            round=row.rounds,
            at=self._context.clock(),
        )
        db.add(remark)
        return remark

    def approve(self, proposal_id: str, person: Person, *, round: int) -> Proposal:  # noqa: A002 - named like the field
        """Approve the text of revision `round`.

        Raises ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, StepRefused, and RevisionOutdated when the text
        has changed.
        """
        with self._context.lock(), self._context.sessions.begin() as db:
            row = self._context.decidable(db, proposal_id, person, Action.REVIEW, number=round)
            if any(found.person == person.id for found in self._context.store.approvals(db, row)):
                return row
            self._context.take(db, row, Step.APPROVE)
            db.add(
                Approval(
                    proposal_id=row.id, round=round, person=person.id, pseudonym=person.pseudonym, at=row.changed_at
                )
            )
            self._context.audit.add(db, person.id, Step.APPROVE.value, row.id, round=str(round))
            self._context.notices.tell(db, {row.author, row.editor or ""}, NoticeKind.APPROVED, row, but=person.id)
            return row

    def publish(
        self, proposal_id: str, person: Person, confirmed: AbstractSet[Unsettled] = frozenset()
    ) -> Published | Conflicted | Rejected:
        """Publish an approved proposal; readers, feed and search see it when this returns.

        `confirmed` are the kinds of open points that `person` knows of and publishes anyway.

        If the record was published since the base of the proposal, edits of different fields are merged; edits of the
        same field give Conflicted. Publishing the same proposal again gives the same answer. Raises
        ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, StepRefused, ApprovalMissing, SecondPersonMissing,
        Unconfirmed and RecordGone.
        """
        with self._context.lock():
            approved = self._approved(proposal_id, person, confirmed)
            if isinstance(approved, Published):
                return approved
            outcome = self._publisher.until_put(lambda: self._attempt(approved, person))
        if isinstance(outcome, Published):
            self._publisher.follow_up()
        return outcome

    def conflicts(self, proposal_id: str, person: Person) -> Conflicted | None:
        """Return the conflicts that must be decided before a proposal can be published, None if there are none.

        Raises ProposalNotFound, NotAllowed and RecordGone.
        """
        row = self._seen(proposal_id, person)
        found = _outcome(self._merge(row)) if row.state.is_open else None
        return found if isinstance(found, Conflicted) else None

    def examine(self, proposal_id: str, person: Person) -> Checked | Conflicted:
        """Return exactly what would be published now, checked again: the proposal merged with the published text.

        Raises ProposalNotFound, NotAllowed, RecordGone, and ObjectMissing for a proposal that is over.
        """
        return _outcome(self._merge(self._seen(proposal_id, person)))

    def resolve(
        self, proposal_id: str, person: Person, *, head: str, choices: Mapping[str, JsonValue]
    ) -> Proposal | Rejected:
        """Decide the fields in conflict, as a new revision; `choices` has a value for each field (None removes it).

        `head` is that of the `Conflicted` that was decided on. Fields without a choice keep the published value. A
        person who chooses one of the two texts is no writer of the revision; one who writes a third text is.
        Raises HeadMoved if something else was published meanwhile, and what `revise` raises.
        """
        with self._context.lock():
            with self._context.sessions.reading() as db:
                row = self._context.store.get(db, proposal_id)
                writers = self._context.store.writers(db, proposal_id)
            self._context.permit_writing(row, person, writers)
            after(row.state, Step.RESOLVE)
            preview = self._merge(row)
            if preview.published is None or preview.head != head:
                raise HeadMoved(preview.head)
            text, wrote = _decided(preview, choices)
            files = text.files_among(preview.published.files, preview.proposed.files)
            submission = Submission(
                kind=row.kind, author=person, text=text, files=files, slug=row.slug, base=preview.head
            )
            return self._intake.add(row, submission, Step.RESOLVE, wrote=wrote)

    def _seen(self, proposal_id: str, person: Person) -> Proposal:
        with self._context.sessions.reading() as db:
            row = self._context.store.get(db, proposal_id)
            writers = self._context.store.writers(db, proposal_id) | {row.author}
        if not self._context.change(row, writers).concerns(person):
            raise NotAllowed(Action.DISCUSS.value)
        return row

    def _merge(self, row: Proposal) -> MergePreview:
        return merge_with_published(self._context.texts, self._context.examiner, row)

    def _approved(self, proposal_id: str, person: Person, confirmed: AbstractSet[Unsettled]) -> _Approved | Published:
        with self._context.sessions.reading() as db:
            row = self._context.store.get(db, proposal_id)
            writers = self._context.people.same_as(self._context.store.writers(db, proposal_id))
            approvals = self._context.store.approvals(db, row)
            pseudonyms = self._context.store.pseudonyms(db, proposal_id)
            remarks = self._context.store.view(db, proposal_id).open_remarks
        self._context.change(row, writers).permit_decision(person, Action.PUBLISH, proposal_id)
        if row.state is ProposalState.PUBLISHED:
            return Published(
                proposal_id=row.id,
                kind=row.kind,
                slug=row.slug,
                record_id=row.record_id,
                ver=row.ver or 0,
                digest=row.digest,
            )
        after(row.state, Step.PUBLISH)
        # Prevent somebody from approving under one account and publishing under another.
        doubles = writers | (self._context.people.same_as({person.id}) - {person.id})
        approvers = {found.person: found.pseudonym for found in approvals if found.person not in doubles}
        if not approvers:
            raise ApprovalMissing(proposal_id)
        if not is_seconded(row.via, row.author, approvers.keys(), person.id):
            raise SecondPersonMissing(proposal_id)
        requests = any(remark.kind is RemarkKind.CHANGE_REQUEST for remark in remarks)
        return _Approved(row, pseudonyms, tuple(approvers.values()), requests, confirmed)

    def _attempt(self, approved: _Approved, person: Person) -> Published | Conflicted | Rejected:
        row, head = approved.row, self._context.repository.head()
        preview = self._merge(row)
        checked = _outcome(preview)
        if isinstance(checked, Conflicted):
            return checked
        checked = self._corrections.accepted(row, checked, preview.published)
        record = checked.record
        if record is None or not checked.is_sound:
            return Rejected(problems=checked.problems)
        # Text that others published meanwhile, and the result of the merge, must be within the area as well.
        self._context.change_to(record).permit(person, Action.PUBLISH)
        if preview.head == record.digest:
            # An earlier publication was interrupted after its reference had moved; only rows are missing.
            ver = self._context.texts.newest_version(checked.path)
            published = Published.of(record, ver, proposal_id=row.id)
        else:
            approved.confirm(checked)
            publication = Publication(
                proposal_id=row.id,
                purpose=row.purpose,
                record=record,
                digest=record.digest,
                files=checked.files,
                author=approved.writers[0],
                co_authors=approved.writers[1:],
                reviewers=approved.reviewers,
                proposed=preview.proposed.commit,
                merged=preview.merge is not None,
            )
            published = self._publisher.put(publication, head)

        def close(db: Session) -> None:
            row = self._context.store.get(db, approved.row.id)
            row.state, row.ver, row.changed_at = ProposalState.PUBLISHED, published.ver, self._context.clock()
            db.add(row)
            despite = " ".join(sorted(approved.confirmed))
            self._context.audit.add(db, person.id, Step.PUBLISH.value, row.id, ver=str(published.ver), despite=despite)
            tell_published(self._context, db, row, record, but=person.id)

        self._publisher.record(close)
        self._publisher.drop(row.id)
        return published


def _outcome(preview: MergePreview) -> Checked | Conflicted:
    if preview.checked is not None:
        return preview.checked
    return Conflicted(proposal_id=preview.proposal_id, head=preview.head, fields=preview.conflicts)


def _decided(preview: MergePreview, choices: Mapping[str, JsonValue]) -> tuple[RecordText, bool]:
    """Return the text with the chosen values, and whether any of them is neither of the two texts."""
    open_fields = {found.key: found for found in preview.conflicts}
    chosen = {key: thaw(value) for key, value in choices.items() if key in open_fields}
    flat = {**preview.text.flat(), **chosen}
    text = RecordText.from_flat({key: value for key, value in flat.items() if value is not None})
    sides = {key: (found.published, found.proposed) for key, found in open_fields.items()}
    return text, any(value not in sides[key] for key, value in chosen.items())


def _sentence(field: str, text: str) -> str:
    words = text.strip()
    if not words:
        raise TextMissing(field)
    if len(words) > _MAX_CHARACTERS:
        raise TextTooLong(field, actual=len(words), limit=_MAX_CHARACTERS)
    return words
