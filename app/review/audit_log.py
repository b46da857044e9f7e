"""The audit log: who did what, when. Lines are only ever added."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from sqlalchemy import ColumnElement, select
from sqlmodel import Session, col

from app.database import Sessions, in_parts
from app.identity.audit_log import LogFilter
from app.review.models import AuditEvent, Proposal
from app.shared.clock import Clock

_AT_ONCE = 200


class AuditLog:
    """Writes inside the transaction of the use case that it tells of, so that neither exists alone."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def add(self, db: Session, person: str, action: str, subject: str, **params: str) -> None:
        """Add a line; `params` hold codes and numbers, never what somebody wrote."""
        db.add(AuditEvent(at=self._clock(), person=person, action=action, subject=subject, params=params))

    def events(
        self, subject: str | None = None, *, wanted: LogFilter | None = None, limit: int = _AT_ONCE
    ) -> tuple[AuditEvent, ...]:
        """Return lines that are wanted, the newest first: of one subject, or of all."""
        found = select(AuditEvent).where(*_fits(wanted or LogFilter()))
        if subject is not None:
            found = found.where(col(AuditEvent.subject) == subject)
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(AuditEvent.id).desc()).limit(limit)))

    def proposals(self, ids: Iterable[str]) -> Mapping[str, Proposal]:
        """Return the proposals that lines are about, as they are now; those that are gone are missing."""
        with self._sessions.reading() as db:
            rows = (db.scalars(select(Proposal).where(col(Proposal.id).in_(part))) for part in in_parts(set(ids)))
            return {row.id: row for some in rows for row in some}


def _fits(wanted: LogFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.kind:
        yield col(AuditEvent.action) == wanted.kind
    if wanted.people is not None:
        yield col(AuditEvent.person).in_(wanted.people)
    yield from wanted.within(col(AuditEvent.at), col(AuditEvent.id))
