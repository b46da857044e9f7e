"""The recipients of notices: authors of a record, people who asked a question, all concerned by a revision."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlmodel import Session, col

from app.records.record import Record, RecordRef
from app.review.context import ReviewContext
from app.review.models import NoticeKind, Proposal, Purpose, Revision
from app.review.workflow import ProposalState

_WRITING = (Purpose.NEW, Purpose.EDIT, Purpose.CONFIRMATION)


def authors_of(db: Session, kind: str, slug: str, by: Collection[Purpose] = _WRITING) -> frozenset[str]:
    """Return the ids of all whose words or confirmation are published in a record, by proposals for these purposes."""
    wrote = (
        select(col(Revision.writer))
        .join(Proposal, col(Proposal.id) == col(Revision.proposal_id))
        .where(
            col(Proposal.kind) == kind,
            col(Proposal.slug) == slug,
            col(Proposal.state) == ProposalState.PUBLISHED,
            col(Proposal.purpose).in_(by),
            col(Revision.wrote),
        )
    )
    return frozenset(db.scalars(wrote)) - {""}


QUESTION = "question"


def tell_answered(context: ReviewContext, db: Session, row: Proposal, record: Record, *, but: str = "") -> None:
    """Notify those who asked, once per question and record, except the record's writers and `but`."""
    told_already = context.store.writers(db, row.id) | {row.author, row.editor or "", but}
    names = [] if record.kind == QUESTION else [relation.target for relation in record.relations]
    for name in dict.fromkeys(one for one in names if one.startswith(f"{QUESTION}/")):
        text = context.texts.published(context.texts.path(QUESTION, RecordRef.parse(name).slug))
        if text is None or not isinstance(text.found, Record):
            continue
        question = text.found
        once = f"answered:{question.id}:{record.id}"
        params = {"title": question.title, "kind": QUESTION, "slug": question.slug, "answer": record.title}
        for person in sorted(authors_of(db, QUESTION, question.slug) - told_already):
            context.notices.add(db, person, NoticeKind.ANSWERED, params, once=once)


def tell_published(context: ReviewContext, db: Session, row: Proposal, record: Record | None, *, but: str = "") -> None:
    """Notify all writers of a proposal that it is published, and those whose question its `record` answers."""
    told = {row.author, row.editor or "", *context.store.writers(db, row.id)}
    context.notices.tell(db, told, NoticeKind.PUBLISHED, row, but=but)
    if record is not None:
        tell_answered(context, db, row, record, but=but)


def tell_withdrawn(context: ReviewContext, db: Session, row: Proposal, reason: str, note: str | None) -> None:
    """Notify the authors of a record of its withdrawal, the reason, and whether editors or the operator decided."""
    labels = {f"reason_{lang}": context.schemas.label("withdrawn.reason", reason, lang) for lang in ("de", "en")}
    said = {**labels, "note": (note or "").strip(), "by": "editors" if row.author else "operator"}
    people = authors_of(db, row.kind, row.slug)
    context.notices.tell(db, people, NoticeKind.RECORD_WITHDRAWN, row, but=row.author, **said)


def tell_of_revision(
    context: ReviewContext, db: Session, row: Proposal, person: str, *, editor: str | None = None
) -> None:
    """Notify all concerned except `person`, who sent the newest text of `row`; `editor` took it over before.

    Approvals of the earlier text are void, so everybody who can decide is notified. The author is also told that
    somebody else has written in their text.
    """
    curators = context.people.curators(*context.change(row).sides)
    others = {*curators, *context.store.writers(db, row.id), row.editor or "", editor or ""} - {row.author}
    context.notices.tell(db, others, NoticeKind.REVISED, row, but=person)
    context.notices.tell(db, [row.author], NoticeKind.TAKEN_OVER, row, but=person)
