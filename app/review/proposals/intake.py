# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Takes a text in: checks it, stores it beside the published line, and writes its rows."""

from __future__ import annotations

import re
import unicodedata
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256

from sqlmodel import Session

from app.content.commits import CommitNote
from app.content.document import FrontMatterError, parse
from app.content.paths import INDEX_FILE, is_of_device
from app.content.record import Record
from app.identity import Subject
from app.review.context import ReviewContext
from app.review.errors import NothingChanged, RecordGone
from app.review.model.proposal import Purpose
from app.review.model.submission import RawText, Submission
from app.review.models import ProposalRow
from app.review.notices.notice import NoticeKind
from app.review.proposals.store import NewProposal, NewRevision
from app.review.text.examiner import Checked, Examiner
from app.review.text.stored import StoredText

_SPELT = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "ø": "o", "œ": "oe"})
_OTHER = re.compile(r"[^a-z0-9]+")
_LONGEST = 60


def slug_from(title: str) -> str:
    """Return a slug of at most 60 characters, cut between words; "eintrag" where the title has no letters."""
    text = unicodedata.normalize("NFKD", title.lower().translate(_SPELT)).encode("ascii", "ignore").decode()
    slug = _OTHER.sub("-", text).strip("-")
    if len(slug) > _LONGEST:
        slug = slug[: _LONGEST + 1].rpartition("-")[0] or slug[:_LONGEST]
    return slug or "eintrag"


def free_slug(title: str, is_taken: Callable[[str], bool]) -> str:
    """Return the slug of the title, with the first number behind it that nobody has taken."""
    slug = slug_from(title)
    number = 1
    candidate = slug
    while is_of_device(candidate) or is_taken(candidate):
        number += 1
        candidate = f"{slug}-{number}"
    return candidate


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedSubmission:
    """A submission that was read and checked, with the version it was made from."""

    checked: Checked
    kind: str
    slug: str
    base: StoredText | None

    @property
    def path(self) -> str:
        """Return the folder of the record."""
        return self.checked.path


class Intake:
    """The way from a submission to a stored proposal. Callers hold the lock of review while they store."""

    def __init__(self, desk: ReviewContext, examiner: Examiner) -> None:
        """Store through `desk`; its `after_step` is told "proposal_ref" and "proposal_row"."""
        self._desk = desk
        self._examiner = examiner

    def examine(self, submission: Submission) -> CheckedSubmission:
        """Read and check a submission; raises SchemaError, BaseUnknown and RecordGone."""
        kind = self._examiner.kind(submission.kind)
        slug = submission.slug or self._free_slug(submission)
        path = f"{kind.plural}/{slug}"
        base = self._base(path, submission.base)
        try:
            index = self._examiner.written(submission, base)
        except FrontMatterError as error:
            checked = self._examiner.unwritable(path, error)
        else:
            checked = self._examiner.check(path, {**self._files(submission, base), INDEX_FILE: index}, base)
        return CheckedSubmission(checked=checked, kind=kind.name, slug=slug, base=base)

    def store_new(self, draught: CheckedSubmission, submission: Submission) -> ProposalRow:
        """Store a sound text as a new proposal."""
        self._refuse_unchanged(draught)
        purpose = Purpose.NEW if draught.base is None else Purpose.EDIT
        key = submission_key(submission)
        new = NewProposal(
            id=str(uuid.uuid4()),
            kind=draught.kind,
            slug=draught.slug,
            purpose=purpose,
            via=submission.via,
            submission=key,
        )
        self._put(new.id, draught, submission, trailers=(("Purpose", purpose.value), ("Via", submission.via.value)))
        first = self.round(draught, submission)
        author = submission.author.id
        curators = tuple(self._desk.people.curators(*self._sides(draught)))
        with self._desk.sessions.begin() as db:
            row = self._desk.store.add(db, new, first)
            self._desk.audit.add(db, author, "submit", row.id, via=submission.via.value)
            self._desk.notices.tell(db, curators, NoticeKind.SUBMITTED, row, but=author)
        self._desk.after_step("proposal_row")
        return row

    def store_round(self, row: ProposalRow, draught: CheckedSubmission, submission: Submission) -> None:
        """Store a sound text as what the proposal `row` asks for from now on; its rows are the caller's."""
        self._put(row.id, draught, submission, trailers=(("Purpose", row.purpose),))

    def round(self, draught: CheckedSubmission, submission: Submission, *, wrote: bool = True) -> NewRevision:
        """Return the round that a submission makes."""
        return NewRevision(
            checked=draught.checked,
            writer=submission.author.id,
            pseudonym=submission.author.pseudonym,
            base=draught.base.found.digest if draught.base else None,
            at=self._desk.clock(),
            reason=submission.reason,
            wrote=wrote,
        )

    def sent_before(self, db: Session, submission: Submission) -> ProposalRow | None:
        """Return what came of the same sending, None when it is the first."""
        key = submission_key(submission)
        return self._desk.store.sent_as(db, key) if key else None

    def _put(
        self,
        proposal_id: str,
        draught: CheckedSubmission,
        submission: Submission,
        trailers: tuple[tuple[str, str], ...],
    ) -> None:
        base = draught.base
        named = [("Proposal", proposal_id), *trailers]
        named += [("Base", base.found.digest)] if base else []
        key = submission_key(submission)
        named += [("Submission", key)] if key else []
        note = CommitNote(author=submission.author.pseudonym, message=f"Propose {draught.path}", trailers=named)
        on = base.commit if base else self._desk.texts.head()
        self._desk.refs.store(proposal_id, draught.path, draught.checked.files, base=on, note=note)
        self._desk.after_step("proposal_ref")

    def _base(self, path: str, digest: str | None) -> StoredText | None:
        published = self._desk.texts.published(path)
        if published is not None and not isinstance(published.found, Record):
            raise RecordGone(path)
        return self._desk.texts.by_digest(path, digest) if digest else published

    def _files(self, submission: Submission, base: StoredText | None) -> dict[str, bytes]:
        given = submission.files if submission.files is not None else (base.files if base else {})
        return {name: data for name, data in given.items() if name != INDEX_FILE}

    def _free_slug(self, submission: Submission) -> str:
        title = submission.text.front.get("title") if not isinstance(submission.text, RawText) else None
        if isinstance(submission.text, RawText):
            try:
                title = parse(submission.text.index).front.get("title")
            except FrontMatterError:
                title = None
        with self._desk.sessions.reading() as db:
            return free_slug(str(title or ""), lambda slug: self._is_taken(db, slug))

    def _is_taken(self, db: Session, slug: str) -> bool:
        return self._desk.texts.knows(slug) or bool(self._desk.store.open_at(db, slug))

    def _sides(self, draught: CheckedSubmission) -> tuple[Subject, ...]:
        record = draught.checked.record
        return self._desk.changes.to(record).sides if record else (Subject(),)

    def _refuse_unchanged(self, draught: CheckedSubmission) -> None:
        record = draught.checked.record
        if draught.base is not None and record is not None and record.digest == draught.base.found.digest:
            raise NothingChanged


def submission_key(submission: Submission) -> str | None:
    """Return what tells a repeated sending from a new one; None where the sender gave no key."""
    if submission.key is None:
        return None
    return sending_key(submission.author.id, submission.key)


def sending_key(author: str, key: str) -> str:
    """Return the same for the id of an author and the key that they gave."""
    return sha256(f"{author}\0{key}".encode("utf-8", "surrogatepass")).hexdigest()
