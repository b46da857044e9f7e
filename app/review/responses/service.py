"""The use cases of responses, which are short and published without review, one per municipality and target."""

from __future__ import annotations

import uuid
from dataclasses import replace
from datetime import timedelta

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.identity import Action, Municipality, Person, may
from app.identity.errors import NotAllowed
from app.records.checks.persons import CONCERNS
from app.records.paths import INDEX_FILE
from app.records.problem import Severity
from app.records.record import Record, Withdrawn
from app.review.confirmations import is_guest
from app.review.context import ReviewContext
from app.review.errors import BaseUnknown, ResponseTakenDown, TooMany, WhatDiffersMissing
from app.review.models import NoticeKind, Proposal, Purpose
from app.review.notices.audience import authors_of
from app.review.permissions import permit, subject_of_record
from app.review.publisher import Publication, Publisher
from app.review.responses.index import KIND, Arrivals, ResponseIndex, Tell, count, plans_among
from app.review.responses.plans import Plans, Secret
from app.review.responses.response import Reaction, Response, ResponseCount, ResponseKind, front_of, written_target
from app.review.submission import Published, Rejected, Submission
from app.review.text.record_text import RecordText, tombstone
from app.review.text.stored import StoredText

MAX_PER_DAY = 50
"""Maximum responses that one person may publish within a day."""

_IDS = uuid.UUID("6e0d7f3a-3a52-5a0f-9f0e-3f5f0a8f4c11")
_TAKEN_BACK = "superseded"


