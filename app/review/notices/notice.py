"""Notices to people: a row for their page, and a message on its way in the same transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping, Sequence

from sqlalchemy import func, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.review.models import Message, Notice, NoticeKind, Proposal
from app.shared.clock import Clock

_AT_ONCE = 200


class Notices:
    """Tells people what happened. Nobody is told of what they did themselves."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def tell(
        self,
        db: Session,
        people: Iterable[str],
        kind: NoticeKind,
        about: Proposal,
        /,
        *,
        but: str = "",
        **params: str,
    ) -> None:
        """Tell everybody in `people` once, except `but`, about a proposal."""
        # Of what must not be named any more, no title is told either.
        title = {"title": about.title} if about.title else {}
        shown = {**title, "kind": about.kind, "slug": about.slug, **params}
        for person in sorted(set(people) - {"", but}):
            self.add(db, person, kind, shown, proposal_id=about.id)

    def add(
        self,
        db: Session,
        person: str,
        kind: NoticeKind,
        params: Mapping[str, str],
        *,
        proposal_id: str | None = None,
        once: str | None = None,
    ) -> bool:
        """Tell one person; with `once` only if they were not told the same before. Tell whether they were told now."""
        known = select(col(Notice.id)).where(col(Notice.person) == person, col(Notice.once) == once)
        if once is not None and db.execute(known.limit(1)).first() is not None:
            return False
        now = self._clock()
        notice = Notice(person=person, kind=kind, params=params, proposal_id=proposal_id, once=once, at=now)
        db.add(notice)
        db.flush()
        db.add(Message(notice_id=notice.id, token=str(uuid.uuid4()), attempts=0, due_at=now, outcome="", failure=""))
        return True

    def of(self, person: str, *, unread_only: bool = False, limit: int = _AT_ONCE) -> tuple[Notice, ...]:
        """Return what a person was told, the newest first."""
        found = select(Notice).where(col(Notice.person) == person)
        if unread_only:
            found = found.where(col(Notice.read_at).is_(None))
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(Notice.id).desc()).limit(limit)))

    def unread_count(self, person: str) -> int:
        unread = (col(Notice.person) == person, col(Notice.read_at).is_(None))
        with self._sessions.reading() as db:
            return db.execute(select(func.count(col(Notice.id))).where(*unread)).scalar() or 0

    def mark_read(self, person: str, ids: Sequence[int] | None = None) -> None:
        """Call notices read: those with these ids, or all of the person's."""
        change = update(Notice).where(col(Notice.person) == person, col(Notice.read_at).is_(None))
        if ids is not None:
            change = change.where(col(Notice.id).in_(ids))
        with self._sessions.begin() as db:
            db.execute(change.values(read_at=self._clock()))
