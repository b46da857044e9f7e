"""The use cases of drafts. Everything is saved as typed, complete or not."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Action, Person
from app.identity.errors import NotAllowed
from app.records.json_value import JsonValue, thaw
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.drafts import start as starting
from app.review.drafts.report import CONTACT, PLACES
from app.review.drafts.start import MemoStart, ProposalDrafts
from app.review.drafts.store import check_count, check_file, check_text
from app.review.errors import BaseUnknown, ProposalNotFound, RevisionOutdated
from app.review.merge import Merge, merge
from app.review.models import Draft, DraftContent, DraftOrigin, DraftSavedElsewhere, Proposal
from app.review.permissions import permit
from app.review.proposals.intake import sending_key
from app.review.text.record_text import RecordText, bind_files
from app.review.workflow import ProposalState


class DraftService:
    """Stores drafts. Only their writer sees them; DraftNotFound is raised for all others, and for unknown drafts."""

    def __init__(self, context: ReviewContext, returned: ProposalDrafts) -> None:
        self._context = context
        self._store = context.drafts
        self._returned = returned
        self._catalogue = context.catalogue
        self._schemas = context.schemas

    def start_empty(self, kind: str, person: Person, front: Mapping[str, JsonValue] | None = None) -> Draft:
        """Start with only `front`; raises SchemaError, NotAllowed and DraftTooLarge."""
        return self._start(person, self._schemas.kind(kind).name, DraftOrigin.EMPTY, DraftContent(front=front or {}))

    def start_from_document(self, kind: str, person: Person, content: DraftContent) -> Draft:
        """Start with the content of a document; raises SchemaError, NotAllowed and DraftTooLarge.

        If the document names a place or a contact, nothing is filled in from an earlier record, because that would get
        in the way of what the author is going to sort into the fields.
        """
        return self._start(person, self._schemas.kind(kind).name, DraftOrigin.DOCUMENT, content)

    def start_from_memo(self, start: MemoStart, person: Person) -> Draft:
        """Start with the problem, goals and constraints of a memo; raises SchemaError, NotAllowed and DraftTooLarge."""
        kind = self._schemas.kind("case-study")
        return self._start(person, kind.name, DraftOrigin.MEMO, starting.from_memo(start, kind))

    def start_from_record(self, kind: str, slug: str, person: Person) -> Draft:
        """Start a record like another. Raises RecordNotFound, RecordWithdrawn, NotAllowed, DraftTooLarge."""
        record = self._catalogue.record(self._catalogue.head_by_slug(kind, slug))
        return self._start(person, kind, DraftOrigin.RECORD, starting.alike(record, record.ref))

    def start_from_foreign(self, name: str, person: Person) -> Draft:
        """Start a record that follows a foreign one. Raises RecordNotFound, NotAllowed and DraftTooLarge."""
        entry = self._catalogue.named(name)
        if entry is None:
            raise RecordNotFound(name)
        content = starting.alike(self._catalogue.record(entry), name)
        return self._start(person, entry.kind, DraftOrigin.RECORD, content)

    def start_edit(self, kind: str, slug: str, person: Person) -> Draft:
        """Start or continue an edit. Raises RecordNotFound, RecordWithdrawn, NotAllowed, DraftTooLarge."""
        record = self._catalogue.record(self._catalogue.head_by_slug(kind, slug))
        text = self._context.texts.by_digest(record.path, record.digest)
        content = starting.content_of(record)
        new = Draft(
            kind=kind, person=person.id, origin=DraftOrigin.EDIT, content=content, slug=slug, base=record.digest
        )
        permit(person, Action.PROPOSE)
        with self._context.sessions.begin() as db:
            for row in self._store.of(db, person.id):
                if (row.kind, row.slug, row.proposal_id) == (kind, slug, None):
                    return row
            check_count(self._store.count(db, person.id))
            return self._store.add(db, new, self._context.clock(), text.beside)

    def start_from_proposal(self, proposal_id: str, person: Person) -> Draft:
        """Improve an open proposal, as its author or a curator. Raises ProposalNotFound, NotAllowed, DraftTooLarge."""
        with self._context.sessions.begin() as db:
            proposal = self._context.store.get(db, proposal_id)
            if not proposal.state.is_open:
                raise ProposalNotFound(proposal_id)
            if person.id not in (proposal.author, proposal.editor):
                self._context.change(proposal).permit(person, Action.CURATE)
            for row in self._store.of(db, person.id):
                if (row.proposal_id, row.round) == (proposal.id, proposal.rounds):
                    return row
            check_count(self._store.count(db, person.id))
            return self._returned.improving(db, proposal, person.id)

    def load(self, draft_id: str, person: Person) -> Draft:
        with self._context.sessions.reading() as db:
            return self._store.get(db, draft_id, person.id)

    def mine(self, person: Person) -> tuple[Draft, ...]:
        """Return a person's drafts, last changed first."""
        with self._context.sessions.reading() as db:
            return tuple(self._store.of(db, person.id))

    def save(self, draft_id: str, person: Person, content: DraftContent, version: int) -> Draft | DraftSavedElsewhere:
        """Save if the draft is still at `version`; repeatable. Raises DraftNotFound and DraftTooLarge."""
        check_text(content)
        with self._context.sessions.begin() as db:
            row = self._store.get(db, draft_id, person.id)
            if json.dumps(row.content.entries()) == json.dumps(content.entries()):
                return row
            if row.version != version:
                return DraftSavedElsewhere(current=row)
            row.content = content
            # Attaching a file does not change the version, so that it never makes saving a text fail.
            row.version += 1
            return self._store.touched(db, row, self._context.clock())

    def rebase(
        self, seen: Draft, person: Person, content: DraftContent, *, base: str, files: Mapping[str, str]
    ) -> Draft | DraftSavedElsewhere:
        """Change the base of an edit to another published version, the one with the digest `base`.

        `content` and `files`, hex SHA-256 by name, are the author's decisions after seeing the draft as `seen` and the
        published version; each file is from either. Raises DraftNotFound, DraftTooLarge and BaseUnknown.
        """
        check_text(content)
        published = self._context.texts.by_digest(self._context.texts.path(seen.kind, seen.slug or ""), base).files
        with self._context.sessions.begin() as db:
            row = self._store.get(db, seen.id, person.id)
            # Files do not change the version; one attached meanwhile was not part of the decision.
            if (row.version, row.hashes) != (seen.version, seen.hashes):
                return DraftSavedElsewhere(current=row)
            self._store.arrange_files(db, row, files, published)
            row.content, row.base = content, base
            row.version += 1
            return self._store.touched(db, row, self._context.clock())

    def delete(self, draft_id: str, person: Person) -> None:
        """Delete a draft at once; raises DraftNotFound."""
        with self._context.sessions.begin() as db:
            self._store.delete(db, self._store.get(db, draft_id, person.id).id)

    def attach(self, draft_id: str, person: Person, name: str, data: bytes) -> Draft:
        """Attach a file, replacing one of the same name; raises DraftNotFound, FileNameRefused and DraftTooLarge."""
        with self._context.sessions.begin() as db:
            row = self._store.get(db, draft_id, person.id)
            check_file(name, data, row.files)
            self._store.put_file(db, row, name, data)
            return self._store.touched(db, row, self._context.clock())

    def detach(self, draft_id: str, person: Person, name: str) -> Draft:
        with self._context.sessions.begin() as db:
            row = self._store.get(db, draft_id, person.id)
            self._store.drop_file(db, row, name)
            return self._store.touched(db, row, self._context.clock())

    def file(self, draft_id: str, person: Person, name: str) -> bytes:
        with self._context.sessions.reading() as db:
            return self._store.file(db, self._store.get(db, draft_id, person.id).id, name)

    def files(self, draft_id: str, person: Person) -> dict[str, bytes]:
        with self._context.sessions.reading() as db:
            return self._store.files(db, self._store.get(db, draft_id, person.id).id)

    def _start(self, person: Person, kind: str, origin: DraftOrigin, content: DraftContent) -> Draft:
        permit(person, Action.PROPOSE)
        check_text(content)
        is_told = origin is DraftOrigin.DOCUMENT and starting.says_whom_to_ask(content)
        with self._context.sessions.begin() as db:
            newest = self._context.store.newest_by(db, person.id)
            # Spare people from entering their office and contact again in each record.
            said = self._account(person)
            if is_told:
                # The author sorts in what the report names; only the place that both name is certain.
                said = {PLACES: said[PLACES]} if starting.mentions(content, person.municipality) else {}
            elif newest:
                said |= starting.whereabouts(starting.content_of_revision(newest).front, person.municipality)
            before = {key: value for key, value in said.items() if key in self._schemas.kind(kind).by_key}
            content = replace(content, front={**before, **content.front})
            check_count(self._store.count(db, person.id))
            new = Draft(kind=kind, person=person.id, origin=origin, content=content)
            return self._store.add(db, new, self._context.clock())

    def _account(self, person: Person) -> dict[str, JsonValue]:
        """Return the municipality of the person's account, and the contact of their organisation's record."""
        said: dict[str, JsonValue] = {}
        if own := person.municipality:
            known = self._context.place(own.key)
            place = {"name": own.name, "state": own.state, "ars": own.ars, "role": "lead"}
            said[PLACES] = [{**place, "kind": known.kind} if known and known.kind else place]
        with suppress(RecordNotFound, RecordWithdrawn):
            head = self._catalogue.head_by_slug("organisation", person.organisation or "")
            if contact := self._catalogue.record(head).data.get(CONTACT):
                said[CONTACT] = starting.unsourced(thaw(contact))
        return said


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStatus:
    """The state of the proposal that a draft improves. `is_newer`: than the draft's base; `is_mine`: by its writer."""

    state: ProposalState
    round: int
    is_newer: bool
    is_mine: bool

    @property
    def must_meet(self) -> bool:
        """Return whether the draft must be merged with the newest revision, which is up for decision or published."""
        return self.is_newer and (self.state.is_open or self.state is ProposalState.PUBLISHED)

    @property
    def is_taken_back(self) -> bool:
        """Return whether somebody else withdrew their proposal, so that the draft's writer may not send the text."""
        return self.state is ProposalState.WITHDRAWN and not self.is_mine


