# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Sends texts for review: as they come, or from a draft that is forgotten once it has been sent."""

from __future__ import annotations

from collections.abc import Mapping

from app.identity import Action, Person
from app.review.desk import Desk
from app.review.drafts.store import DraftStore
from app.review.errors import NotAllowed
from app.review.matter import permit
from app.review.model.draft import Draft, DraftStale
from app.review.model.proposal import Proposal
from app.review.model.submission import Rejected, Submission, WrittenText
from app.review.proposals.intake import Intake
from app.review.proposals.revising import Reviser
from app.review.proposals.values import proposal_of
from app.review.tables.draft import DraftRow


class Sender:
    """Takes each text in once, however often it is sent."""

    def __init__(self, desk: Desk, intake: Intake, reviser: Reviser, drafts: DraftStore) -> None:
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

    def submit_draft(self, draft_id: str, person: Person, version: int) -> Proposal | Rejected | DraftStale:
        """Send a draft; see `ProposalService.submit_draft`."""
        with self._desk.sessions.reading() as db:
            row = self._drafts.get(db, draft_id, person.id)
            draft, files = self._drafts.draft(db, row), self._drafts.files(db, row.id)
        if draft.version != version:
            return DraftStale(current=draft)
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

    def _gone_on(self, draft: Draft, person: Person, known: Proposal) -> Proposal | Rejected | DraftStale:
        """Send a draft of which an earlier sending had arrived: what was written since improves what came of it."""
        with self._desk.sessions.begin() as db:
            row = self._drafts.get(db, draft.id, person.id)
            is_same = row.version == draft.version
            self._drafts.improve(db, row, known)
            now = self._drafts.draft(db, row)
        return self.submit_draft(now.id, person, now.version) if is_same else DraftStale(current=now)

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
