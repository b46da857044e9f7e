"""The next revision of a proposal: by its author, by a curator who takes it over, or by deciding a conflict."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.records.document import FrontMatterError
from app.records.paths import INDEX_FILE
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.errors import RevisionOutdated
from app.review.merging.merge import merge
from app.review.model.submission import BY_GIT, Rejected, Submission
from app.review.model.workflow import ProposalState, Step, after
from app.review.models import Proposal, Revision
from app.review.notices.audience import tell_of_revision
from app.review.proposals.intake import CheckedSubmission, Intake
from app.review.text.record_text import RecordText


@dataclass(frozen=True, slots=True)
class _Edited:
    """A proposal before a new text: its row, its newest revision, and the one that was edited."""

    row: Proposal
    newest: Revision
    edited: Revision
    step: Step


class Reviser:
    """Adds revisions. Two people who improve one proposal at once are brought together field by field."""

    def __init__(self, context: ReviewContext, intake: Intake) -> None:
        self._context = context
        self._intake = intake

    def revise(
        self, proposal_id: str, submission: Submission, seen: CheckedSubmission | None = None
    ) -> Proposal | Rejected:
        """Send the next text of an open proposal: the author as an improvement, a curator by taking it over.

        Raises ProposalNotFound, NotAllowed, StepRefused, RevisionOutdated where another text changed the same fields
        meanwhile, and what `ProposalService.submit` raises.
        """
        with self._context.lock():
            found = self._edited(proposal_id, submission)
            with self._context.sessions.reading() as db:
                self._context.quota.permit(db, submission)
            current = replace(
                submission, kind=found.row.kind, slug=found.row.slug, base=submission.base or found.row.base
            )
            if found.edited.number == found.newest.number:
                return self.add(found.row, current, found.step, seen=seen)
            if current.via not in BY_GIT:
                return self.add(found.row, self._merged(found, current, self._written(current)), found.step)
            sent = self._intake.examine(current)
            merged = self._merged(found, current, sent.checked.files)
            # Their next text goes on from what they sent now, not from the words of others that were brought into it.
            # So both are kept: a revision with the text as it came, and one in which it is brought together.
            return self.add(found.row, merged, found.step, wrote=False, sent=sent)

    def add(
        self,
        row: Proposal,
        submission: Submission,
        step: Step,
        *,
        wrote: bool = True,
        sent: CheckedSubmission | None = None,
        seen: CheckedSubmission | None = None,
    ) -> Proposal | Rejected:
        """Check and store the next revision of `row`; the caller holds the lock and has asked for permission.

        `sent` is the text as it came where the submission is what was made of it; it becomes the revision before.
        """
        made = self._intake.examine(submission, seen)
        if not made.checked.is_sound:
            return Rejected(problems=made.checked.problems)
        if sent is not None and not sent.checked.is_sound:
            return Rejected(problems=sent.checked.problems)
        same = _is_same_text(row, made)
        if same and not self._answers(row, submission):
            # Sent twice, or sent without a change: there is nothing to look at anew.
            return row
        self._intake.store_revision(row, made)
        at = self._context.clock()
        # Whoever sends the text as it was brings no words of their own into it.
        new = [
            (one.revision(at, wrote=one is sent or (wrote and not same)), one.checked.record)
            for one in (sent, made)
            if one
        ]
        with self._context.sessions.begin() as db:
            row = add_revisions(self._context, db, row.id, step, new)
        self._context.after_step("proposal_row")
        return row

    def _answers(self, row: Proposal, submission: Submission) -> bool:
        """Tell whether sending the same text says something: as the answer to a request, or in a new message."""
        if submission.via in BY_GIT:
            # A push or a branch shows all its records again and again, whoever asked for what.
            return False
        if row.state is ProposalState.CHANGES_REQUESTED:
            return True
        with self._context.sessions.reading() as db:
            said = self._context.store.newest_revision(db, row).reason
        return bool(submission.reason) and submission.reason != said

    def _edited(self, proposal_id: str, submission: Submission) -> _Edited:
        with self._context.sessions.reading() as db:
            row = self._context.store.get(db, proposal_id)
            writers = self._context.store.writers(db, proposal_id)
            newest = self._context.store.newest_revision(db, row)
            number = submission.round or row.rounds
            edited = self._context.store.revision(db, row, number)
        self._context.permit_writing(row, submission.author, writers)
        step = Step.REVISE if submission.author.id == row.author else Step.TAKE_OVER
        after(row.state, step)
        if edited is None:
            raise RevisionOutdated(proposal_id, round=row.rounds)
        return _Edited(row, newest, edited, step)

    def _written(self, submission: Submission) -> Mapping[str, bytes]:
        try:
            return self._intake.written(submission)
        except FrontMatterError:
            return {}

    def _merged(self, found: _Edited, submission: Submission, files: Mapping[str, bytes]) -> Submission:
        """Return a submission with the text in `files` on top of what others made of the proposal meanwhile."""
        path = self._context.texts.path(found.row.kind, found.row.slug)
        stored = self._context.texts.proposed(found.row.id, path)
        theirs = RecordText.of_folder(files or {INDEX_FILE: found.edited.text})
        done = merge(found.edited.record_text, found.newest.record_text, theirs)
        if done.conflicts:
            raise RevisionOutdated(found.row.id, round=found.row.rounds)
        if submission.base == found.edited.base:
            # What was published meanwhile may have been brought into the newest text already.
            submission = replace(submission, base=found.newest.base)
        return replace(submission, text=done.text, files=done.text.files_among(stored.files if stored else {}, files))


def add_revisions(
    context: ReviewContext,
    db: Session,
    proposal_id: str,
    step: Step,
    new: Sequence[tuple[Revision, Record | None]],
    **said: str,
) -> Proposal:
    """Write the rows of a step by which somebody brought these texts, each with the record it says, and tell of it."""
    row = context.store.get(db, proposal_id)
    row.state = after(row.state, step)
    before, person = row.editor, new[-1][0].writer
    if step is not Step.REVISE:
        row.editor = person
    for revision, record in new:
        context.store.add_revision(db, row, revision, record)
    context.audit.add(db, person, step.value, row.id, round=str(row.rounds), **said)
    tell_of_revision(context, db, row, person, editor=before)
    return row


def _is_same_text(row: Proposal, made: CheckedSubmission) -> bool:
    record = made.checked.record
    base = made.base.found.digest if made.base else None
    return record is not None and record.digest == row.digest and base == row.base