class ResponseService:
    """Publishes, retracts, lists and counts responses."""

    def __init__(self, context: ReviewContext, publisher: Publisher, also: Tell, secret: Secret) -> None:
        """`also` writes further notices about changes of the catalogue."""
        self._index = ResponseIndex(context)
        self.planning = Plans(context, self._index, secret, self.retract)
        self.tell_arrivals = Arrivals(context, self._index, (also, self.planning.tell)).tell
        self._topics = context.vocabularies.get("topics")
        self._context = context
        self._publisher = publisher
        self._examiner = context.examiner
        self._catalogue = context.catalogue

    def respond(self, reaction: Reaction, person: Person) -> Published | Rejected:
        """Respond to a record or lesson on behalf of the person's municipality; readers see it at once.

        A further response to the same target replaces it. Raises NotAllowed for those who speak for no municipality,
        WhatDiffersMissing for a contradiction or plan without a reason, BaseUnknown for an unknown version or lesson,
        RecordNotFound, RecordWithdrawn, ResponseTakenDown if curators withdrew the response, and TooMany.
        """
        permit(person, Action.RESPOND)
        place = person.municipality
        if place is None:
            raise NotAllowed(Action.RESPOND.value)
        if reaction.relation in (ResponseKind.CONTRADICTS, ResponseKind.PLANS) and not reaction.note.strip():
            raise WhatDiffersMissing
        target = self._target(reaction)
        written = written_target(target, self._context.global_name)
        response_id = _response_id(written, reaction.lesson, place)
        path = self._context.texts.path(KIND, f"{place.key}-{response_id[:8]}")
        front = front_of(reaction, place, target, written=written, response_id=response_id, today=self._examiner.today)
        # Keep the topics that this node also has; if it has none of them, keep all, and the check reports them.
        topics = [topic for topic in target.topics if self._topics is None or self._topics.get(topic)]
        text = RecordText(front={**front, "topics": list(topics or target.topics)})
        wanted = Submission(kind=KIND, author=person, text=text)
        checked = self._examiner.check_written(
            path, lambda: {INDEX_FILE: self._examiner.written(wanted, None)}, self._current(path)
        )
        if checked.record is None or not checked.is_sound:
            return Rejected(problems=checked.problems)
        # Refuse plans, which name a contact, and answers by a mailed link if there are such warnings, because nobody
        # reads these texts before they are published. Skip the summary, which repeats the note.
        concerns = [one for one in checked.problems if one.code in CONCERNS and one.field != "summary"]
        if concerns and (reaction.relation is ResponseKind.PLANS or is_guest(person.id)):
            return Rejected(problems=tuple(replace(one, severity=Severity.ERROR) for one in concerns))
        self._refuse_too_many(person)
        record = checked.record

        def make() -> Publication | Published:
            current = self._current(path)
            if current is not None and current.found.digest == record.digest:
                return Published.of(record, current.ver)
            base = current.found.digest if current else None
            return Publication.by(person, Purpose.RESPONSE, record, record, checked.files, base)

        def tell(db: Session, row: Proposal) -> None:
            # The authors of another node's record are there; do not notify those of a namesake here.
            authors = frozenset() if target.origin else authors_of(db, target.kind, target.slug)
            shown = {"title": target.title, "kind": target.kind, "slug": target.slug}
            told = authors | self._menders(reaction, target, person)
            self._context.notices.tell(db, told, NoticeKind.RESPONDED, row, but=person.id, **shown)

        return self._publisher.publish_now(person, make, tell)

    def _menders(self, reaction: Reaction, target: Record, person: Person) -> frozenset[str]:
        """Return the curators of the record if its office contradicts it by a mailed link, otherwise nobody."""
        concerns = is_guest(person.id) and reaction.relation is ResponseKind.CONTRADICTS
        return frozenset(self._context.people.curators(subject_of_record(target)) if concerns else ())

    def renew(self, plan: Record, person: Person) -> Published | Rejected:
        """Renew a plan of the person's municipality for a year from today. Raises NotAllowed, and as `respond`."""
        entry = self._catalogue.named(self._index.target(self._catalogue.head(plan.id)))
        target = self._catalogue.record(entry) if entry else None
        known = self.own(target, None, person) if target else None
        if target is None or known is None or known.record_id != plan.id:
            raise NotAllowed(Action.RESPOND.value)
        now = Reaction(record_id=target.id, origin=target.origin, digest=target.digest, relation=known.relation)
        return self.respond(replace(now, note=known.note, quarter=known.quarter, mailbox=known.mailbox), person)

    def retract(self, slug: str, person: Person) -> Published:
        """Retract one's municipality's response, or any as curator. Raises BaseUnknown, RecordGone and NotAllowed."""
        path = self._context.texts.path(KIND, slug)

        def make() -> Publication:
            current = self._context.texts.published(path)
            if current is None:
                raise BaseUnknown(path)
            record = current.record
            told, lesson = str(record.data["target"]), record.data.get("lesson")
            town = person.municipality
            own = town is not None and record.id == _response_id(told, str(lesson) if lesson else None, town)
            # Anybody may retract an expired plan; the node itself does.
            own = own or str(record.data.get("until", "9999")) < self._examiner.today.isoformat()
            if not own and not may(person, Action.WITHDRAW, subject_of_record(record)):
                raise NotAllowed(Action.WITHDRAW.value)
            files = {INDEX_FILE: tombstone(record, _TAKEN_BACK if own else "error", "", None)}
            note = self._examiner.read(path, files)
            return Publication.by(person, Purpose.WITHDRAWAL, record, note, files, record.digest)

        return self._publisher.publish_now(person, make)

    def of(self, record_id: str, *, origin: str = "") -> tuple[Response, ...]:
        """Return the responses to a record of this or another node, newest first."""
        return self._index.of(record_id, origin)

    def plans(self, name: str) -> tuple[Response, ...]:
        """Return the plans that count for the record with a global name, newest first."""
        return plans_among(self._index.about(name))

    def own(self, target: Record, lesson: str | None, person: Person) -> Response | None:
        """Return the response of a person's municipality on this node to a record or lesson; None if there is none."""
        if person.municipality is None:
            return None
        response_id = _response_id(written_target(target, self._context.global_name), lesson, person.municipality)
        found = self._index.of(target.id, target.origin)
        return next((one for one in found if not one.origin and one.record_id == response_id), None)

    def counts(self, record_id: str, *, origin: str = "") -> tuple[ResponseCount, ...]:
        """Return the numbers of municipalities by kind of response: to the record (lesson None), then by lesson."""
        found = self._index.of(record_id, origin)
        lessons = sorted({one.lesson for one in found if one.lesson})
        subjects: list[str | None] = [None, *lessons]
        versions = () if origin else self._catalogue.versions(record_id)
        edited = self._catalogue.last_edit(versions[-1]).ver if versions else 0
        older = {one.digest for one in versions if one.ver < edited} - {
            one.digest for one in versions if one.ver >= edited
        }
        return tuple(count(lesson, found, older) for lesson in subjects)

    def _target(self, reaction: Reaction) -> Record:
        target = self._catalogue.record(self._catalogue.head(reaction.record_id, reaction.origin))
        if target.kind == KIND:
            # A response is replaced by another response to the record, and cannot itself be responded to.
            raise NotAllowed(Action.RESPOND.value)
        versions = self._catalogue.versions(reaction.record_id, reaction.origin)
        if reaction.digest not in {entry.digest for entry in versions}:
            raise BaseUnknown(reaction.digest)
        if reaction.lesson and (reaction.relation is ResponseKind.PLANS or target.lesson(reaction.lesson) is None):
            raise BaseUnknown(reaction.lesson)
        return target

    def _current(self, path: str) -> StoredText | None:
        current = self._context.texts.published(path)
        if current is not None and isinstance(current.found, Withdrawn) and current.found.reason != _TAKEN_BACK:
            raise ResponseTakenDown(path)
        return current

    def _refuse_too_many(self, person: Person) -> None:
        since = self._context.clock() - timedelta(days=1)
        mine = select(func.count(col(Proposal.id))).where(
            col(Proposal.author) == person.id,
            col(Proposal.purpose) == Purpose.RESPONSE,
            col(Proposal.created_at) > since,
        )
        with self._context.sessions.reading() as db:
            if (db.execute(mine).scalar() or 0) >= MAX_PER_DAY:
                raise TooMany("responses", limit=MAX_PER_DAY)


def _response_id(target: str, lesson: str | None, municipality: Municipality) -> str:
    """Return an id that is equal for the same municipality and target, in whichever form its key is written."""
    return str(uuid.uuid5(_IDS, f"{target}\0{lesson or ''}\0{municipality.key}"))
