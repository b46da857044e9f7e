# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Publishes: git objects, reference, rows, catalogue, cursors, in this order and each repeatable."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlmodel import Session

from app.content.commits import CommitNote, EditConflict
from app.content.record import Record, Withdrawn
from app.errors import Conflict, Unavailable
from app.identity import Person
from app.review.context import ReviewContext
from app.review.model.proposal import Purpose
from app.review.model.submission import Published
from app.review.model.workflow import ProposalState
from app.review.models import ProposalRow
from app.review.proposals.store import NewProposal, NewRevision
from app.review.text.examiner import Checked


class MovedOn(Conflict):
    """Something else was published since `head` was read; trying again helps."""

    def __init__(self, head: str) -> None:
        super().__init__(head)
        self.head = head


class ApprovalMissing(Conflict):
    """Nobody but its own writers stands for the newest text of the proposal."""

    def __init__(self, proposal_id: str) -> None:
        super().__init__(proposal_id)
        self.proposal_id = proposal_id


_VERBS = {
    Purpose.WITHDRAWAL: "Withdraw",
    Purpose.RESTORATION: "Restore",
    Purpose.CONFIRMATION: "Confirm",
    Purpose.STILL_TRUE: "Confirm",
}
_log = structlog.get_logger(__name__)

FollowUp = Callable[[], object]
"""Brings what is derived from the published line up to date; may fail, because it is repeated by whoever reads."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Publication:
    """What is to be published: `files` are the whole folder `path`, `proposed` the commit that is merged, if any.

    `author`, `co_authors` and `reviewers` are pseudonyms. `digest` and `record_id` are those of the new version.
    """

    proposal_id: str
    kind: str
    slug: str
    path: str
    record_id: str
    digest: str
    files: Mapping[str, bytes]
    purpose: Purpose
    author: str
    co_authors: Sequence[str] = ()
    reviewers: Sequence[str] = ()
    proposed: str | None = None
    merged: bool = False


class Publisher:
    """Puts editions on the published line. Callers hold the lock of review."""

    def __init__(self, desk: ReviewContext, follow_ups: Sequence[tuple[str, FollowUp]]) -> None:
        """Publish through `desk`; `follow_ups` are run by name after each publication, in this order."""
        self._desk = desk
        self._follow_ups = follow_ups

    def put(self, edition: Publication, expected_head: str) -> Published:
        """Publish as one signed commit; raises MovedOn when somebody else published since `expected_head` was read."""
        note = CommitNote(author=edition.author, message=_message(edition), trailers=_trailers(edition))
        try:
            self._desk.refs.publish(
                edition.path,
                edition.files,
                expected_head=expected_head,
                proposed=edition.proposed,
                note=note,
                before_move=lambda: self._desk.after_step("objects"),
            )
        except EditConflict as error:
            raise MovedOn(expected_head) from error
        self._desk.after_step("main")
        return self._published(edition)

    def record(self, change: Callable[[Session], None]) -> None:
        """Write the rows of a publication in one transaction."""
        with self._desk.sessions.begin() as db:
            change(db)
        self._desk.after_step("rows")

    def drop(self, proposal_id: str) -> None:
        """Remove the reference of a proposal that is over."""
        self._desk.refs.drop(proposal_id)
        self._desk.after_step("dropped")

    def follow_up(self) -> None:
        """Bring catalogue and cursors up to date; call it without the lock.

        The version is published already. What cannot be reached now takes it in at its next turn.
        """
        for name, follow_up in self._follow_ups:
            try:
                follow_up()
            except Unavailable as error:
                _log.warning("publication.follow_up_later", part=name, reason=type(error).__name__)
            self._desk.after_step(name)

    def _published(self, edition: Publication) -> Published:
        return Published(
            proposal_id=edition.proposal_id,
            kind=edition.kind,
            slug=edition.slug,
            record_id=edition.record_id,
            ver=self._desk.texts.newest_version(edition.path),
            digest=edition.digest,
            merged=edition.merged,
        )


def _message(edition: Publication) -> str:
    return f"{_VERBS.get(edition.purpose, 'Publish')} {edition.path}"


def _trailers(edition: Publication) -> list[tuple[str, str]]:
    return [
        ("Proposal", edition.proposal_id),
        ("Purpose", edition.purpose.value),
        ("Record", f"{edition.kind}/{edition.slug}"),
        *(("Co-authored-by", writer) for writer in edition.co_authors),
        *(("Reviewed-by", reviewer) for reviewer in edition.reviewers),
        ("Version", edition.digest),
    ]


_ATTEMPTS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """What stands in the folder from now on: `record` says what it is about, `found` what the files are."""

    path: str
    files: Mapping[str, bytes]
    record: Record
    found: Record | Withdrawn
    base: str | None


class DirectPublisher:
    """Publishes sheets in the name of one person."""

    def __init__(self, desk: ReviewContext, press: Publisher) -> None:
        """Publish with `press`."""
        self._desk = desk
        self._press = press

    def publish(
        self,
        person: Person,
        purpose: Purpose,
        make: Callable[[], Sheet | Published],
        also: Callable[[Session, ProposalRow], None] = lambda _db, _row: None,
    ) -> Published:
        """Publish what `make` gives; it is called anew when somebody else published in between.

        `make` answers Published where there is nothing left to do. `also` writes further rows in the same transaction.
        """
        with self._desk.lock.held():
            for _ in range(_ATTEMPTS - 1):
                try:
                    outcome = self._attempt(person, purpose, make, also)
                    break
                except MovedOn:
                    continue
            else:
                outcome = self._attempt(person, purpose, make, also)
        self._press.follow_up()
        return outcome

    def _attempt(
        self,
        person: Person,
        purpose: Purpose,
        make: Callable[[], Sheet | Published],
        also: Callable[[Session, ProposalRow], None],
    ) -> Published:
        head = self._desk.texts.head()
        sheet = make()
        if isinstance(sheet, Published):
            return sheet
        edition = _edition(sheet, person, purpose)
        published = self._press.put(edition, head)

        def rows(db: Session) -> None:
            row = self._desk.store.add(db, _proposal(edition, published), self._round(sheet, person))
            self._desk.audit.add(db, person.id, purpose.value, row.id, ver=str(published.ver))
            also(db, row)

        self._press.record(rows)
        return published

    def _round(self, sheet: Sheet, person: Person) -> NewRevision:
        return NewRevision(
            checked=Checked(path=sheet.path, files=sheet.files, problems=(), record=sheet.record),
            writer=person.id,
            pseudonym=person.pseudonym,
            base=sheet.base,
            at=self._desk.clock(),
            digest=sheet.found.digest,
        )


def _edition(sheet: Sheet, person: Person, purpose: Purpose) -> Publication:
    return Publication(
        proposal_id=str(uuid.uuid4()),
        kind=sheet.record.kind,
        slug=sheet.record.slug,
        path=sheet.path,
        record_id=sheet.record.id,
        digest=sheet.found.digest,
        files=sheet.files,
        purpose=purpose,
        author=person.pseudonym,
    )


def _proposal(edition: Publication, published: Published) -> NewProposal:
    return NewProposal(
        id=edition.proposal_id,
        kind=edition.kind,
        slug=edition.slug,
        purpose=edition.purpose,
        state=ProposalState.PUBLISHED,
        ver=published.ver,
    )
