"""Corrections of other nodes' records: their home turns them into proposals and answers in the corrected record."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256
from typing import cast

import structlog
from sqlalchemy import select
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, State
from app.identity import Person
from app.identity.errors import NotAllowed
from app.records.document_writer import write_back
from app.records.fields import BODY_PREFIX
from app.records.json_value import JsonValue, thaw
from app.records.paths import INDEX_FILE
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.emptying import empty, end
from app.review.errors import BaseUnknown, NothingChanged, TextMissing
from app.review.models import NoticeKind, Proposal, Purpose, Revision
from app.review.notices.audience import authors_of
from app.review.proposals.intake import Intake, sending_key
from app.review.publisher import Publication, Publisher
from app.review.responses.response import cut, self_reported
from app.review.submission import Published, Submission, Via
from app.review.text.examiner import Checked
from app.review.text.record_text import RecordText
from app.review.text.stored import StoredText
from app.review.workflow import OPEN_STATES
from app.shared.errors import DomainError

KIND = "correction"
MAX_OPEN = 20
"""Maximum corrections of one node in the queue; more are taken in once these are decided."""
_MAX_ANSWERS = 50
_LESSONS, _PARTNER, _ANSWERS = "lessons.", "peer:", "corrections"
_log = structlog.get_logger(__name__)


class Answer(StrEnum):
    """What the home decided about a correction."""

    ACCEPTED = "accepted"
    PARTLY = "partly"
    DECLINED = "declined"


@dataclass(frozen=True, slots=True)
class Correction:
    """A published correction; `name` is its global name, `data` what it says (no `field`: about another part)."""

    name: str
    record: Record

    @property
    def data(self) -> Mapping[str, str]:
        return cast("Mapping[str, str]", self.record.data)

    @property
    def author(self) -> str:
        """Return the id under which proposals of its node are stored."""
        return _author(self.record.origin)

    @property
    def key(self) -> str:
        """Return the submission key of the proposal that it becomes."""
        return sending_key(self.author, self.name)


def _author(origin: str) -> str:
    return f"{_PARTNER}{sha256(origin.encode()).hexdigest()[:32]}"


def is_partner(person_id: str) -> bool:
    """Return whether proposals of another node are stored under this id."""
    return person_id.startswith(_PARTNER)


def places(record: Record) -> dict[str, str]:
    """Return the texts of a record that a correction can replace, by field."""
    flat = RecordText.of_record(record).flat()
    fields = ("title", "summary", *(key for key in flat if key.startswith(BODY_PREFIX)))
    return {key: str(flat[key]) for key in fields} | {f"{_LESSONS}{one.id}": one.statement for one in record.lessons}


def answers_in(record: Record) -> dict[str, Mapping[str, str]]:
    """Return the answers in a record by the global names of the corrections."""
    return {row["id"]: row for row in cast("Sequence[Mapping[str, str]]", record.data.get(_ANSWERS) or ())}


def front_of(
    target: Record, written: str, field: str, text: str, reason: str, source: str, today: str
) -> dict[str, JsonValue]:
    """Return the front matter of a correction. Raises NotAllowed (own record), TextMissing and NothingChanged."""
    if not target.origin:
        raise NotAllowed(KIND)
    for name, words in (("text", text), ("reason", reason)):
        if not words.strip():
            raise TextMissing(name)
    if places(target).get(field, "") == text.strip():
        raise NothingChanged
    return {
        "title": cut(f"Korrektur: {target.title}", 100),
        "summary": cut(" ".join(reason.split()), 280),
        "lang": target.lang,
        "topics": list(target.topics),
        "compiled_by": "editors",
        "target": written,
        "version": target.digest,
        "field": field,
        "text": text.strip().replace("\r\n", "\n"),
        "reason": reason.strip().replace("\r\n", "\n"),
        "sources": self_reported(source, today),
    }


class CorrectionService:
    """Takes in corrections of own records, answers them, and tells people here of answers to theirs."""

    def __init__(self, context: ReviewContext, intake: Intake, publisher: Publisher) -> None:
        self._context = context
        self._catalogue = context.catalogue
        self._intake = intake
        self._publisher = publisher
        self._known: tuple[int, Mapping[CatalogueEntry, Correction | None]] = (-1, {})

    def take_in(self) -> int:
        """Propose new corrections of own records, close those no longer listed; return the number of new ones."""
        waiting, taken = [one for one in self._all() if one.record.origin], 0
        with self._context.sessions.reading() as db:
            rows = db.scalars(select(Proposal).where(col(Proposal.via) == Via.PEER)).all()
        visible = {one.key for one in waiting}
        open_rows = (row for row in rows if row.state in OPEN_STATES and row.rounds == 1)
        lost = {row.submission: row.id for row in open_rows if row.submission not in visible}
        if lost and (gone := lost.keys() - self._hidden()):
            self._end([lost[key] for key in gone])
        known, queued = {row.submission for row in rows}, Counter(r.author for r in rows if r.state in OPEN_STATES)
        for one in waiting:
            try:
                if one.key not in known and queued[one.author] < MAX_OPEN and self._taken(one):
                    queued[one.author] += 1
                    taken += 1
            except DomainError as error:
                _log.warning("correction.not_taken", name=one.name, error=type(error).__name__)
        return taken

    def behind(self, row: Proposal) -> Correction | None:
        """Return the correction from which a proposal was made; None if there is none that is visible here."""
        return next((one for one in self._all() if one.key == row.submission), None) if row.via is Via.PEER else None

    def answer(self, correction: Correction) -> Mapping[str, str] | None:
        """Return the answer of the target's home, None if none is known here."""
        target = self._catalogue.named(correction.data["target"])
        return answers_in(self._catalogue.record(target)).get(correction.name) if target else None

    def of(self, record: Record) -> Correction:
        """Return a record of this kind as a correction."""
        return Correction(self._context.global_name(record.origin, record.id), record)

    def accepted(self, row: Proposal, checked: Checked, published: StoredText | None) -> Checked:
        """Return the text to publish for a proposal; if a correction is behind it, with the answer to that."""
        found = self.behind(row)
        if found is None or checked.record is None:
            return checked
        field = found.data.get("field", "")
        as_proposed = not field or places(checked.record).get(field) == found.data["text"].strip()
        files = self._noted(checked.record, checked.files, found, Answer.ACCEPTED if as_proposed else Answer.PARTLY)
        return self._context.examiner.check(checked.path, files, published)

    def decline(self, row: Proposal, person: Person, reason: str) -> None:
        """Publish the reason for declining as the answer to a correction, unless the record was withdrawn."""
        # Records may not contain invisible characters, which pasted text often has.
        reason = "".join(one if one.isprintable() or one == "\n" else " " for one in reason)
        found, path = self.behind(row), self._context.texts.path(row.kind, row.slug)
        current = self._context.texts.published(path)
        if found is None or current is None or not isinstance(current.found, Record):
            return

        def make() -> Publication | Published:
            now = self._context.texts.published(path)
            if now is None:
                raise BaseUnknown(path)
            if found.name in answers_in(now.record):
                return Published.of(now.record, now.ver)
            files = self._noted(now.record, now.files, found, Answer.DECLINED, reason)
            read = self._context.examiner.read(path, files)
            return Publication.by(person, Purpose.ANSWER, now.record, read, files, now.record.digest)

        self._publisher.publish_now(person, make)

    def tell(self, db: Session, changes: Iterable[CatalogueEntry]) -> int:
        """Notify authors of corrections here of answers in these changed records; return the number of notices."""
        changed, told = {(one.origin, one.id) for one in changes if one.state is State.PUBLISHED}, 0
        for one in self._all():
            target = self._catalogue.named(one.data["target"])
            if one.record.origin or target is None or (target.origin, target.id) not in changed:
                continue
            if found := self.answer(one):
                params = {"title": self._catalogue.record(target).title, "text": found.get("text", "")}
                params |= {"kind": KIND, "slug": one.record.slug}
                kind, once = NoticeKind(f"correction_{found['answer']}"), f"corrected:{one.record.id}:{found['answer']}"
                people = sorted(authors_of(db, KIND, one.record.slug))
                told += sum(self._context.notices.add(db, person, kind, params, once=once) for person in people)
        return told

    def _end(self, ids: Sequence[str]) -> None:
        """Close proposals whose correction is gone and delete their texts, unless somebody here wrote in them."""
        with self._context.lock(), self._context.sessions.begin() as db:
            for row in db.scalars(select(Proposal).where(col(Proposal.id).in_(ids))).all():
                rounds = db.scalars(select(Revision).where(col(Revision.proposal_id) == row.id)).all()
                if row.state.is_open and all(one.writer == row.author for one in rounds):
                    empty(db, rounds)
                    end(db, row, self._context.clock())

    def _taken(self, one: Correction) -> Proposal | None:
        """Store a correction as a proposal; None if it names no visible own record, or was answered before."""
        texts, entry = self._context.texts, self._catalogue.named(one.data["target"])
        if entry is None or entry.origin or self.answer(one):
            return None
        path, version = texts.path(entry.kind, entry.slug), one.data["version"]
        base = texts.by_digest(path, version) if texts.record_with(path, version) else texts.published(path)
        if base is None:
            return None
        text, reason = base.record_text, one.data["reason"]
        changed = _replaced(text, one.data.get("field", ""), one.data["text"].strip())
        author = Person(id=one.author, pseudonym="partner", display_name="")
        wish = Submission(
            kind=entry.kind, slug=entry.slug, base=base.found.digest, author=author, text=changed or text,
            reason=reason if changed else f"{reason}\n\n{one.data['text']}", via=Via.PEER, key=one.name,
        )  # fmt: skip
        made = self._intake.examine(wish)
        if made.checked.record is None:
            # If the text does not fit into the field, curators have to insert it, as if no field were named.
            made = self._intake.examine(replace(wish, text=text, reason=f"{reason}\n\n{one.data['text']}"))
        # Store it despite errors: its page says what to fix, and the record itself may break a newer rule.
        with self._context.lock():
            with self._context.sessions.reading() as db:
                if self._context.store.sent_as(db, one.key):
                    # Another process was faster.
                    return None
            return self._intake.store_new(made)

    def _noted(
        self, record: Record, files: Mapping[str, bytes], found: Correction, answer: Answer, reason: str = ""
    ) -> Mapping[str, bytes]:
        """Return the files of a record with the answer added, unless it already has one."""
        before = answers_in(record)
        if found.name in before:
            return files
        row = {
            "id": found.name,
            "answer": answer.value,
            "text": reason,
            "date": self._context.examiner.today.isoformat(),
        }
        kept = {key: value for key, value in row.items() if value}
        rows = thaw(cast("JsonValue", [*before.values(), kept][-_MAX_ANSWERS:]))
        return {**files, INDEX_FILE: write_back(files[INDEX_FILE], {_ANSWERS: rows}).encode()}

    def _all(self) -> Iterable[Correction]:
        """Return the visible corrections by and for this node; after a change only new ones are read."""
        seq, before = self._catalogue.last_seq(), self._known[1]
        if self._known[0] != seq:
            read: dict[CatalogueEntry, Correction | None] = {}
            for entry in self._catalogue.heads(KIND):
                if entry in before:
                    read[entry] = before[entry]
                    continue
                try:
                    found = self.of(self._catalogue.record(entry))
                    # Corrections between other nodes are not kept.
                    ours = not entry.origin or self._catalogue.names_own(found.data["target"])
                    read[entry] = found if ours else None
                except DomainError as error:
                    # One that cannot be read must not hide the others.
                    _log.warning("corrections.unreadable", record=entry.id, error=type(error).__name__)
            self._known = (seq, read)
        return [one for one in self._known[1].values() if one]

    def _hidden(self) -> set[str]:
        """Return the submission keys of corrections that are stored here but hidden, perhaps only temporarily."""
        hidden = (one for one in self._catalogue.newest() if one.kind == KIND and one.state is State.HIDDEN)
        # Erased corrections have no digest.
        rows = (one for one in hidden if one.digest)
        names = ((one.origin, self._context.global_name(one.origin, one.id)) for one in rows)
        return {sending_key(_author(origin), name) for origin, name in names}


def _replaced(text: RecordText, field: str, words: str) -> RecordText | None:
    """Return the text with `words` as the content of a field; None if there is no such field."""
    flat, line = text.flat(), " ".join(words.split())
    if field in flat:
        return RecordText.from_flat({**flat, field: words if field.startswith(BODY_PREFIX) else line})
    lessons = cast("list[dict[str, JsonValue]]", thaw(flat.get("lessons") or []))
    found = [one for one in lessons if f"{_LESSONS}{one.get('id')}" == field]
    for one in found:
        one["statement"] = line
    return RecordText.from_flat({**flat, "lessons": cast("JsonValue", lessons)}) if found else None
