"""Takes in texts: checks them, stores them in git outside the published line, and writes their rows."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256

from sqlmodel import Session

from app.identity import Subject
from app.records.commits import CommitNote
from app.records.document import FrontMatterError, parse
from app.records.paths import INDEX_FILE, is_of_device
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.errors import NothingChanged, RecordGone, RevisionOutdated
from app.review.merge import merge
from app.review.models import NoticeKind, Proposal, Purpose, Revision
from app.review.notices.audience import tell_of_revision
from app.review.proposals.store import revision_of
from app.review.submission import BY_GIT, RawText, Rejected, Submission, Via
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.review.text.stored import StoredText
from app.review.workflow import ProposalState, Step, after

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe"})
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_from(words: str, longest: int = 60) -> str:
    """Return words as a slug, cut between words if possible; "" if they contain no letters."""
    text = unicodedata.normalize("NFKD", words.lower().translate(_SPELT)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", text).strip("-")
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0] or slug[:longest]


def free_slug(title: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug of the title, with the first number that makes it unique."""
    slug = slug_from(title) or "eintrag"
    number = 1
    candidate = slug
    while is_of_device(candidate) or is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSubmission:
    """A submission that was read and checked, with the version it is based on."""

    submission: Submission
    checked: Checked
    base: StoredText | None

    @property
    def base_digest(self) -> str | None:
        return self.base.found.digest if self.base else None

    def revision(self, at: datetime, *, wrote: bool = True) -> Revision:
        """Return the revision that it creates; `wrote` is False if it contains no new words of its author."""
        return revision_of(
            self.checked,
            writer=self.submission.author.id,
            pseudonym=self.submission.author.pseudonym,
            base=self.base_digest,
            at=at,
            reason=self.submission.reason,
            wrote=wrote,
        )


