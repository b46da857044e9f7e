# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The author's side: send, improve, take back, look."""

from __future__ import annotations

from collections.abc import Mapping

from app.content.git.errors import ObjectMissing
from app.identity import Action, Person
from app.review.context import ReviewContext
from app.review.drafts.start import ProposalDrafts
from app.review.drafts.store import DraftStore
from app.review.errors import NotAllowed, ProposalNotFound
from app.review.model.draft import Draft, DraftSavedElsewhere
from app.review.model.proposal import Proposal, ProposalView
from app.review.model.submission import Rejected, Submission, WrittenText
from app.review.model.workflow import ProposalState, Step, after
from app.review.models import DraftRow
from app.review.notices.notice import NoticeKind
from app.review.proposals.history import Comparing, Sendings
from app.review.proposals.intake import Intake
from app.review.proposals.reviser import Reviser
from app.review.proposals.values import proposal_of
from app.review.subject import ProposedChange, permit
from app.review.text.examiner import Checked


class Sender:
    """Takes each text in once, however often it is sent."""

    def __init__(self, desk: ReviewContext, intake: Intake, reviser: Reviser, drafts: DraftStore) -> None:
        """Take new texts in through `intake` and further rounds through `reviser`."""
        self._desk = desk
        self._intake = intake
        self._reviser = reviser
        self._drafts = drafts

    def submit(self, submission: Submission) -> Proposal | Rejected:
        """Send a text; see `ProposalService.submit`."""
        permit(submission.author, Action.PROPOSE)
        with self._desk.lock.held():
            return self._sent_before(submission) or self._taken(submission)

    def submit_draft(self, draft_id: str, person: Person, version: int) -> Proposal | Rejected | DraftSavedElsewhere:
        """Send a draft; see `ProposalService.submit_draft`."""
        with self._desk.sessions.reading() as db:
            row = self._drafts.get(db, draft_id, person.id)
            draft, files = self._drafts.draft(db, row), self._drafts.files(db, row.id)
        if draft.version != version:
            return DraftSavedElsewhere(current=draft)
        submission = submission_of(draft, files, person)
        if draft.proposal_id is not None:
            return self._settled(draft, self._reviser.revise(draft.proposal_id, submission))
        permit(person, Action.PROPOSE)
        with self._desk.lock.held():
            known = self._sent_before(submission)
            outcome = self._taken(submission) if known is None else known
        return self._settled(draft, outcome) if known is None else self._gone_on(draft, person, known)

    def _sent_before(self, submission: Submission) -> Proposal | None:
        with self._desk.sessions.reading() as db:
            known = self._intake.sent_before(db, submission)
        return proposal_of(known) if known else None

    def _taken(self, submission: Submission) -> Proposal | Rejected:
        draught = self._intake.examine(submission)
        if not draught.checked.is_sound:
            return Rejected(problems=draught.checked.problems)
        return proposal_of(self._intake.store_new(draught, submission))

    def _gone_on(self, draft: Draft, person: Person, known: Proposal) -> Proposal | Rejected | DraftSavedElsewhere:
        """Send a draft of which an earlier sending had arrived: what was written since improves what came of it."""
        with self._desk.sessions.begin() as db:
            row = self._drafts.get(db, draft.id, person.id)
            is_same = row.version == draft.version
            self._drafts.improve(db, row, known)
            now = self._drafts.draft(db, row)
        return self.submit_draft(now.id, person, now.version) if is_same else DraftSavedElsewhere(current=now)

    def _settled(self, sent: Draft, outcome: Proposal | Rejected) -> Proposal | Rejected:
        """Forget a draft that was sent; what another window saved meanwhile stays and improves the proposal."""
        if isinstance(outcome, Rejected):
            return outcome
        with self._desk.sessions.begin() as db:
            row = db.get(DraftRow, sent.id)
            now = self._drafts.draft(db, row) if row else None
            if row is not None and now is not None:
                if (now.version, now.files) == (sent.version, sent.files):
                    self._drafts.delete(db, row.id)
                else:
                    self._drafts.improve(db, row, outcome)
        return outcome


def submission_of(draft: Draft, files: Mapping[str, bytes] | None, person: Person) -> Submission:
    """Return what sending a draft asks for; raises NotAllowed for the draft of somebody else."""
    if draft.person != person.id:
        raise NotAllowed("submit")
    return Submission(
        kind=draft.kind,
        author=person,
        text=WrittenText(front=draft.content.front, sections=draft.content.sections),
        slug=draft.slug,
        base=draft.base,
        files=files,
        reason=draft.content.reason,
        key=draft.id,
        round=draft.round,
    )


