"""Takes a text in: checks it, stores it beside the published line, and writes its rows."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256

from app.identity import Subject
from app.records.commits import CommitNote
from app.records.document import FrontMatterError, parse
from app.records.paths import INDEX_FILE, is_of_device
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.errors import NothingChanged, RecordGone
from app.review.model.submission import RawText, Submission
from app.review.models import NoticeKind, Proposal, Purpose, Revision
from app.review.proposals.store import revision_of
from app.review.text.examiner import Checked, Stamp
from app.review.text.stored import StoredText

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe"})
_OTHER = re.compile(r"[^a-z0-9]+")


def slug_from(words: str, longest: int = 60) -> str:
    """Return words as a slug, cut between them where that is possible; "" where they have no letters."""
    text = unicodedata.normalize("NFKD", words.lower().translate(_SPELT)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", text).strip("-")
    return slug if len(slug) <= longest else slug[: longest + 1].rpartition("-")[0] or slug[:longest]


def free_slug(title: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug of the title, with the first number behind it that nobody has taken."""
    slug = slug_from(title) or "eintrag"
    number = 1
    candidate = slug
    while is_of_device(candidate) or is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSubmission:
    """A submission that was read and checked, with the version it was made from."""

    submission: Submission
    checked: Checked
    base: StoredText | None
    stamp: Stamp

    def revision(self, at: datetime, *, wrote: bool = True) -> Revision:
        """Return the revision that it makes; `wrote` is False where it brings no words of its author's own."""
        return revision_of(
            self.checked,
            writer=self.submission.author.id,
            pseudonym=self.submission.author.pseudonym,
            base=self.base.found.digest if self.base else None,
            at=at,
            reason=self.submission.reason,
            wrote=wrote,
        )


class Intake:
    """The way from a submission to a stored proposal. Callers hold the lock of review while they store."""

    def __init__(self, context: ReviewContext) -> None:
        """Store through `context`; its `after_step` is told "proposal_ref" and "proposal_row"."""
        self._context = context

    def examine(self, submission: Submission, seen: CheckedSubmission | None = None) -> CheckedSubmission:
        """Read and check a submission, unless it was `seen` and nothing has changed on which the outcome rests.

        Raises SchemaError, BaseUnknown and RecordGone.
        """
        path, base = self._place(submission)
        stamp = self._context.examiner.stamp()
        if seen and (seen.submission, seen.checked.path, seen.base, seen.stamp) == (submission, path, base, stamp):
            return seen
        checked = self._context.examiner.check_written(path, lambda: self._folder(submission, base), base)
        return CheckedSubmission(submission=submission, checked=checked, base=base, stamp=stamp)

    def written(self, submission: Submission) -> dict[str, bytes]:
        """Return the folder that a submission asks for, unchecked; raises FrontMatterError."""
        return self._folder(submission, self._place(submission)[1])

    def store_new(self, sound: CheckedSubmission) -> Proposal:
        """Store a sound text as a new proposal; raises NothingChanged."""
        record, submission = sound.checked.record, sound.submission
        if sound.base is not None and record is not None and record.digest == sound.base.found.digest:
            raise NothingChanged
        new = Proposal(
            id=str(uuid.uuid4()),
            kind=submission.kind,
            slug=sound.checked.path.partition("/")[2],
            purpose=Purpose.NEW if sound.base is None else Purpose.EDIT,
            via=submission.via,
            submission=submission_key(submission),
        )
        self._put(new.id, sound, ("Purpose", new.purpose.value), ("Via", submission.via.value))
        author = submission.author.id
        sides = self._context.change_to(record).sides if record else (Subject(),)
        curators = tuple(self._context.people.curators(*sides))
        with self._context.sessions.begin() as db:
            self._context.store.add(db, new, sound.revision(self._context.clock()), record)
            self._context.audit.add(db, author, "submit", new.id, via=submission.via.value)
            self._context.notices.tell(db, curators, NoticeKind.SUBMITTED, new, but=author)
        self._context.after_step("proposal_row")
        return new

    def store_revision(self, row: Proposal, sound: CheckedSubmission) -> None:
        """Store a sound text as what the proposal `row` asks for from now on; its rows are the caller's."""
        self._put(row.id, sound, ("Purpose", row.purpose.value))

    def _put(self, proposal_id: str, sound: CheckedSubmission, *trailers: tuple[str, str]) -> None:
        base, path = sound.base, sound.checked.path
        named = [("Proposal", proposal_id), *trailers]
        named += [("Base", base.found.digest)] if base else []
        key = submission_key(sound.submission)
        named += [("Submission", key)] if key else []
        note = CommitNote(author=sound.submission.author.pseudonym, message=f"Propose {path}", trailers=named)
        on = base.commit if base else self._context.texts.head()
        self._context.refs.store(proposal_id, path, sound.checked.files, base=on, note=note)
        self._context.after_step("proposal_ref")

    def _place(self, submission: Submission) -> tuple[str, StoredText | None]:
        """Return the folder of the record, and the version that the text was made from."""
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


def submission_key(submission: Submission) -> str | None:
    """Return what tells a repeated sending from a new one; None where the sender gave no key."""
    if submission.key is None:
        return None
    return sending_key(submission.author.id, submission.key)


def sending_key(author: str, key: str) -> str:
    """Return the same for the id of an author and the key that they gave."""
    return sha256(f"{author}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
