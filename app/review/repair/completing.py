# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Completes the rows of what is published already."""

from __future__ import annotations

from sqlmodel import Session

from app.content.proposals import Publication
from app.content.record import Record
from app.review.answering import tell_answered
from app.review.desk import Desk
from app.review.model.notice import NoticeKind
from app.review.model.proposal import AT_ONCE, Purpose
from app.review.model.workflow import ProposalState, Step
from app.review.proposals.store import NewProposal, NewRound
from app.review.repair.retelling import Retelling
from app.review.tables.proposal import ProposalRow
from app.review.text.examining import Checked
from app.review.text.texts import StoredText

NODE = ""
"""The person behind what the node does itself."""


class Completer:
    """Writes what the interrupted process would have written."""

    def __init__(self, desk: Desk) -> None:
        """Write through `desk`."""
        self._desk = desk
        self._retelling = Retelling(desk)

    def complete(self, proposal_id: str, publication: Publication) -> None:
        """Make the row of a proposal say that it is published; make the row where there is none."""
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._desk.texts.path(kind, slug)
        text = self._desk.texts.at(path, publication.commit)
        with self._desk.sessions.begin() as db:
            row = self._desk.store.find(db, proposal_id)
            if row is None:
                row = self._added(db, proposal_id, publication, text)
            else:
                row.state, row.ver, row.changed_at = ProposalState.PUBLISHED.value, text.ver, publication.at
                db.add(row)
            if Purpose(row.purpose) in AT_ONCE:
                self._retelling.tell(db, row, text)
            else:
                self._tell(db, row, text)
        self._desk.refs.drop(proposal_id)

    def _tell(self, db: Session, row: ProposalRow, text: StoredText) -> None:
        # Who pressed the button stands nowhere in git.
        self._desk.audit.add(db, NODE, Step.PUBLISH.value, row.id, ver=str(text.ver), repaired="yes")
        told = {row.author, row.editor or "", *self._desk.store.writers(db, row.id)}
        self._desk.notices.tell(db, told, NoticeKind.PUBLISHED, row)
        if isinstance(text.found, Record):
            tell_answered(self._desk, db, row, text.found)

    def _added(self, db: Session, proposal_id: str, publication: Publication, text: StoredText) -> ProposalRow:
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._desk.texts.path(kind, slug)
        record = text.found if isinstance(text.found, Record) else self._desk.texts.last_good(path).found
        about = record if isinstance(record, Record) else None
        new = NewProposal(
            id=proposal_id,
            kind=kind,
            slug=slug,
            purpose=Purpose(publication.trailer("Purpose") or Purpose.EDIT),
            state=ProposalState.PUBLISHED,
            ver=text.ver,
        )
        first = NewRound(
            checked=Checked(path=path, files=text.files, problems=(), record=about),
            writer=self._desk.people.id_of(publication.author) or NODE,
            pseudonym=publication.author,
            base=None,
            at=publication.at,
            digest=text.found.digest,
        )
        return self._desk.store.add(db, new, first)
