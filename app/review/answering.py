# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells whoever asked a question that a record is published which names it."""

from __future__ import annotations

from collections.abc import Iterator

from sqlmodel import Session

from app.content.record import Record, RecordRef
from app.review.desk import Desk
from app.review.journal.authors import authors_of
from app.review.model.notice import NoticeKind
from app.review.tables.proposal import ProposalRow

QUESTION = "question"


def tell_answered(desk: Desk, db: Session, row: ProposalRow, record: Record, *, but: str = "") -> None:
    """Tell those who asked, once per question and record; neither those who wrote the record nor `but`."""
    told_already = desk.store.writers(db, row.id) | {row.author, row.editor or "", but}
    for question in _questions(desk, record):
        once = f"answered:{question.id}:{record.id}"
        params = {"title": question.title, "kind": QUESTION, "slug": question.slug, "answer": record.title}
        for person in sorted(authors_of(db, QUESTION, question.slug) - told_already):
            desk.notices.add(db, person, NoticeKind.ANSWERED, params, once=once)


def _questions(desk: Desk, record: Record) -> Iterator[Record]:
    """Yield the published questions of this node that a record names."""
    if record.kind == QUESTION:
        return
    for name in dict.fromkeys(one.target for one in record.relations if one.target.startswith(f"{QUESTION}/")):
        text = desk.texts.published(desk.texts.path(QUESTION, RecordRef.parse(name).slug))
        if text is not None and isinstance(text.found, Record):
            yield text.found
