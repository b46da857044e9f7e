"""Drafts that improve a proposal which moved on meanwhile: it got a newer text, or it is over."""

from __future__ import annotations

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass, replace

from sqlmodel import Session

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.identity import Person
from app.identity.errors import NotAllowed
from app.records.record import Record
from app.review.context import ReviewContext
from app.review.errors import BaseUnknown, RevisionOutdated
from app.review.merge import Merge, merge
from app.review.models import Draft, DraftSavedElsewhere, Proposal
from app.review.proposals.intake import sending_key
from app.review.text.record_text import RecordText, bind_files
from app.review.workflow import ProposalState


@dataclass(frozen=True, slots=True, kw_only=True)
class DraftStatus:
    """Where the proposal stands that a draft improves; `round` is its newest text.

    `is_newer` tells that this is not the text that the draft began from, `is_mine` that the draft's writer sent the
    proposal first.
    """

    state: ProposalState
    round: int
    is_newer: bool
    is_mine: bool

    @property
    def must_meet(self) -> bool:
        """Tell whether the draft has to be brought together with the newest text: one that is asked for or stands."""
        return self.is_newer and (self.state.is_open or self.state is ProposalState.PUBLISHED)

    @property
    def is_taken_back(self) -> bool:
        """Tell whether somebody else took their text back, so that it is not the draft's writer's to send."""
        return self.state is ProposalState.WITHDRAWN and not self.is_mine


class StaleDrafts:
    """Lets every draft be sent again, without a word of anybody being lost on the way."""

    def __init__(self, context: ReviewContext) -> None:
        self._context = context
        self._drafts = context.drafts
        self._catalogue = context.catalogue

    def status(self, draft: Draft) -> DraftStatus | None:
        """Return what became of the proposal that a draft improves, None where it is as the draft's writer knows it."""
        if draft.proposal_id is None:
            return None
        with self._context.sessions.reading() as db:
            row = db.get(Proposal, draft.proposal_id)
        if row is None:
            return None
        found = _status(row, draft)
        return found if found.is_newer or not found.state.is_open else None

    def merged(self, draft: Draft, person: Person) -> Merge:
        """Return the draft brought together with the newest text, field by field; `published` is the newest text.

        Raises ProposalNotFound, also for whoever may not see the proposal any more.
        """
        with self._context.sessions.reading() as db:
            return self._met(db, draft, self._context.visible(db, draft.proposal_id or "", person))

    def newer_version(self, draft: Draft) -> Record | None:
        """Return what is published now where it is no longer what an edit of a record was begun from."""
        if draft.slug is None or draft.base is None:
            return None
        try:
            record = self._catalogue.record(self._catalogue.head_by_slug(draft.kind, draft.slug))
        except (RecordNotFound, RecordWithdrawn):
            return None
        return record if record.digest != draft.base else None

    def merged_with_version(self, draft: Draft, published: Record) -> Merge:
        """Return an edit brought together with what is published now; files stay in the rows that name them."""
        entries = self._catalogue.with_digest(draft.base or "")
        began = next((self._catalogue.record(one) for one in entries if one.id == published.id), published)
        return merge(*map(bind_files, (RecordText.of_record(began), RecordText.of_record(published), draft.text)))

    def catch_up(
        self, draft_id: str, person: Person, version: int, *, newest: int, theirs: Collection[str]
    ) -> Draft | DraftSavedElsewhere:
        """Let a draft go on from revision `newest`; of what both sides changed, it takes the fields in `theirs`.

        Raises DraftNotFound, ProposalNotFound, and RevisionOutdated where there is another text by now.
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
                # What was published has no text beside the published line any more.
                with suppress(BaseUnknown):
                    stored = self._context.texts.by_digest(path, proposal.digest)
            self._drafts.arrange_files(db, draft, text.files, stored.files if stored else {})
            base = self._context.store.newest_revision(db, proposal).base
            draft.slug, draft.base, draft.round = proposal.slug, base, newest
            draft.content = replace(draft.content, front=text.front, sections=text.sections)
            draft.version += 1
            return self._drafts.touched(db, draft, self._context.clock())

    def stand_alone(self, draft_id: str, person: Person) -> Draft:
        """Let a draft whose proposal is over be sent as a proposal of its own; others stay as they are.

        Raises DraftNotFound, RevisionOutdated where a text was published that the draft has not been brought together
        with, and NotAllowed where somebody else took their text back.
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
            # Where it was published with what others had changed, the newest text became no version of its own.
            if published and self._context.texts.record_with(path, proposal.digest):
                draft.base = proposal.digest
            draft.slug = proposal.slug if draft.base else None
            draft.proposal_id = draft.round = None
            # Where an earlier text of the draft became the proposal, the next sending is another one.
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