class StaleDrafts:
    """Makes drafts with an outdated base sendable again, without losing anybody's words."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context
        self._drafts = context.drafts
        self._catalogue = context.catalogue

    def status(self, draft: Draft) -> DraftStatus | None:
        """Return the state of the proposal that a draft improves; None if it is open with no newer revision."""
        if draft.proposal_id is None:
            return None
        with self._context.sessions.reading() as db:
            row = db.get(Proposal, draft.proposal_id)
        if row is None:
            return None
        found = _status(row, draft)
        return found if found.is_newer or not found.state.is_open else None

    def merged(self, draft: Draft, person: Person) -> Merge:
        """Return the draft merged with the newest revision (`published` there). Raises ProposalNotFound."""
        with self._context.sessions.reading() as db:
            return self._met(db, draft, self._context.visible(db, draft.proposal_id or "", person))

    def newer_version(self, draft: Draft) -> Record | None:
        """Return the published version if it is newer than the one that an edit is based on."""
        if draft.slug is None or draft.base is None:
            return None
        try:
            record = self._catalogue.record(self._catalogue.head_by_slug(draft.kind, draft.slug))
        except (RecordNotFound, RecordWithdrawn):
            return None
        return record if record.digest != draft.base else None

    def merged_with_version(self, draft: Draft, published: Record) -> Merge:
        """Return an edit merged with the published version; files stay in the rows that name them."""
        entries = self._catalogue.with_digest(draft.base or "")
        began = next((self._catalogue.record(one) for one in entries if one.id == published.id), published)
        return merge(*map(bind_files, (RecordText.of_record(began), RecordText.of_record(published), draft.text)))

    def catch_up(
        self, draft_id: str, person: Person, version: int, *, newest: int, theirs: Collection[str]
    ) -> Draft | DraftSavedElsewhere:
        """Change a draft's base to revision `newest`; for fields in `theirs`, take the revision's value.

        Raises DraftNotFound, ProposalNotFound, and RevisionOutdated if there is a newer revision.
        """
        with self._context.sessions.begin() as db:
            draft = self._drafts.get(db, draft_id, person.id)
            if draft.version != version:
                return DraftSavedElsewhere(current=draft)
            proposal = self._context.visible(db, draft.proposal_id or "", person)
            if proposal.rounds != newest:
                raise RevisionOutdated(proposal.id, round=proposal.rounds)
            met = self._met(db, draft, proposal)
            text = met.decided({conflict.key for conflict in met.conflicts} - set(theirs))
            path = self._context.texts.path(proposal.kind, proposal.slug)
            stored = self._context.texts.proposed(proposal.id, path)
            if stored is None:
                # Once published, a proposal's text is stored only as a published version.
                with suppress(BaseUnknown):
                    stored = self._context.texts.by_digest(path, proposal.digest)
            self._drafts.arrange_files(db, draft, text.files, stored.files if stored else {})
            base = self._context.store.newest_revision(db, proposal).base
            draft.slug, draft.base, draft.round = proposal.slug, base, newest
            draft.content = replace(draft.content, front=text.front, sections=text.sections)
            draft.version += 1
            return self._drafts.touched(db, draft, self._context.clock())

    def stand_alone(self, draft_id: str, person: Person) -> Draft:
        """Make a draft whose proposal is closed sendable as a new proposal; leave other drafts unchanged.

        Raises DraftNotFound, RevisionOutdated if a text was published that the draft has not been merged with, and
        NotAllowed if somebody else withdrew their proposal.
        """
        with self._context.sessions.begin() as db:
            draft = self._drafts.get(db, draft_id, person.id)
            proposal = db.get(Proposal, draft.proposal_id) if draft.proposal_id else None
            if proposal is None or proposal.state.is_open:
                return draft
            found = _status(proposal, draft)
            if found.is_taken_back:
                raise NotAllowed("submit")
            if found.must_meet:
                raise RevisionOutdated(proposal.id, round=proposal.rounds)
            published = found.state is ProposalState.PUBLISHED
            path = self._context.texts.path(proposal.kind, proposal.slug)
            # If it was merged with other changes on publication, the newest revision itself is not a version.
            if published and self._context.texts.record_with(path, proposal.digest):
                draft.base = proposal.digest
            draft.slug = proposal.slug if draft.base else None
            draft.proposal_id = draft.round = None
            # If an earlier text of the draft became the proposal, sending it again must be a new submission.
            sent = self._context.store.sent_as(db, sending_key(draft.person, draft.id))
            if sent is not None:
                sent.submission = None
                db.add(sent)
            draft.version += 1
            return self._drafts.touched(db, draft, self._context.clock())

    def _met(self, db: Session, draft: Draft, proposal: Proposal) -> Merge:
        newest = self._context.store.newest_revision(db, proposal).record_text
        began = self._context.store.revision(db, proposal, draft.round or proposal.rounds)
        return merge(began.record_text if began else newest, newest, draft.text)


def _status(row: Proposal, draft: Draft) -> DraftStatus:
    return DraftStatus(
        state=row.state,
        round=row.rounds,
        is_newer=draft.round is not None and draft.round < row.rounds,
        is_mine=row.author == draft.person,
    )
