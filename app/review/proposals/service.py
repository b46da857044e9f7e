"""The author's side: send, improve, withdraw, view."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from app.identity import Action, Person
from app.identity.errors import NotAllowed
from app.records.git.errors import ObjectMissing
from app.records.problem import InvalidRecord
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.drafts.start import ProposalDrafts
from app.review.errors import ProposalNotFound
from app.review.models import Draft, DraftSavedElsewhere, NoticeKind, Proposal, Revision
from app.review.permissions import ProposedChange, permit
from app.review.proposals.intake import Intake, submission_key
from app.review.proposals.store import ProposalView
from app.review.submission import Rejected, Submission
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.review.workflow import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedTexts:
    """Records for `app.records.difference.compare`.

    `base` is the version that the revision is based on and `published` the current one; both None for a new record.
    `earlier` is the revision before, None for the first. `proposed` is None if it cannot be read.
    """

    base: Record | None
    published: Record | None
    earlier: Record | None
    proposed: Record | None


class ProposalService:
    """What authors do with proposals. Each text is taken in only once, however often it is sent."""

    def __init__(self, context: ReviewContext, intake: Intake, returned: ProposalDrafts) -> None:
        """Take texts in through `intake`; `returned` creates drafts from proposals."""
        self.revise = intake.revise
        self._context = context
        self._intake = intake
        self._drafts = context.drafts
        self._returned = returned

    def check(self, submission: Submission) -> Checked:
        """Return the text that would be created, with all problems. Raises SchemaError, BaseUnknown, RecordGone."""
        return self._intake.examine(submission).checked

    def submit(self, submission: Submission) -> Proposal | Rejected:
        """Send a text for review; return the proposal, or the problems that prevent it, by field.

        Sending the same key twice gives the same proposal. Raises NotAllowed, NothingChanged, RecordGone, BaseUnknown,
        SchemaError, FileTooLarge, UnsafePath and QuotaReached.
        """
        permit(submission.author, Action.PROPOSE)
        with self._context.lock():
            return self._sent_before(submission) or self._taken(submission)

    def submit_draft(self, draft_id: str, person: Person, version: int) -> Proposal | Rejected | DraftSavedElsewhere:
        """Send a draft for review and delete it: as a new proposal, or as the next revision of the one it improves.

        Nothing is sent if another window has saved the draft since `version`. What another window saves during the
        sending is kept, as a draft that improves the proposal. Raises DraftNotFound and what `submit` and `revise`
        raise; the draft is then kept.
        """
        with self._context.sessions.reading() as db:
            draft = self._drafts.get(db, draft_id, person.id)
            files = self._drafts.files(db, draft.id)
        if draft.version != version:
            return DraftSavedElsewhere(current=draft)
        submission = submission_of(draft, files, person)
        if draft.proposal_id is not None:
            return self._settled(draft, self.revise(draft.proposal_id, submission))
        permit(person, Action.PROPOSE)
        with self._context.lock():
            known = self._sent_before(submission)
            outcome = known or self._taken(submission)
        if known is None:
            return self._settled(draft, outcome)
        # The draft was sent before: later changes to it improve the resulting proposal.
        with self._context.sessions.begin() as db:
            now = self._drafts.get(db, draft.id, person.id)
            is_same = now.version == draft.version
            self._drafts.improve(db, now, known)
        return self.submit_draft(now.id, person, now.version) if is_same else DraftSavedElsewhere(current=now)

    def _sent_before(self, submission: Submission) -> Proposal | None:
        """Return the proposal from an earlier sending of the same submission; None if this is the first."""
        key = submission_key(submission)
        with self._context.sessions.reading() as db:
            return self._context.store.sent_as(db, key) if key else None

    def permit_sending(self, person: Person, number: int) -> None:
        """Raise QuotaReached unless the person may send this number of texts now."""
        with self._context.sessions.reading() as db:
            self._context.quota.permit_texts(db, person.id, number)

    def _taken(self, submission: Submission) -> Proposal | Rejected:
        with self._context.sessions.reading() as db:
            self._context.quota.permit(db, submission)
        made = self._intake.examine(submission)
        return self._intake.store_new(made) if made.checked.is_sound else Rejected(problems=made.checked.problems)

    def _settled(self, sent: Draft, outcome: Proposal | Rejected) -> Proposal | Rejected:
        """Delete a sent draft; if another window saved it meanwhile, keep it as an improvement of the proposal."""
        if isinstance(outcome, Rejected):
            return outcome
        with self._context.sessions.begin() as db:
            now = db.get(Draft, sent.id)
            if now is not None and (now.version, now.hashes) == (sent.version, sent.hashes):
                self._drafts.delete(db, now.id)
            elif now is not None:
                self._drafts.improve(db, now, outcome)
        return outcome

    def withdraw(self, proposal_id: str, person: Person) -> Draft:
        """Withdraw one's own proposal; its text becomes a draft again. Raises ProposalNotFound and StepRefused."""
        with self._context.lock():
            with self._context.sessions.begin() as db:
                row = self._context.store.get(db, proposal_id)
                if row.author != person.id:
                    raise ProposalNotFound(proposal_id)
                self._context.take(db, row, Step.WITHDRAW)
                draft = self._returned.give_back(db, row, person.id)
                self._context.audit.add(db, person.id, "withdraw_proposal", row.id)
                told = [row.editor or "", *(approval.person for approval in self._context.store.approvals(db, row))]
                self._context.notices.tell(db, told, NoticeKind.WITHDRAWN, row, but=person.id)
            self._context.refs.drop(proposal_id)
        return draft

    def view(self, proposal_id: str, person: Person) -> ProposalView:
        """Return a proposal for its writers and curators; others get ProposalNotFound, so that they learn nothing."""
        with self._context.sessions.reading() as db:
            self._context.visible(db, proposal_id, person)
            view = self._context.store.view(db, proposal_id)
        return replace(view, doubles=self._context.people.same_as(view.writers))

    def sent_about(self, kind: str, slug: str) -> tuple[ProposalView, ...]:
        """Return all proposals about a record, open or closed, newest first."""
        with self._context.sessions.reading() as db:
            return self._context.store.about(db, kind, slug)

    def change(self, proposal_id: str, person: Person) -> ProposedChange:
        """Return a proposal's subject before and after, which decides who may decide on it; raises ProposalNotFound."""
        with self._context.sessions.reading() as db:
            row = self._context.visible(db, proposal_id, person)
            return self._context.change(row, self._context.store.writers(db, proposal_id))

    def file(self, proposal_id: str, person: Person, name: str) -> bytes:
        """Return a file of the newest revision while it is stored; raises ProposalNotFound and ObjectMissing."""
        proposal = self.view(proposal_id, person).proposal
        stored = self._context.texts.proposed(proposal_id, self._context.texts.path(proposal.kind, proposal.slug))
        if stored is None or name not in stored.files:
            raise ObjectMissing(name)
        return stored.files[name]

    def texts(self, proposal_id: str, person: Person, *, since: int = 0) -> ComparedTexts:
        """Return the texts to compare; the earlier one is revision `since`, 0 for the one that readers saw before."""
        with self._context.sessions.reading() as db:
            row = self._context.visible(db, proposal_id, person)
            wanted = self._context.store.newest_revision(db, row)
            before = self._context.store.revision(db, row, since or wanted.number - 1)
            if not since and before is not None and before.is_joined_by(wanted):
                # The revision before is the text as sent; readers saw only the merged one and the one before.
                before = self._context.store.revision(db, row, wanted.number - 2)
        path = self._context.texts.path(row.kind, row.slug)
        stands = self._context.texts.published(path)
        return ComparedTexts(
            base=self._context.texts.record_with(path, wanted.base) if wanted.base else None,
            published=stands.found if stands and isinstance(stands.found, Record) else None,
            earlier=self._read(path, before) if before else None,
            proposed=self._read(path, wanted),
        )

    def _read(self, path: str, revision: Revision) -> Record | None:
        try:
            found = self._context.examiner.read_text(path, revision.text, revision.files)
        except InvalidRecord:
            return None
        return found if isinstance(found, Record) else None


def submission_of(draft: Draft, files: Mapping[str, bytes] | None, person: Person) -> Submission:
    """Return the submission of a draft; raises NotAllowed for the draft of somebody else."""
    if draft.person != person.id:
        raise NotAllowed("submit")
    return Submission(
        kind=draft.kind,
        author=person,
        text=RecordText(front=draft.content.front, sections=draft.content.sections),
        slug=draft.slug,
        base=draft.base,
        files=files,
        reason=draft.content.reason,
        key=draft.id,
        round=draft.round,
    )
