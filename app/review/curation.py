"""The curator's side: discuss, request changes, take over, approve, publish, decide conflicts, decline."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass
from typing import Any

from sqlmodel import Session

from app.identity import Action, Person
from app.records.checks.persons import CONCERNS
from app.records.json_value import JsonValue, thaw
from app.review.context import ReviewContext
from app.review.corrections import CorrectionService
from app.review.decision import Decision
from app.review.drafts.start import ProposalDrafts
from app.review.errors import HeadMoved, RemarkNotFound, RevisionOutdated, SecondPersonMissing, Unconfirmed
from app.review.merge import MergePreview, merge_with_published
from app.review.models import Approval, NoticeKind, Proposal, Remark, RemarkKind
from app.review.notices.audience import tell_published
from app.review.permissions import is_seconded
from app.review.proposals.intake import Intake
from app.review.publisher import Publication, Publisher
from app.review.submission import Conflicted, Published, Rejected, Submission, Via
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.review.workflow import ProposalState, Step, Unsettled, after


@dataclass(frozen=True, slots=True)
class _Approved:
    """A proposal that may be published, with the pseudonyms of its approvers and writers."""

    row: Proposal
    writers: tuple[str, ...]
    reviewers: tuple[str, ...]
    requests: bool
    decision: Decision

    def confirm(self, checked: Checked) -> None:
        """Raise Unconfirmed unless the publisher confirmed all open points."""
        concerned = any(problem.code in CONCERNS for problem in checked.problems)
        unsettled = {Unsettled.WARNINGS: concerned, Unsettled.REQUESTS: self.requests}
        if any(is_open and what not in self.decision.confirmed for what, is_open in unsettled.items()):
            raise Unconfirmed(self.row.id)


class CurationService:
    """Decisions and remarks on proposals. Nobody decides on their own words; remarks are plain text, not published."""

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

    def decide(
        self, proposal_id: str, person: Person, decision: Decision
    ) -> Proposal | Published | Conflicted | Rejected:
        """Store a decision on a proposal and its remarks: all of it, or nothing if any part is refused.

        Readers, feed and search see what was published when this returns. If the record was published since the base
        of the proposal, edits of different fields are merged; edits of the same field give Conflicted. A declined text
        goes back to its author as a draft. Sending the same decision again changes nothing. Raises TextMissing,
        TextTooLong, QuotaReached, RemarkNotFound, ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, StepRefused,
        SecondPersonMissing, Unconfirmed, RecordGone, and RevisionOutdated when the text has changed.
        """
        decision = decision.checked()
        if decision.step is Step.PUBLISH:
            return self._publish(proposal_id, person, decision)
        if decision.step is Step.DECLINE:
            with self._context.sessions.reading() as db:
                row = self._context.decidable(db, proposal_id, person, Action.REVIEW, number=decision.round)
            after(row.state, Step.DECLINE)
            # Do this first, so that no correction is declined without an answer.
            self._corrections.decline(row, person, decision.remarks[""])
        with self._context.lock() if decision.step else nullcontext():
            with self._context.sessions.begin() as db:
                row = self._taken(db, proposal_id, person, decision)
            if decision.step is Step.DECLINE:
                # The rows say that it is closed; a reference left by a crash is removed by the next repair.
                self._context.refs.drop(proposal_id)
        return row

    def claim(self, proposal_id: str, person: Person, *, is_mine: bool) -> None:
        """Note that a curator takes charge of a proposal, or no longer does; raises what `decide` raises."""
        with self._context.sessions.begin() as db:
            row = self._context.decidable(db, proposal_id, person, Action.REVIEW)
            # This is possible as long as the proposal can be declined.
            after(row.state, Step.DECLINE)
            row.editor = person.id if is_mine else None
            self._context.audit.add(db, person.id, "claim" if is_mine else "release", row.id)

    def _taken(self, db: Session, proposal_id: str, person: Person, decision: Decision) -> Proposal:
        """Store the remarks and any step except publishing, and notify those concerned once."""
        step, tell = decision.step, self._context.notices.tell
        if step is None:
            row = self._context.visible(db, proposal_id, person)
        else:
            row = self._context.decidable(db, proposal_id, person, Action.REVIEW, number=decision.round)
        is_new, view = self._say(db, row, person, decision), self._context.store.view(db, row.id)
        told = {row.author, row.editor or "", *view.writers}
        if step is None and is_new:
            told |= {one.person for one in view.remarks}
            tell(db, told, NoticeKind.COMMENTED, row, but=person.id)
        elif step is Step.APPROVE and self._approve(db, row, person):
            tell(db, told, NoticeKind.APPROVED, row, but=person.id)
        elif step in (Step.REQUEST_CHANGES, Step.DECLINE) and is_new:
            self._context.take(db, row, step)
            params = {} if step is Step.DECLINE else {"round": str(row.rounds)}
            self._context.audit.add(db, person.id, step.value, row.id, **params)
            if step is Step.DECLINE and row.author and row.via is not Via.PEER:
                self._returned.give_back(db, row, row.author)
            kind = NoticeKind.DECLINED if step is Step.DECLINE else NoticeKind.CHANGES_REQUESTED
            said = "\n\n".join(decision.remarks.values())
            tell(db, told, kind, row, but=person.id, **({} if step is Step.DECLINE else {"said": said}))
        return row

    def _say(self, db: Session, row: Proposal, person: Person, decision: Decision) -> bool:
        """Store the remarks of a decision, and which earlier ones are done; return whether a remark is new.

        If a page is sent again, comments that are still the last ones and requests that are still open are not stored
        twice. The same words after other remarks, or for a request wrongly marked as done, are a new remark.
        """
        earlier, new = self._context.store.view(db, row.id).remarks, []
        for key, text in decision.remarks.items():
            kind = decision.kind_of(key)
            asked = (one for one in earlier if one.resolved_at is None and one.round == row.rounds)
            known = earlier[-len(decision.remarks) :] if kind is RemarkKind.COMMENT else asked
            if any((one.kind, one.person, one.text, one.field) == (kind, person.id, text, key) for one in known):
                continue
            said: dict[str, Any] = {"kind": kind, "field": key, "person": person.id, "text": text, "round": row.rounds}
            new.append(Remark(id=str(uuid.uuid4()), proposal_id=row.id, at=self._context.clock(), **said))
        if decision.step is None and new:
            self._context.quota.permit_comments(db, person.id, len(new))
        db.add_all(new)
        for remark_id, is_done in decision.marks.items():
            found = next((one for one in earlier if one.id == remark_id), None)
            if found is None:
                raise RemarkNotFound(remark_id)
            found.resolved_at, found.resolved_by = (self._context.clock(), person.id) if is_done else (None, None)
            self._context.audit.add(db, person.id, "settle" if is_done else "reopen", row.id, remark=remark_id)
        return bool(new)

    def _approve(self, db: Session, row: Proposal, person: Person) -> bool:
        """Approve the newest text; return False if the person has approved it already."""
        if any(found.person == person.id for found in self._context.store.approvals(db, row)):
            return False
        self._context.take(db, row, Step.APPROVE)
        db.add(
            Approval(
                proposal_id=row.id, round=row.rounds, person=person.id, pseudonym=person.pseudonym, at=row.changed_at
            )
        )
        self._context.audit.add(db, person.id, Step.APPROVE.value, row.id, round=str(row.rounds))
        return True

    def _publish(self, proposal_id: str, person: Person, decision: Decision) -> Published | Conflicted | Rejected:
        with self._context.lock():
            approved = self._approved(proposal_id, person, decision)
            if isinstance(approved, Published):
                # Somebody else has already published it; store the remarks nevertheless.
                with self._context.sessions.begin() as db:
                    self._say(db, self._context.store.get(db, proposal_id), person, decision)
                return approved
            outcome = self._publisher.until_put(lambda: self._attempt(approved, person))
        if isinstance(outcome, Published):
            self._publisher.follow_up()
        return outcome

    def conflicts(self, proposal_id: str, person: Person) -> Conflicted | None:
        """Return the conflicts to decide before publishing, if any. Raises ProposalNotFound and RecordGone."""
        row = self._seen(proposal_id, person)
        found = _outcome(self._merge(row)) if row.state.is_open else None
        return found if isinstance(found, Conflicted) else None

    def examine(self, proposal_id: str, person: Person) -> Checked | Conflicted:
        """Return what publishing would give now. Raises ProposalNotFound, RecordGone, ObjectMissing (if closed)."""
        return _outcome(self._merge(self._seen(proposal_id, person)))

    def resolve(
        self, proposal_id: str, person: Person, *, head: str, choices: Mapping[str, JsonValue]
    ) -> Proposal | Rejected:
        """Decide the fields in conflict, as a new revision; `choices` has a value for each field (None removes it).

        `head` is that of the `Conflicted` that was decided on. Fields without a choice keep the published value. A
        person who only chooses between the two texts does not count as a writer; one who writes a third text does.
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
            return self._context.visible(db, proposal_id, person)

    def _merge(self, row: Proposal) -> MergePreview:
        return merge_with_published(self._context.texts, self._context.examiner, row)

    def _approved(self, proposal_id: str, person: Person, decision: Decision) -> _Approved | Published:
        with self._context.sessions.reading() as db:
            row = self._context.store.get(db, proposal_id)
            writers = self._context.people.same_as(self._context.store.writers(db, proposal_id))
            approvals = self._context.store.approvals(db, row)
            pseudonyms = self._context.store.pseudonyms(db, proposal_id)
            remarks = self._context.store.view(db, proposal_id).remarks
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
        if decision.round not in (None, row.rounds):
            raise RevisionOutdated(proposal_id, round=row.rounds)
        after(after(row.state, Step.APPROVE) if row.state is ProposalState.SUBMITTED else row.state, Step.PUBLISH)
        # Prevent somebody from approving under one account and publishing under another.
        doubles = writers | (self._context.people.same_as({person.id}) - {person.id})
        approvers = {found.person: found.pseudonym for found in approvals if found.person not in doubles}
        # The publisher has read it, too.
        approvers |= {person.id: person.pseudonym}
        if not is_seconded(row.via, row.author, approvers.keys(), person.id):
            raise SecondPersonMissing(proposal_id)
        if unknown := decision.marks.keys() - {one.id for one in remarks}:
            raise RemarkNotFound(min(unknown))
        waiting = (one for one in remarks if one.resolved_at is None and not decision.marks.get(one.id))
        requests = any(one.kind is RemarkKind.CHANGE_REQUEST for one in waiting)
        return _Approved(row, pseudonyms, tuple(approvers.values()), requests, decision)

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
            self._say(db, row, person, approved.decision)
            if row.state is ProposalState.SUBMITTED:
                self._approve(db, row, person)
            row.state, row.ver, row.changed_at = ProposalState.PUBLISHED, published.ver, self._context.clock()
            db.add(row)
            despite = " ".join(sorted(approved.decision.confirmed))
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
