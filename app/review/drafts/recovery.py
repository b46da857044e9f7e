# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives proposals back as drafts: to improve them, or because they are over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from sqlmodel import Session

from app.content.document import FrontMatterError, parse
from app.content.json_value import JsonValue
from app.content.paths import INDEX_FILE
from app.identity import Action, Person
from app.review.change import Changes
from app.review.drafts.starting import whereabouts
from app.review.drafts.store import NewDraft
from app.review.errors import ProposalNotFound
from app.review.model.draft import DraftContent, DraftOrigin
from app.review.model.workflow import OPEN_STATES, ProposalState
from app.review.proposals.store import ProposalStore
from app.review.tables.proposal import ProposalRow
from app.review.text.composing import sections_of
from app.review.text.texts import Texts


class Recovery:
    """Makes drafts of proposals, with their files as long as those are stored."""

    def __init__(self, proposals: ProposalStore, texts: Texts, changes: Changes) -> None:
        """Read rows through `proposals` and files through `texts`; `changes` tells who may take a text over."""
        self._proposals = proposals
        self._texts = texts
        self._changes = changes

    def for_revision(self, db: Session, proposal_id: str, person: Person) -> NewDraft:
        """Return a draft of the newest text of an open proposal; raises ProposalNotFound and NotAllowed."""
        row = self._proposals.get(db, proposal_id)
        if ProposalState(row.state) not in OPEN_STATES:
            raise ProposalNotFound(proposal_id)
        if person.id not in (row.author, row.editor):
            self._changes.of(row).permit(person, Action.CURATE)
        draft = self.draft(db, row, person.id, row.id)
        # What was said about an earlier text stands with it; the next one gets a message of its own.
        return replace(draft, content=replace(draft.content, reason=""))

    def draft(self, db: Session, row: ProposalRow, person: str, proposal_id: str | None = None) -> NewDraft:
        """Return the newest text as a draft for `person`; without `proposal_id` it starts a new proposal."""
        newest = self._proposals.newest_round(db, row)
        return NewDraft(
            kind=row.kind,
            person=person,
            origin=DraftOrigin.PROPOSAL,
            content=_content(newest.text, newest.reason),
            files=self._files(row),
            slug=row.slug if proposal_id or row.base else None,
            base=newest.base,
            proposal_id=proposal_id,
            round=row.rounds if proposal_id else None,
        )

    def said_before(self, db: Session, person: Person) -> Mapping[str, JsonValue]:
        """Return where and for whom a person wrote last, so that nobody has to say it in each record anew.

        Nothing where that is not the municipality for which they are known to speak.
        """
        newest = self._proposals.newest_by(db, person.id)
        return whereabouts(_content(newest.text, newest.reason).front, person.municipality) if newest else {}

    def _files(self, row: ProposalRow) -> dict[str, bytes]:
        path = self._texts.path(row.kind, row.slug)
        stored = self._texts.proposed(row.id, path)
        return {name: data for name, data in stored.files.items() if name != INDEX_FILE} if stored else {}


def _content(text: bytes, reason: str) -> DraftContent:
    try:
        document = parse(text)
    except FrontMatterError:
        # Only pushed texts can be unreadable, and those were refused at the door; the words are kept all the same.
        return DraftContent(reason=reason, extra={"text": text.decode("utf-8", "replace")})
    return DraftContent(front=document.front, sections=sections_of(document.body), reason=reason)
