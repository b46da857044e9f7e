# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Completes the rows of what is published already."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from app.content.proposals import ProposalCommit
from app.content.record import Record
from app.review.context import ReviewContext
from app.review.model.workflow import ProposalState, Step
from app.review.models import AT_ONCE, NoticeKind, Proposal, Purpose
from app.review.notices.audience import authors_of, tell_answered
from app.review.proposals.store import revision_of
from app.review.text.examiner import Checked
from app.review.text.stored import StoredText

_TOLD = {Purpose.WITHDRAWAL: NoticeKind.RECORD_WITHDRAWN, Purpose.RESTORATION: NoticeKind.PUBLISHED}
"""What the authors of the record are told. Who confirms a record tells nobody."""


NODE = ""
"""The person behind what the node does itself."""


class Completer:
    """Writes what the interrupted process would have written."""

    def __init__(self, context: ReviewContext) -> None:
        """Write through `context`."""
        self._context = context

    def complete(self, proposal_id: str, publication: ProposalCommit) -> None:
        """Make the row of a proposal say that it is published; make the row where there is none."""
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._context.texts.path(kind, slug)
        text = self._context.texts.at(path, publication.commit)
        with self._context.sessions.begin() as db:
            row = db.get(Proposal, proposal_id)
            if row is None:
                row = self._added(db, proposal_id, publication, text)
            else:
                row.state, row.ver, row.changed_at = ProposalState.PUBLISHED, text.ver, publication.at
                db.add(row)
            if row.purpose in AT_ONCE:
                self._retell(db, row, text)
            else:
                self._tell(db, row, text)
        self._context.refs.drop(proposal_id)

    def _tell(self, db: Session, row: Proposal, text: StoredText) -> None:
        # Who pressed the button stands nowhere in git.
        self._context.audit.add(db, NODE, Step.PUBLISH.value, row.id, ver=str(text.ver), repaired="yes")
        told = {row.author, row.editor or "", *self._context.store.writers(db, row.id)}
        self._context.notices.tell(db, told, NoticeKind.PUBLISHED, row)
        if isinstance(text.found, Record):
            tell_answered(self._context, db, row, text.found)

    def _retell(self, db: Session, row: Proposal, text: StoredText) -> None:
        """Say of what nobody reviews the same as the process that was interrupted."""
        purpose = row.purpose
        self._context.audit.add(db, row.author, purpose.value, row.id, ver=str(text.ver), repaired="yes")
        if purpose in _TOLD:
            authors = authors_of(db, row.kind, row.slug)
            self._context.notices.tell(db, authors, _TOLD[purpose], row, but=row.author)
        elif purpose is Purpose.RESPONSE and isinstance(text.found, Record):
            self._tell_of_response(db, row, str(text.found.data["target"]))

    def _tell_of_response(self, db: Session, row: Proposal, target: str) -> None:
        """Tell the authors of a record of this node; a bare identifier names one, and only what has a row has any."""
        about = db.scalars(
            select(Proposal).where(col(Proposal.record_id) == target).order_by(col(Proposal.changed_at).desc()).limit(1)
        ).first()
        if about is not None:
            shown = {"title": about.title, "kind": about.kind, "slug": about.slug}
            authors = authors_of(db, about.kind, about.slug)
            self._context.notices.tell(db, authors, NoticeKind.RESPONDED, row, but=row.author, **shown)

    def _added(self, db: Session, proposal_id: str, publication: ProposalCommit, text: StoredText) -> Proposal:
        kind, _, slug = publication.trailer("Record").partition("/")
        path = self._context.texts.path(kind, slug)
        about = text.found if isinstance(text.found, Record) else self._context.texts.last_record(path)
        row = Proposal(
            id=proposal_id,
            kind=kind,
            slug=slug,
            purpose=Purpose(publication.trailer("Purpose") or Purpose.EDIT),
            state=ProposalState.PUBLISHED,
            ver=text.ver,
        )
        first = revision_of(
            Checked(path=path, files=text.files, problems=(), record=about),
            writer=self._context.people.id_of(publication.author) or NODE,
            pseudonym=publication.author,
            base=None,
            at=publication.at,
            digest=text.found.digest,
        )
        self._context.store.add(db, row, first, about)
        return row
