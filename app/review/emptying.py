"""Deletes words in rows that others refer to, and unreferenced rows, with a draft's files and a notice's messages."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import ColumnElement, Text, delete, select, type_coerce, update
from sqlmodel import Session, col

from app.review.models import Draft, Notice, Proposal, Purpose, Remark, Revision
from app.review.workflow import Step, after

EMPTIED = b"---\nschema: emptied/1\n---\n"
"""Replaces a text: front matter that can be parsed, but no record."""
_TITLE = b"\ntitle:"


def empty(db: Session, rounds: Iterable[Revision]) -> None:
    """Delete the texts of revisions, with their reasons and findings."""
    for one in rounds:
        one.text, one.files, one.problems, one.reason = EMPTIED, (), (), ""
        db.add(one)


def empty_remarks(db: Session, which: ColumnElement[bool], now: datetime) -> None:
    """Delete the words of remarks, with the notices that quote them, and mark them as done."""
    quoting = type_coerce(col(Notice.params), Text).contains('"said"')
    about = col(Notice.proposal_id).in_(select(col(Remark.proposal_id)).where(which))
    db.execute(delete(Notice).where(quoting & about))
    db.execute(update(Remark).where(which, col(Remark.resolved_at).is_(None)).values(resolved_at=now))
    db.execute(update(Remark).where(which).values(text=""))


def end(db: Session, row: Proposal, now: datetime) -> None:
    """Close a proposal if it is open, and delete its title, remarks, notices, and drafts that improve it."""
    if row.state.is_open:
        row.state, row.changed_at = after(row.state, Step.WITHDRAW), now
    row.title = row.reason = ""
    empty_remarks(db, col(Remark.proposal_id) == row.id, now)
    # A draft that was to improve it can no longer be sent.
    db.execute(delete(Draft).where(col(Draft.proposal_id) == row.id))
    titled = type_coerce(col(Notice.params), Text).contains('"title"')
    db.execute(delete(Notice).where(titled & (col(Notice.proposal_id) == row.id)))
    db.add(row)


def forget_record(db: Session, kind: str, slug: str, now: datetime) -> tuple[str, ...]:
    """Delete the words of all proposals, drafts, remarks and notices about a record; return its proposals' ids."""
    mine = (col(Proposal.kind) == kind, col(Proposal.slug) == slug)
    rows = db.scalars(select(Proposal).where(*mine)).all()
    for row in rows:
        rounds = db.scalars(select(Revision).where(col(Revision.proposal_id) == row.id)).all()
        empty(db, (one for one in rounds if row.purpose is not Purpose.WITHDRAWAL or _TITLE in one.text))
        end(db, row, now)
    db.execute(delete(Draft).where((col(Draft.kind) == kind) & (col(Draft.slug) == slug)))
    said = type_coerce(col(Notice.params), Text)
    about = said.contains(f'"kind": "{kind}"') & said.contains(f'"slug": "{slug}"')
    db.execute(delete(Notice).where(about & said.contains('"title"')))
    # A notice told those who asked a question the title of the record as its answer.
    for record_id in {row.record_id for row in rows}:
        db.execute(delete(Notice).where(col(Notice.once).like(f"answered:%:{record_id}")))
    db.flush()
    return tuple(row.id for row in rows)