class Intake:
    """Turns a submission into a proposal or a further revision, merging by field texts sent at the same time."""

    def __init__(self, context: ReviewContext) -> None:
        """Store through `context`; its `after_step` is called with "proposal_ref" and "proposal_row"."""
        self._context = context

    def examine(self, submission: Submission) -> CheckedSubmission:
        """Read and check a submission; raises SchemaError, BaseUnknown and RecordGone."""
        path, base = self._place(submission)
        checked = self._context.examiner.check_written(path, lambda: self._folder(submission, base), base)
        return CheckedSubmission(submission=submission, checked=checked, base=base)

    def store_new(self, sound: CheckedSubmission) -> Proposal:
        """Store a sound text as a new proposal; the caller holds the lock. Raises NothingChanged."""
        record, submission = sound.checked.record, sound.submission
        same = sound.base is not None and record is not None and record.digest == sound.base_digest
        # A correction from another node may change nothing, but describe a change for curators to make.
        if same and submission.via is not Via.PEER:
            raise NothingChanged
        new = Proposal(
            id=str(uuid.uuid4()),
            kind=submission.kind,
            slug=sound.checked.path.partition("/")[2],
            purpose=Purpose.NEW if sound.base is None else Purpose.EDIT,
            via=submission.via,
            submission=submission_key(submission),
        )
        self._put(new, sound, ("Via", submission.via.value))
        author = submission.author.id
        sides = self._context.change_to(record).sides if record else (Subject(),)
        curators = tuple(self._context.people.curators(*sides))
        with self._context.sessions.begin() as db:
            self._context.store.add(db, new, sound.revision(self._context.clock()), record)
            self._context.audit.add(db, author, "submit", new.id, via=submission.via.value)
            # Send one notice per push, however many records it contains; the queue shows them all.
            push = {"push": submission.push, "once": f"push:{author}:{submission.push}"} if submission.push else {}
            self._context.notices.tell(db, curators, NoticeKind.SUBMITTED, new, but=author, **push)
        self._context.after_step("proposal_row")
        return new

    def revise(self, proposal_id: str, submission: Submission) -> Proposal | Rejected:
        """Send the next text of an open proposal: as an improvement by the author, or by a curator who takes it over.

        Raises ProposalNotFound, NotAllowed, StepRefused, RevisionOutdated if another text changed the same fields
        meanwhile, and what `ProposalService.submit` raises.
        """
        with self._context.lock():
            with self._context.sessions.reading() as db:
                row = self._context.store.get(db, proposal_id)
                writers = self._context.store.writers(db, proposal_id)
                newest = self._context.store.newest_revision(db, row)
                edited = self._context.store.revision(db, row, submission.round or row.rounds)
                self._context.permit_writing(row, submission.author, writers)
                step = Step.REVISE if submission.author.id == row.author else Step.TAKE_OVER
                after(row.state, step)
                if edited is None:
                    raise RevisionOutdated(proposal_id, round=row.rounds)
                self._context.quota.permit(db, submission)
            current = replace(submission, kind=row.kind, slug=row.slug, base=submission.base or row.base)
            if edited.number == newest.number:
                return self.add(row, current, step)
            if current.via not in BY_GIT:
                try:
                    files: Mapping[str, bytes] = self._folder(current, self._place(current)[1])
                except FrontMatterError:
                    files = {INDEX_FILE: edited.text}
                return self.add(row, self._merged(row, newest, edited, current, files), step)
            sent = self.examine(current)
            files = sent.checked.files or {INDEX_FILE: edited.text}
            # The author's next text is based on what they sent now, without merged words of others: store both.
            merged = self._merged(row, newest, edited, current, files)
            return self.add(row, merged, step, wrote=False, sent=sent)

    def add(
        self,
        row: Proposal,
        submission: Submission,
        step: Step,
        *,
        wrote: bool = True,
        sent: CheckedSubmission | None = None,
    ) -> Proposal | Rejected:
        """Store the next revision of `row`; the caller has lock and permission. `sent` is the text before a merge."""
        made = self.examine(submission)
        for one in (made, sent):
            if one is not None and not one.checked.is_sound:
                return Rejected(problems=one.checked.problems)
        record = made.checked.record
        same = record is not None and (record.digest, made.base_digest) == (row.digest, row.base)
        if same and not self._answers(row, submission):
            # The same text without an answer needs no new decision.
            return row
        self._put(row, made)
        at = self._context.clock()
        # Sending the unchanged text adds no words of the sender.
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
        """Return whether sending an unchanged text means something: it answers a request, or has a new message."""
        if submission.via in BY_GIT:
            # Pushes and branches contain all their records every time, so they answer nothing.
            return False
        if row.state is ProposalState.CHANGES_REQUESTED:
            return True
        with self._context.sessions.reading() as db:
            said = self._context.store.newest_revision(db, row).reason
        return bool(submission.reason) and submission.reason != said

    def _merged(
        self, row: Proposal, newest: Revision, edited: Revision, submission: Submission, files: Mapping[str, bytes]
    ) -> Submission:
        """Return a submission with the text in `files` merged with what others changed in the proposal meanwhile."""
        stored = self._context.texts.proposed(row.id, self._context.texts.path(row.kind, row.slug))
        done = merge(edited.record_text, newest.record_text, RecordText.of_folder(files))
        if done.conflicts:
            raise RevisionOutdated(row.id, round=row.rounds)
        # The newest text may already include what was published meanwhile.
        base = newest.base if submission.base == edited.base else submission.base
        kept = done.text.files_among(stored.files if stored else {}, files)
        return replace(submission, text=done.text, files=kept, base=base)

    def _put(self, row: Proposal, sound: CheckedSubmission, *trailers: tuple[str, str]) -> None:
        """Store a sound text as the proposal's new text; the caller writes its rows."""
        base, path = sound.base, sound.checked.path
        named = [("Proposal", row.id), ("Purpose", row.purpose.value), *trailers]
        named += [("Base", base.found.digest)] if base else []
        key = submission_key(sound.submission)
        named += [("Submission", key)] if key else []
        note = CommitNote(author=sound.submission.author.pseudonym, message=f"Propose {path}", trailers=named)
        on = base.commit if base else self._context.repository.head()
        self._context.refs.store(row.id, path, sound.checked.files, base=on, note=note)
        self._context.after_step("proposal_ref")

    def _place(self, submission: Submission) -> tuple[str, StoredText | None]:
        """Return the folder of the record, and the version that the text is based on."""
        kind = self._context.examiner.kind(submission.kind)
        path = f"{kind.plural}/{submission.slug or self._free_slug(submission)}"
        published = self._context.texts.published(path)
        if published is not None and not isinstance(published.found, Record):
            raise RecordGone(path)
        return path, self._context.texts.by_digest(path, submission.base) if submission.base else published

    def _folder(self, submission: Submission, base: StoredText | None) -> dict[str, bytes]:
        given = submission.files if submission.files is not None else (base.files if base else {})
        return {**given, INDEX_FILE: self._context.examiner.written(submission, base)}

    def _free_slug(self, submission: Submission) -> str:
        text = submission.text
        try:
            front = parse(text.index).front if isinstance(text, RawText) else text.front
        except FrontMatterError:
            front = {}
        with self._context.sessions.reading() as db:
            texts, store = self._context.texts, self._context.store
            title = str(front.get("title") or "")
            return free_slug(title, lambda slug: texts.knows(slug) or bool(store.open_at(db, slug)))


def add_revisions(
    context: ReviewContext,
    db: Session,
    proposal_id: str,
    step: Step,
    new: Sequence[tuple[Revision, Record | None]],
    **said: str,
) -> Proposal:
    """Write the rows of a step that adds these texts, each with its record, and notify those concerned."""
    row, last = context.store.get(db, proposal_id), new[-1][0]
    row.state = after(row.state, step)
    before, person, view = row.editor, last.writer, context.store.view(db, proposal_id)
    changed = last.record_text.changed_from(view.newest.record_text)
    for remark in view.open_remarks:
        # Changing a field settles the remarks about it.
        if remark.field in changed:
            remark.resolved_at, remark.resolved_by = last.at, person
    if step is not Step.REVISE:
        row.editor = person
    for revision, record in new:
        context.store.add_revision(db, row, revision, record)
    context.audit.add(db, person, step.value, row.id, round=str(row.rounds), **said)
    tell_of_revision(context, db, row, person, editor=before)
    return row


def submission_key(submission: Submission) -> str | None:
    """Return a key that distinguishes a repeated submission from a new one; None if the sender gave no key."""
    return None if submission.key is None else sending_key(submission.author.id, submission.key)


def sending_key(author: str, key: str) -> str:
    """Return the submission key for an author's id and the key that they gave."""
    return sha256(f"{author}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
