"""What happens to records after publication: confirmation, withdrawal, restoration."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from sqlmodel import Session

from app.identity import Action, Person, Subject, may
from app.identity.errors import NotAllowed
from app.records.document import FrontMatterError
from app.records.document_writer import write_back
from app.records.json_value import JsonValue
from app.records.paths import INDEX_FILE
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record, Withdrawn
from app.review.context import ReviewContext
from app.review.emptying import forget_record
from app.review.errors import BaseUnknown, RecordErased
from app.review.models import NoticeKind, Proposal, Purpose
from app.review.notices.audience import authors_of, tell_withdrawn
from app.review.permissions import permit
from app.review.publisher import Publication, Publisher
from app.review.submission import Published
from app.review.text.record_text import PERSONAL_DATA, review_date, tombstone
from app.review.text.stored import StoredText


class RecordService:
    """Withdraws, restores and confirms records; without review, by those permitted, with an entry in the audit log."""

    def __init__(self, context: ReviewContext, publisher: Publisher) -> None:
        self._context = context
        self._publisher = publisher

    def subject_of(self, record: Record) -> Subject:
        """Return the subject of a decision on a published record, so that pages offer only what is permitted."""
        return self._context.subject_of(record)

    def withdraw_record(
        self, kind: str, slug: str, person: Person, *, reason: str, note: str = "", successor: str | None = None
    ) -> Published:
        """Replace a record by a tombstone; identifier and address stay reserved.

        `reason` is a code of withdrawn/1, `note` a sentence for readers, `successor` a record ("concept/neu") or web
        address. To protect personal data, the words of all its proposals, drafts, remarks and notices are deleted as
        well, even if the record was already withdrawn for another reason; repeating it changes nothing. Raises
        NotAllowed, BaseUnknown, RecordGone if it was already withdrawn, and InvalidRecord.
        """
        erases = reason == PERSONAL_DATA

        def make() -> Publication | Published:
            current = self._current(kind, slug)
            last = self._context.texts.last_record(current.found.path) if erases else None
            record = last or current.record
            permit(person, Action.WITHDRAW, self.subject_of(record))
            if isinstance(current.found, Withdrawn) and current.found.reason == reason:
                return Published.of(record, current.ver, digest=current.found.digest)
            files = {INDEX_FILE: self._written(record.path, lambda: tombstone(record, reason, note, successor))}
            return self._publication(person, Purpose.WITHDRAWAL, record, files, current.found.digest)

        def tell(db: Session, row: Proposal) -> None:
            if erases:
                forget_record(db, kind, slug, self._context.clock())
            tell_withdrawn(self._context, db, row, reason, note)

        published = self._publisher.publish_now(person, make, tell)
        if erases:
            self.forget_all(kind, slug)
        return published

    def forget_all(self, kind: str, slug: str) -> None:
        """Delete the words of all drafts, proposals and notices about a withdrawn record; raises RepositoryBusy."""
        with self._context.lock():
            with self._context.sessions.begin() as db:
                over = forget_record(db, kind, slug, self._context.clock())
            for proposal_id in over:
                self._context.refs.drop(proposal_id)

    def restore(self, kind: str, slug: str, person: Person) -> Published:
        """Restore the last text of a withdrawn record, word for word.

        Raises NotAllowed, BaseUnknown, and RecordErased if it was withdrawn to protect personal data. A record that is
        not withdrawn is left unchanged.
        """

        def make() -> Publication | Published:
            path = self._context.texts.path(kind, slug)
            last = self._context.texts.last_good(path)
            record = last.record
            permit(person, Action.WITHDRAW, self.subject_of(record))
            current = self._context.texts.published(path)
            if current is None or isinstance(current.found, Record):
                return Published.of(record, last.ver)
            if current.found.reason == PERSONAL_DATA:
                raise RecordErased(path)
            return self._publication(person, Purpose.RESTORATION, record, last.files, current.found.digest)

        def tell(db: Session, row: Proposal) -> None:
            self._context.notices.tell(db, authors_of(db, kind, slug), NoticeKind.PUBLISHED, row, but=person.id)

        return self._publisher.publish_now(person, make, tell)

    def confirm_current(self, kind: str, slug: str, person: Person, review_by: date | None = None) -> Published:
        """Confirm that a record is still correct („Stimmt noch“): the same text with new dates.

        Open to curators and to those whom the record is about. A second time on the same day changes nothing.
        `review_by` is the next review, by default a year from now. Raises NotAllowed, BaseUnknown and RecordGone.
        """
        return self._confirmed(kind, slug, person, Purpose.STILL_TRUE, review_by)

    def confirm_record(self, kind: str, slug: str, person: Person) -> Published:
        """Confirm what editors compiled, as those concerned. Raises NotAllowed, BaseUnknown and RecordGone."""
        return self._confirmed(kind, slug, person, Purpose.CONFIRMATION)

    def _confirmed(
        self, kind: str, slug: str, person: Person, purpose: Purpose, review_by: date | None = None
    ) -> Published:
        today = self._context.clock().date()
        dates: dict[str, JsonValue] = {
            "last_confirmed": today.isoformat(),
            "review_by": (review_by or review_date(today)).isoformat(),
        }
        if purpose is Purpose.CONFIRMATION:
            dates["confirmed"] = today.isoformat()

        def make() -> Publication | Published:
            current = self._current(kind, slug)
            record = current.record
            subject = self.subject_of(record)
            by_curator = purpose is Purpose.STILL_TRUE and may(person, Action.CURATE, subject)
            if not by_curator and not may(person, Action.CONFIRM, subject):
                raise NotAllowed(Action.CONFIRM.value)
            if all(record.data.get(key) == value for key, value in dates.items()):
                return Published.of(record, current.ver)
            text = self._written(record.path, lambda: write_back(current.index, dates).encode())
            files = {**current.files, INDEX_FILE: text}
            return self._publication(person, purpose, record, files, record.digest)

        return self._publisher.publish_now(person, make)

    def _current(self, kind: str, slug: str) -> StoredText:
        path = self._context.texts.path(kind, slug)
        current = self._context.texts.published(path)
        if current is None:
            raise BaseUnknown(path)
        return current

    def _publication(
        self, person: Person, purpose: Purpose, record: Record, files: Mapping[str, bytes], base: str
    ) -> Publication:
        return Publication.by(person, purpose, record, self._context.examiner.read(record.path, files), files, base)

    def _written(self, path: str, write: Callable[[], bytes]) -> bytes:
        try:
            return write()
        except FrontMatterError as error:
            problem = Problem(file=f"{path}/{INDEX_FILE}", code=error.code, field="note", params=error.params)
            raise InvalidRecord(path, (problem,)) from error
