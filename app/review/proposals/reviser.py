# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The next round of a proposal: by its author, by a curator who takes it over, or by deciding a conflict."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from hashlib import sha256

from app.identity import Action, Person
from app.review.context import ReviewContext
from app.review.errors import RevisionOutdated
from app.review.merging import RecordText, merge
from app.review.model.proposal import Proposal
from app.review.model.submission import BY_GIT, Rejected, Submission, WrittenText
from app.review.model.workflow import ProposalState, Step, after
from app.review.models import ProposalRow, RevisionRow
from app.review.notices.audience import tell_of_revision
from app.review.proposals.intake import CheckedSubmission, Intake
from app.review.proposals.values import proposal_of, text_of_revision
from app.review.subject import permit
from app.review.text.examiner import Checked
from app.review.text.stored import fields_of


@dataclass(frozen=True, slots=True)
class _Edited:
    """A proposal before a new round: its row, its newest round, and the round that was edited."""

    row: ProposalRow
    newest: RevisionRow
    edited: RevisionRow
    step: Step


class Reviser:
    """Adds rounds. Two people who improve one proposal at once are brought together field by field."""

    def __init__(self, desk: ReviewContext, intake: Intake) -> None:
        """Take texts in through `intake`."""
        self._desk = desk
        self._intake = intake

    def revise(self, proposal_id: str, submission: Submission) -> Proposal | Rejected:
        """Add a round by the author or, with a curator's right, by taking over; see `ProposalService.revise`."""
        with self._desk.lock.held():
            standing = self._standing(proposal_id, submission)
            current = replace(
                submission, kind=standing.row.kind, slug=standing.row.slug, base=submission.base or standing.row.base
            )
            if standing.edited.number == standing.newest.number:
                return self.add(standing.row, current, standing.step)
            sent = self._intake.examine(current)
            merged = self._brought_together(standing, current, sent.checked)
            if current.via not in BY_GIT:
                return self.add(standing.row, merged, standing.step)
            # Their next text goes on from what they sent now, not from the words of others that were brought into it.
            # So both are kept: a round with the text as it came, and one in which it is brought together.
            return self.add(standing.row, merged, standing.step, wrote=False, sent=sent)

    def add(
        self,
        row: ProposalRow,
        submission: Submission,
        step: Step,
        *,
        wrote: bool = True,
        sent: CheckedSubmission | None = None,
    ) -> Proposal | Rejected:
        """Check and store the next round of `row`; the caller holds the lock and has asked for permission.

        `sent` is the text as it came where the submission is what was made of it; it becomes the round before.
        """
        draught = self._intake.examine(submission)
        if not draught.checked.is_sound:
            return Rejected(problems=draught.checked.problems)
        if sent is not None and not sent.checked.is_sound:
            return Rejected(problems=sent.checked.problems)
        same = _is_same_text(row, draught)
        if same and not self._answers(row, submission):
            # Sent twice, or sent without a change: there is nothing to look at anew.
            return proposal_of(row)
        self._intake.store_round(row, draught, submission)
        # Whoever sends the text as it was brings no words of their own into it.
        return self._recorded(row.id, draught, submission, step, wrote=wrote and not same, sent=sent)

    def _answers(self, row: ProposalRow, submission: Submission) -> bool:
        """Tell whether sending the same text says something: as the answer to a request, or in a new message."""
        if submission.via in BY_GIT:
            # A push or a branch shows all its records again and again, whoever asked for what.
            return False
        if row.state == ProposalState.CHANGES_REQUESTED.value:
            return True
        with self._desk.sessions.reading() as db:
            said = self._desk.store.newest_round(db, row).reason
        return bool(submission.reason) and submission.reason != said

    def _standing(self, proposal_id: str, submission: Submission) -> _Edited:
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
            newest = self._desk.store.newest_round(db, row)
            number = submission.round or row.rounds
            edited = self._desk.store.round(db, row, number)
        step = self._step(row, submission.author, writers)
        after(ProposalState(row.state), step)
        if edited is None:
            raise RevisionOutdated(proposal_id, round=row.rounds)
        return _Edited(row, newest, edited, step)

    def _step(self, row: ProposalRow, person: Person, writers: frozenset[str]) -> Step:
        if person.id == row.author:
            permit(person, Action.PROPOSE)
            return Step.REVISE
        # Whoever took a proposal over wrote in it, and may go on writing; deciding is another matter.
        self._desk.changes.of(row, writers - {person.id}).permit(person, Action.REVIEW)
        return Step.TAKE_OVER

    def _brought_together(self, standing: _Edited, submission: Submission, sent: Checked) -> Submission:
        path = self._desk.texts.path(standing.row.kind, standing.row.slug)
        stored = self._desk.texts.proposed(standing.row.id, path)
        theirs = fields_of(sent.index or standing.edited.text, sent.files)
        done = merge(text_of_revision(standing.edited), text_of_revision(standing.newest), theirs)
        if done.conflicts:
            raise RevisionOutdated(standing.row.id, round=standing.row.rounds)
        if submission.base == standing.edited.base:
            # What was published meanwhile may have been brought into the newest text already.
            submission = replace(submission, base=standing.newest.base)
        return with_fields(submission, done.text, stored.files if stored else {}, sent.files)

    def _recorded(
        self,
        proposal_id: str,
        draught: CheckedSubmission,
        submission: Submission,
        step: Step,
        *,
        wrote: bool,
        sent: CheckedSubmission | None,
    ) -> Proposal:
        person = submission.author.id
        new = self._intake.round(draught, submission, wrote=wrote)
        with self._desk.sessions.begin() as db:
            row = self._desk.store.get(db, proposal_id)
            row.state = after(ProposalState(row.state), step).value
            before = row.editor
            if step is not Step.REVISE:
                row.editor = person
            if sent is not None:
                self._desk.store.add_round(db, row, replace(self._intake.round(sent, submission), at=new.at))
            self._desk.store.add_round(db, row, new)
            self._desk.audit.add(db, person, step.value, row.id, round=str(row.rounds))
            tell_of_revision(self._desk, db, row, person, editor=before)
            value = proposal_of(row)
        self._desk.after_step("proposal_row")
        return value


def with_fields(submission: Submission, text: RecordText, *sources: Mapping[str, bytes]) -> Submission:
    """Return the submission with the fields of `text`; the bytes of its files are looked for in `sources` by hash."""
    known = {sha256(data).hexdigest(): data for source in sources for data in source.values()}
    files = {name: known[digest] for name, digest in text.files.items() if digest in known}
    return replace(submission, text=WrittenText(front=text.front, sections=text.sections), files=files)


def _is_same_text(row: ProposalRow, draught: CheckedSubmission) -> bool:
    record = draught.checked.record
    base = draught.base.found.digest if draught.base else None
    return record is not None and record.digest == row.digest and base == row.base
