# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The curator's side: take over, approve, publish, decide conflicts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.content.git.errors import ObjectMissing
from app.content.json_value import JsonValue, thaw
from app.content.record import Record
from app.identity import Action, Person
from app.review.context import ReviewContext
from app.review.discussion import Discussion
from app.review.errors import (
    HeadMoved,
    NotAllowed,
    ProposalNotFound,
    RevisionOutdated,
    SecondPersonMissing,
)
from app.review.merging import RecordText, merge
from app.review.merging.preview import MergePreview, MergePreviews
from app.review.model.proposal import Proposal, Purpose
from app.review.model.submission import Conflicted, Published, Rejected, Submission, Via, WrittenText
from app.review.model.workflow import ProposalState, Step, after, is_seconded
from app.review.models import ApprovalRow, ProposalRow
from app.review.notices.audience import tell_answered
from app.review.notices.notice import NoticeKind
from app.review.proposals.reviser import Reviser, with_fields
from app.review.proposals.values import proposal_of
from app.review.publisher import ApprovalMissing, MovedOn, Publication, Publisher
from app.review.subject import permit
from app.review.text.examiner import Checked
from app.review.text.stored import StoredText

_ATTEMPTS = 5


@dataclass(frozen=True, slots=True)
class _Approved:
    """A proposal that may be published, with the pseudonyms of who stands for it and who wrote it."""

    row: ProposalRow
    writers: tuple[str, ...]
    reviewers: tuple[str, ...]


