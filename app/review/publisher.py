"""Publishes: git objects, reference, rows, catalogue, cursors, in this order; each step can be repeated.

Before that, `CurationService.decide` checks permission and four eyes, merges the proposal with what was published
meanwhile, and checks the result.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import TypeVar
from uuid import uuid4

import structlog
from sqlmodel import Session

from app.identity import Person
from app.records.commits import CommitNote, EditConflict
from app.records.record import Record, Withdrawn
from app.review.context import ReviewContext
from app.review.errors import HeadMoved
from app.review.models import Proposal, Purpose
from app.review.proposals.store import revision_of
from app.review.submission import Published
from app.review.text.examiner import Checked
from app.review.workflow import ProposalState
from app.shared.errors import Unavailable

_ATTEMPTS = 5
_Outcome = TypeVar("_Outcome")


class MovedOn(HeadMoved):
    """Something else was published since `head` was read; trying again helps."""


_VERBS = {
    Purpose.WITHDRAWAL: "Withdraw",
    Purpose.RESTORATION: "Restore",
    Purpose.CONFIRMATION: "Confirm",
    Purpose.STILL_TRUE: "Confirm",
    Purpose.ANSWER: "Answer a correction of",
}
_log = structlog.get_logger(__name__)

FollowUp = Callable[[], object]
"""Updates what is derived from the published line; may fail, because readers of that data retry it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """The new contents of a record's folder; `files` are the whole folder, `digest` is theirs.

    `record` is the record concerned, even if the files are its tombstone; `base` is the version that they are based on.
    `author`, `co_authors` and `reviewers` are pseudonyms, `proposed` is the merged commit, if any, and `merged` says
    that both sides had changed something.
    """

    purpose: Purpose
    record: Record
    digest: str
    files: Mapping[str, bytes]
    author: str
    proposal_id: str = field(default_factory=lambda: str(uuid4()))
    base: str | None = None
    co_authors: Sequence[str] = ()
    reviewers: Sequence[str] = ()
    proposed: str | None = None
    merged: bool = False

    @classmethod
    def by(
        cls,
        person: Person,
        purpose: Purpose,
        about: Record,
        found: Record | Withdrawn,
        files: Mapping[str, bytes],
        base: str | None,
    ) -> Publication:
        """Return one person's publication about the record `about`: `files`, which parse as `found`."""
        record = found if isinstance(found, Record) else about
        author, digest = person.pseudonym, found.digest
        return cls(purpose=purpose, record=record, digest=digest, files=files, author=author, base=base)


class Publisher:
    """Adds publications to the published line. Callers hold the lock of review, except for `publish_now`."""

    def __init__(self, context: ReviewContext, follow_ups: Sequence[tuple[str, FollowUp]]) -> None:
        """Publish through `context`; `follow_ups` are run with their names after each publication, in this order."""
        self._context = context
        self._follow_ups = follow_ups

    def publish_now(
        self,
        person: Person,
        make: Callable[[], Publication | Published],
        also: Callable[[Session, Proposal], None] = lambda _db, _row: None,
    ) -> Published:
        """Publish without review what `make` returns: a withdrawal, restoration, confirmation or response.

        It is stored as a proposal, so that history, audit log and repair have one kind of object to handle. `make`
        returns Published if there is nothing left to do. `also` writes further rows in the same transaction.
        """

        def attempt() -> Published:
            head = self._context.repository.head()
            publication = make()
            if isinstance(publication, Published):
                return publication
            published = self.put(publication, head)
            self.record(lambda db: also(db, self._noted(db, publication, published, person)))
            return published

        with self._context.lock():
            outcome = self.until_put(attempt)
        self.follow_up()
        return outcome

    def until_put(self, attempt: Callable[[], _Outcome]) -> _Outcome:
        """Repeat `attempt` while others publish in between; raises MovedOn if that goes on too long."""
        for _ in range(_ATTEMPTS - 1):
            try:
                return attempt()
            except MovedOn:
                continue
        return attempt()

    def put(self, publication: Publication, expected_head: str) -> Published:
        """Publish as one signed commit; raises MovedOn if somebody else published since `expected_head` was read."""
        path = publication.record.path
        message = f"{_VERBS.get(publication.purpose, 'Publish')} {path}"
        try:
            self._context.refs.publish(
                path,
                publication.files,
                expected_head=expected_head,
                proposed=publication.proposed,
                note=CommitNote(author=publication.author, message=message, trailers=_trailers(publication)),
                before_move=lambda: self._context.after_step("objects"),
            )
        except EditConflict as error:
            raise MovedOn(expected_head) from error
        self._context.after_step("main")
        return Published.of(
            publication.record,
            self._context.texts.newest_version(path),
            proposal_id=publication.proposal_id,
            digest=publication.digest,
            merged=publication.merged,
        )

    def record(self, change: Callable[[Session], None]) -> None:
        with self._context.sessions.begin() as db:
            change(db)
        self._context.after_step("rows")

    def drop(self, proposal_id: str) -> None:
        self._context.refs.drop(proposal_id)
        self._context.after_step("dropped")

    def follow_up(self) -> None:
        """Update catalogue and cursors, without the lock; what fails here will catch up later."""
        for name, follow_up in self._follow_ups:
            try:
                follow_up()
            except Unavailable as error:
                _log.warning("publication.follow_up_later", part=name, reason=type(error).__name__)
            self._context.after_step(name)

    def _noted(self, db: Session, publication: Publication, published: Published, person: Person) -> Proposal:
        record = publication.record
        row = Proposal(
            id=publication.proposal_id,
            kind=record.kind,
            slug=record.slug,
            purpose=publication.purpose,
            state=ProposalState.PUBLISHED,
            ver=published.ver,
        )
        first = revision_of(
            Checked(path=record.path, files=publication.files, problems=(), record=record),
            writer=person.id,
            pseudonym=person.pseudonym,
            base=publication.base,
            at=self._context.clock(),
            digest=publication.digest,
        )
        self._context.store.add(db, row, first, record)
        self._context.audit.add(db, person.id, publication.purpose.value, row.id, ver=str(published.ver))
        return row


def _trailers(publication: Publication) -> list[tuple[str, str]]:
    return [
        ("Proposal", publication.proposal_id),
        ("Purpose", publication.purpose.value),
        ("Record", publication.record.ref),
        *(("Co-authored-by", writer) for writer in publication.co_authors),
        *(("Reviewed-by", reviewer) for reviewer in publication.reviewers),
        ("Version", publication.digest),
    ]
