# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Notices to people: a row for their page, and a message on its way in the same transaction."""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.review.models import MessageRow, NoticeRow, ProposalRow


class NoticeKind(StrEnum):
    """What happened.

    Of a record that somebody should look at again, `REVIEW_DUE` goes to those who may say that it still holds, and
    `REVIEW_WANTED` to the others who wrote it.
    """

    SUBMITTED = "submitted"
    COMMENTED = "commented"
    CHANGES_REQUESTED = "changes_requested"
    REVISED = "revised"
    TAKEN_OVER = "taken_over"
    APPROVED = "approved"
    PUBLISHED = "published"
    DECLINED = "declined"
    WITHDRAWN = "withdrawn"
    GIVEN_BACK = "given_back"
    RECORD_WITHDRAWN = "record_withdrawn"
    REVIEW_DUE = "review_due"
    REVIEW_WANTED = "review_wanted"
    ANSWERED = "answered"
    RESPONDED = "responded"
    RESPONDED_ELSEWHERE = "responded_elsewhere"


ABOUT_RECORDS = frozenset(
    {
        NoticeKind.PUBLISHED,
        NoticeKind.RECORD_WITHDRAWN,
        NoticeKind.REVIEW_DUE,
        NoticeKind.REVIEW_WANTED,
        NoticeKind.ANSWERED,
        NoticeKind.RESPONDED,
        NoticeKind.RESPONDED_ELSEWHERE,
    }
)
"""After these, one goes on at the page of the record; after all others, at the proposal."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """One line on a person's page. `params` hold title, kind, slug and what else the wording needs."""

    id: int
    person: str
    kind: NoticeKind
    at: datetime
    params: Mapping[str, str] = field(default_factory=dict)
    proposal_id: str | None = None
    read_at: datetime | None = None


_AT_ONCE = 200


class Notices:
    """Tells people what happened. Nobody is told of what they did themselves."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Read through `sessions`; `clock` dates the notices."""
        self._sessions = sessions
        self._clock = clock

    def tell(
        self,
        db: Session,
        people: Iterable[str],
        kind: NoticeKind,
        about: ProposalRow,
        /,
        *,
        but: str = "",
        **params: str,
    ) -> None:
        """Tell everybody in `people` once, except `but`, about a proposal."""
        shown = {"title": about.title, "kind": about.kind, "slug": about.slug, **params}
        for person in sorted(set(people) - {"", but}):
            self.add(db, person, kind, shown, proposal_id=about.id)

    def add(
        self,
        db: Session,
        person: str,
        kind: NoticeKind,
        params: dict[str, str],
        *,
        proposal_id: str | None = None,
        once: str | None = None,
    ) -> bool:
        """Tell one person; with `once` only if they were not told the same before. Tell whether they were told now."""
        if once is not None and self._told(db, person, once):
            return False
        now = self._clock()
        text = json.dumps(params, ensure_ascii=False, sort_keys=True)
        row = NoticeRow(person=person, kind=kind.value, params=text, proposal_id=proposal_id, once=once, at=now)
        db.add(row)
        db.flush()
        db.add(
            MessageRow(notice_id=row.id or 0, token=str(uuid.uuid4()), attempts=0, due_at=now, outcome="", failure="")
        )
        return True

    def of(self, person: str, *, unread_only: bool = False, limit: int = _AT_ONCE) -> tuple[Notice, ...]:
        """Return what a person was told, the newest first."""
        found = select(NoticeRow).where(col(NoticeRow.person) == person)
        if unread_only:
            found = found.where(col(NoticeRow.read_at).is_(None))
        with self._sessions.reading() as db:
            rows = db.scalars(found.order_by(col(NoticeRow.id).desc()).limit(limit)).all()
        return tuple(notice_of(row) for row in rows)

    def unread_count(self, person: str) -> int:
        """Return how many notices a person has not called read."""
        unread = (col(NoticeRow.person) == person, col(NoticeRow.read_at).is_(None))
        with self._sessions.reading() as db:
            return db.execute(select(func.count(col(NoticeRow.id))).where(*unread)).scalar() or 0

    def mark_read(self, person: str, ids: Sequence[int] | None = None) -> None:
        """Call notices read: those with these ids, or all of the person's."""
        change = update(NoticeRow).where(col(NoticeRow.person) == person, col(NoticeRow.read_at).is_(None))
        if ids is not None:
            change = change.where(col(NoticeRow.id).in_(ids))
        with self._sessions.begin() as db:
            db.execute(change.values(read_at=self._clock()))

    def _told(self, db: Session, person: str, once: str) -> bool:
        known = select(col(NoticeRow.id)).where(col(NoticeRow.person) == person, col(NoticeRow.once) == once)
        return db.execute(known.limit(1)).first() is not None


def notice_of(row: NoticeRow) -> Notice:
    """Return the value of a row."""
    return Notice(
        id=row.id or 0,
        person=row.person,
        kind=NoticeKind(row.kind),
        at=row.at,
        params=json.loads(row.params),
        proposal_id=row.proposal_id,
        read_at=row.read_at,
    )