class CurationService:
    """What curators decide. Nobody decides on a text that holds words of their own."""

    def __init__(
        self, desk: ReviewContext, *, reviser: Reviser, discussion: Discussion, room: MergePreviews, press: Publisher
    ) -> None:
        """Bring proposals and published versions together in `room`, and publish with `press`."""
        self._desk = desk
        self._reviser = reviser
        self._room = room
        self._press = press
        self.comment = discussion.comment
        self.settle = discussion.settle
        self.request_changes = discussion.request_changes
        self.decline = discussion.decline

    def take_over(self, proposal_id: str, submission: Submission) -> Proposal | Rejected:
        """Improve somebody else's proposal; whoever does may not decide on it any more. Raises what `revise` raises."""
        return self._reviser.revise(proposal_id, submission)

    def approve(self, proposal_id: str, person: Person, *, round: int) -> Proposal:  # noqa: A002 - named like the field
        """Stand for the text of round `round`.

        Raises ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, StepRefused, and RoundOutdated when the text has
        changed.
        """
        with self._desk.lock.held(), self._desk.sessions.begin() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
            self._desk.changes.of(row, writers).permit_decision(person, Action.REVIEW, proposal_id)
            if round != row.rounds:
                raise RevisionOutdated(proposal_id, round=row.rounds)
            if any(found.person == person.id for found in self._desk.store.approvals(db, row)):
                return proposal_of(row)
            row.state = after(ProposalState(row.state), Step.APPROVE).value
            row.changed_at = self._desk.clock()
            db.add(row)
            db.add(
                ApprovalRow(
                    proposal_id=row.id, round=round, person=person.id, pseudonym=person.pseudonym, at=row.changed_at
                )
            )
            self._desk.audit.add(db, person.id, Step.APPROVE.value, row.id, round=str(round))
            self._desk.notices.tell(db, {row.author, row.editor or ""}, NoticeKind.APPROVED, row, but=person.id)
            return proposal_of(row)

    def publish(self, proposal_id: str, person: Person) -> Published | Conflicted | Rejected:
        """Publish an approved proposal; readers, feed and search see it when this returns.

        Where something else was published since its base, edits of different fields are brought together; the same
        field on both sides gives Conflicted. Asking once more for what is published gives the same answer. Raises
        ProposalNotFound, NotAllowed, OutsideArea, OwnProposal, StepRefused, ApprovalMissing, SecondPersonMissing and
        RecordGone.
        """
        with self._desk.lock.held():
            approved = self._approved(proposal_id, person)
            if isinstance(approved, Published):
                return approved
            outcome = self._put(approved, person)
        if isinstance(outcome, Published):
            self._press.follow_up()
        return outcome

    def conflicts(self, proposal_id: str, person: Person) -> Conflicted | None:
        """Return the fields that have to be decided before a proposal can be published, None when there are none.

        Raises ProposalNotFound, NotAllowed and RecordGone.
        """
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
        self._permit_looking(row, person, writers)
        if not ProposalState(row.state).is_open:
            return None
        return _conflicted(row, self._meet(row))

    def examine(self, proposal_id: str, person: Person) -> Checked | Conflicted:
        """Return exactly what would be published now, checked anew: the text with what others published meanwhile.

        Raises ProposalNotFound, NotAllowed, RecordGone, and ObjectMissing for a proposal that is over.
        """
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
        self._permit_looking(row, person, writers | {row.author})
        meeting = self._meet(row)
        conflicted = _conflicted(row, meeting)
        if conflicted is not None:
            return conflicted
        path = self._desk.texts.path(row.kind, row.slug)
        return meeting.checked or Checked(path=path, files=meeting.proposed.files, problems=meeting.problems)

    def resolve(
        self, proposal_id: str, person: Person, *, head: str, choices: Mapping[str, JsonValue]
    ) -> Proposal | Rejected:
        """Decide the fields in conflict: `choices` gives each its value (None removes it); it becomes a new round.

        `head` is that of the `Conflicted` that was decided on. Fields without a choice keep what is published. Whoever
        chooses between the two texts brings no words of their own; whoever writes a third becomes one of its writers.
        Raises HeadMoved when something else was published meanwhile, and what `revise` raises.
        """
        with self._desk.lock.held():
            with self._desk.sessions.reading() as db:
                row = self._desk.store.get(db, proposal_id)
                writers = self._desk.store.writers(db, proposal_id)
            if person.id == row.author:
                permit(person, Action.PROPOSE)
            else:
                self._desk.changes.of(row, writers - {person.id}).permit(person, Action.REVIEW)
            after(ProposalState(row.state), Step.RESOLVE)
            meeting = self._meet(row)
            published = meeting.published
            if published is None or published.found.digest != head:
                raise HeadMoved(published.found.digest if published else "")
            submission, wrote = self._decided(row, person, meeting, published, choices)
            return self._reviser.add(row, submission, Step.RESOLVE, wrote=wrote)

    def _permit_looking(self, row: ProposalRow, person: Person, writers: frozenset[str]) -> None:
        if not self._desk.changes.of(row, writers).concerns(person):
            raise NotAllowed(Action.DISCUSS.value)

    def _approved(self, proposal_id: str, person: Person) -> _Approved | Published:
        with self._desk.sessions.reading() as db:
            row = self._desk.store.get(db, proposal_id)
            writers = self._desk.store.writers(db, proposal_id)
            approvals = self._desk.store.approvals(db, row)
            pseudonyms = self._desk.store.pseudonyms(db, proposal_id)
        self._desk.changes.of(row, writers).permit_decision(person, Action.PUBLISH, proposal_id)
        if row.state == ProposalState.PUBLISHED.value:
            return _published(row)
        after(ProposalState(row.state), Step.PUBLISH)
        standing = {found.person: found.pseudonym for found in approvals if found.person not in writers}
        if not standing:
            raise ApprovalMissing(proposal_id)
        if not is_seconded(Via(row.via), row.author, standing.keys(), person.id):
            raise SecondPersonMissing(proposal_id)
        return _Approved(row, pseudonyms, tuple(standing.values()))

    def _put(self, approved: _Approved, person: Person) -> Published | Conflicted | Rejected:
        for attempt in range(_ATTEMPTS):
            try:
                return self._attempt(approved, person)
            except MovedOn:
                if attempt == _ATTEMPTS - 1:
                    raise
        raise ProposalNotFound(approved.row.id)

    def _attempt(self, approved: _Approved, person: Person) -> Published | Conflicted | Rejected:
        row = approved.row
        head = self._desk.texts.head()
        meeting = self._meet(row)
        conflicted = _conflicted(row, meeting)
        if conflicted is not None:
            return conflicted
        checked = meeting.checked
        if checked is None or checked.record is None or not checked.is_sound:
            return Rejected(problems=meeting.problems or (checked.problems if checked else ()))
        record = checked.record
        # What others published meanwhile, and what came of bringing both together, has to lie within the area as well.
        self._desk.changes.to(record).permit(person, Action.PUBLISH)
        if meeting.is_there:
            # A publication that was interrupted after its reference had moved; only rows are missing.
            published = _as_published(row, record, self._desk.texts.newest_version(checked.path))
        else:
            edition = self._edition(approved, meeting, record)
            published = self._press.put(edition, head)
        self._press.record(lambda db: self._over(db, row.id, published, record, person))
        self._press.drop(row.id)
        return published

    def _edition(self, approved: _Approved, meeting: MergePreview, record: Record) -> Publication:
        row, checked = approved.row, meeting.checked
        return Publication(
            proposal_id=row.id,
            kind=row.kind,
            slug=row.slug,
            path=record.path,
            record_id=record.id,
            digest=record.digest,
            files=checked.files if checked else {},
            purpose=Purpose(row.purpose),
            author=approved.writers[0],
            co_authors=approved.writers[1:],
            reviewers=approved.reviewers,
            proposed=meeting.proposed.commit,
            merged=meeting.merged,
        )

    def _over(self, db: Session, proposal_id: str, published: Published, record: Record, person: Person) -> None:
        row = self._desk.store.get(db, proposal_id)
        row.state = ProposalState.PUBLISHED.value
        row.ver = published.ver
        row.changed_at = self._desk.clock()
        db.add(row)
        self._desk.audit.add(db, person.id, Step.PUBLISH.value, row.id, ver=str(published.ver))
        told = {row.author, row.editor or "", *self._desk.store.writers(db, row.id)}
        self._desk.notices.tell(db, told, NoticeKind.PUBLISHED, row, but=person.id)
        tell_answered(self._desk, db, row, record, but=person.id)

    def _meet(self, row: ProposalRow) -> MergePreview:
        path = self._desk.texts.path(row.kind, row.slug)
        proposed = self._desk.texts.proposed(row.id, path)
        if proposed is None:
            raise ObjectMissing(row.id)
        return self._room.meet(proposal_of(row), proposed)

    def _decided(
        self,
        row: ProposalRow,
        person: Person,
        meeting: MergePreview,
        published: StoredText,
        choices: Mapping[str, JsonValue],
    ) -> tuple[Submission, bool]:
        open_fields = {found.key: found for found in meeting.conflicts}
        chosen = {key: thaw(value) for key, value in choices.items() if key in open_fields}
        base = self._desk.texts.by_digest(published.found.path, row.base) if row.base else published
        text = merge(base.fields, published.fields, meeting.proposed.fields).text
        flat = {**text.flat(), **chosen}
        fields = RecordText.from_flat({key: value for key, value in flat.items() if value is not None})
        wrote = any(
            value not in (open_fields[key].published, open_fields[key].proposed) for key, value in chosen.items()
        )
        submission = Submission(
            kind=row.kind,
            author=person,
            text=WrittenText(front=fields.front, sections=fields.sections),
            slug=row.slug,
            base=published.found.digest,
        )
        return with_fields(submission, fields, published.files, meeting.proposed.files), wrote


def _conflicted(row: ProposalRow, meeting: MergePreview) -> Conflicted | None:
    if not meeting.conflicts or meeting.published is None:
        return None
    return Conflicted(proposal_id=row.id, head=meeting.published.found.digest, fields=meeting.conflicts)


def _published(row: ProposalRow) -> Published:
    return Published(
        proposal_id=row.id,
        kind=row.kind,
        slug=row.slug,
        record_id=row.record_id,
        ver=row.ver or 0,
        digest=row.digest,
    )


def _as_published(row: ProposalRow, record: Record, ver: int) -> Published:
    return replace(_published(row), ver=ver, digest=record.digest)
