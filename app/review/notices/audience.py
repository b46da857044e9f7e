# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who is told what: the authors of a record, whoever asked a question, everybody around a new revision."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlmodel import Session, col

from app.content.record import Record, RecordRef
from app.review.context import ReviewContext
from app.review.model.proposal import Purpose
from app.review.model.workflow import ProposalState
from app.review.models import ProposalRow, RevisionRow
from app.review.notices.notice import NoticeKind

_WRITING = (Purpose.NEW.value, Purpose.EDIT.value, Purpose.CONFIRMATION.value)


def authors_of(db: Session, kind: str, slug: str) -> frozenset[str]:
    """Return the ids of all whose words or confirmation are published in a record."""
    wrote = (
        select(col(RevisionRow.writer))
        .join(ProposalRow, col(ProposalRow.id) == col(RevisionRow.proposal_id))
        .where(
            col(ProposalRow.kind) == kind,
            col(ProposalRow.slug) == slug,
            col(ProposalRow.state) == ProposalState.PUBLISHED.value,
            col(ProposalRow.purpose).in_(_WRITING),
            col(RevisionRow.wrote),
        )
    )
    return frozenset(db.scalars(wrote)) - {""}


QUESTION = "question"


def tell_answered(desk: ReviewContext, db: Session, row: ProposalRow, record: Record, *, but: str = "") -> None:
    """Tell those who asked, once per question and record; neither those who wrote the record nor `but`."""
    told_already = desk.store.writers(db, row.id) | {row.author, row.editor or "", but}
    for question in _questions(desk, record):
        once = f"answered:{question.id}:{record.id}"
        params = {"title": question.title, "kind": QUESTION, "slug": question.slug, "answer": record.title}
        for person in sorted(authors_of(db, QUESTION, question.slug) - told_already):
            desk.notices.add(db, person, NoticeKind.ANSWERED, params, once=once)


def _questions(desk: ReviewContext, record: Record) -> Iterator[Record]:
    """Yield the published questions of this node that a record names."""
    if record.kind == QUESTION:
        return
    for name in dict.fromkeys(one.target for one in record.relations if one.target.startswith(f"{QUESTION}/")):
        text = desk.texts.published(desk.texts.path(QUESTION, RecordRef.parse(name).slug))
        if text is not None and isinstance(text.found, Record):
            yield text.found


def tell_of_revision(
    desk: ReviewContext, db: Session, row: ProposalRow, person: str, *, editor: str | None = None
) -> None:
    """Tell everybody but `person`, who brought the newest text of `row`, once; `editor` is who took it over before.

    Approvals of the earlier text are void, so all are told who can decide, whoever wrote. The author learns besides
    that somebody else has written in their text.
    """
    curators = desk.people.curators(*desk.changes.of(row).sides)
    others = {*curators, *desk.store.writers(db, row.id), row.editor or "", editor or ""} - {row.author}
    desk.notices.tell(db, others, NoticeKind.REVISED, row, but=person)
    desk.notices.tell(db, [row.author], NoticeKind.TAKEN_OVER, row, but=person)
