# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The author's side: send, improve, take back, look."""

from __future__ import annotations

from app.content.git.errors import ObjectMissing
from app.identity import Person
from app.review.change import Change
from app.review.desk import Desk
from app.review.drafts.recovery import Recovery
from app.review.drafts.store import DraftStore
from app.review.errors import ProposalNotFound
from app.review.model.draft import Draft, DraftStale
from app.review.model.notice import NoticeKind
from app.review.model.proposal import Proposal, ProposalView
from app.review.model.submission import Rejected, Submission
from app.review.model.workflow import ProposalState, Step, after
from app.review.proposals.comparing import Comparing
from app.review.proposals.intake import Intake
from app.review.proposals.revising import Reviser
from app.review.proposals.sending import Sender, submission_of
from app.review.proposals.sendings import Sendings
from app.review.text.examining import Checked


class ProposalService:
    """What whoever writes can do with a proposal."""

    def __init__(
        self,
        desk: Desk,
        *,
        intake: Intake,
        reviser: Reviser,
        sender: Sender,
        comparing: Comparing,
        drafts: DraftStore,
        recovery: Recovery,
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

    def submit_draft(self, draft_id: str, person: Person, version: int) -> Proposal | Rejected | DraftStale:
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

    def change(self, proposal_id: str, person: Person) -> Change:
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
