# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is told that a proposal has a new text."""

from __future__ import annotations

from sqlmodel import Session

from app.review.desk import Desk
from app.review.model.notice import NoticeKind
from app.review.tables.proposal import ProposalRow


def tell_of_round(desk: Desk, db: Session, row: ProposalRow, person: str, *, editor: str | None = None) -> None:
    """Tell everybody but `person`, who brought the newest text of `row`, once; `editor` is who took it over before.

    Approvals of the earlier text are void, so all are told who can decide, whoever wrote. The author learns besides
    that somebody else has written in their text.
    """
    curators = desk.people.curators(*desk.changes.of(row).sides)
    others = {*curators, *desk.store.writers(db, row.id), row.editor or "", editor or ""} - {row.author}
    desk.notices.tell(db, others, NoticeKind.REVISED, row, but=person)
    desk.notices.tell(db, [row.author], NoticeKind.TAKEN_OVER, row, but=person)
