# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes down and tells what was published at once, where a crash kept its author's process from doing so."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from app.content.record import Record
from app.review.desk import Desk
from app.review.journal.authors import authors_of
from app.review.model.notice import NoticeKind
from app.review.model.proposal import Purpose
from app.review.tables.proposal import ProposalRow
from app.review.text.texts import StoredText

_TOLD = {Purpose.WITHDRAWAL: NoticeKind.RECORD_WITHDRAWN, Purpose.RESTORATION: NoticeKind.PUBLISHED}
"""What the authors of the record are told. Who confirms a record tells nobody."""


class Retelling:
    """Says the same as the process that was interrupted."""

    def __init__(self, desk: Desk) -> None:
        """Write through `desk`."""
        self._desk = desk

    def tell(self, db: Session, row: ProposalRow, text: StoredText) -> None:
        """Add the line and the notices of a withdrawal, restoration, confirmation or response."""
        purpose = Purpose(row.purpose)
        self._desk.audit.add(db, row.author, purpose.value, row.id, ver=str(text.ver), repaired="yes")
        if purpose in _TOLD:
            authors = authors_of(db, row.kind, row.slug)
            self._desk.notices.tell(db, authors, _TOLD[purpose], row, but=row.author)
        elif purpose is Purpose.RESPONSE and isinstance(text.found, Record):
            self._tell_of_response(db, row, str(text.found.data["target"]))

    def _tell_of_response(self, db: Session, row: ProposalRow, target: str) -> None:
        """Tell the authors of a record of this node; a bare identifier names one, and only what has a row has any."""
        about = db.scalars(
            select(ProposalRow)
            .where(col(ProposalRow.record_id) == target)
            .order_by(col(ProposalRow.changed_at).desc())
            .limit(1)
        ).first()
        if about is not None:
            shown = {"title": about.title, "kind": about.kind, "slug": about.slug}
            authors = authors_of(db, about.kind, about.slug)
            self._desk.notices.tell(db, authors, NoticeKind.RESPONDED, row, but=row.author, **shown)