class ProposalService:
    """What whoever writes can do with a proposal."""

    def __init__(
        self,
        desk: ReviewContext,
        *,
        intake: Intake,
        reviser: Reviser,
        sender: Sender,
        comparing: Comparing,
        drafts: DraftStore,
        recovery: ProposalDrafts,
    ) -> None:
        """Take texts in through `sender` and `reviser`; `recovery` makes drafts of what is taken back."""
        self.texts = comparing.texts
        self.sent_about = Sendings(desk.sessions).about
        self._desk = desk
        self._intake = intake
        self._reviser = reviser
        self._sender = sender
        self._drafts = drafts
        self._recovery = recovery

    def check(self, submission: Submission) -> Checked:
        """Return the text that a submission would make, and everything that is wrong with it; stores nothing.

        Raises SchemaError, BaseUnknown and RecordGone.
        """
        return self._intake.examine(submission).checked

    def check_draft(self, draft_id: str, person: Person) -> Checked:
        """Return the same for a draft, for preview and completeness; raises DraftNotFound besides."""
        with self._desk.sessions.reading() as db:
            row = self._drafts.get(db, draft_id, person.id)
            submission = submission_of(self._drafts.draft(db, row), self._drafts.files(db, row.id), person)
        return self.check(submission)

    def submit(self, submission: Submission) -> Proposal | Rejected:
        """Send a text for review, or be told by field what keeps it from being taken.

        Sending the same key twice gives the same proposal. Raises NotAllowed, NothingChanged, RecordGone, BaseUnknown,
        SchemaError, FileTooLarge and UnsafePath.
        """
        return self._sender.submit(submission)

    def submit_draft(self, draft_id: str, person: Person, version: int) -> Proposal | Rejected | DraftSavedElsewhere:
        """Send a draft for review and forget it: as a new proposal, or as the next round of the one it improves.

        Nothing is sent when the draft was saved in another window since `version`. What another window saves while it
        is being sent stays, as a draft that improves the proposal. Raises DraftNotFound and what `submit` and `revise`
        raise; the draft then stays.
        """
        return self._sender.submit_draft(draft_id, person, version)

    def revise(self, proposal_id: str, submission: Submission) -> Proposal | Rejected:
        """Send the next round of an open proposal: the author as an improvement, a curator by taking it over.

        Raises ProposalNotFound, NotAllowed, StepRefused, RoundOutdated where another round changed the same fields
        meanwhile, and what `submit` raises.
        """
        return self._reviser.revise(proposal_id, submission)

    def withdraw(self, proposal_id: str, person: Person) -> Draft:
        """Take an own proposal back; its text becomes a draft again. Raises ProposalNotFound and StepRefused."""
        with self._desk.lock.held():
            with self._desk.sessions.begin() as db:
                row = self._desk.store.get(db, proposal_id)
                if row.author != person.id:
                    raise ProposalNotFound(proposal_id)
                row.state = after(ProposalState(row.state), Step.WITHDRAW).value
                row.changed_at = self._desk.clock()
                draft = self._drafts.add(db, self._recovery.draft(db, row, person.id), self._desk.clock())
                db.add(row)
                self._desk.audit.add(db, person.id, "withdraw_proposal", row.id)
                told = [row.editor or "", *(approval.person for approval in self._desk.store.approvals(db, row))]
                self._desk.notices.tell(db, told, NoticeKind.WITHDRAWN, row, but=person.id)
                value = self._drafts.draft(db, draft)
            self._desk.refs.drop(proposal_id)
        return value

    def view(self, proposal_id: str, person: Person) -> ProposalView:
        """Return a proposal with everything about it, for its writers and for curators.

        Raises ProposalNotFound for everybody else, as if there were none.
        """
        with self._desk.sessions.reading() as db:
            view = self._desk.store.view(db, proposal_id)
            row = self._desk.store.get(db, proposal_id)
            if not self._desk.changes.of(row, view.writers | {row.author}).concerns(person):
                raise ProposalNotFound(proposal_id)
        return view

    def change(self, proposal_id: str, person: Person) -> ProposedChange:
        """Return what a proposal is about before and after, to tell who may decide on it; raises ProposalNotFound."""
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
        found = self._desk.changes.of(row, writers)
        if not found.concerns(person) and person.id != row.author:
            raise ProposalNotFound(proposal_id)
        return found

    def file(self, proposal_id: str, person: Person, name: str) -> bytes:
        """Return a file of the newest round, as long as it is stored; raises ProposalNotFound and ObjectMissing."""
        proposal = self.view(proposal_id, person).proposal
        stored = self._desk.texts.proposed(proposal_id, self._desk.texts.path(proposal.kind, proposal.slug))
        if stored is None or name not in stored.files:
            raise ObjectMissing(name)
        return stored.files[name]
