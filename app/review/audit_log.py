"""The audit log: who did what and when. Append-only."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from sqlalchemy import select
from sqlmodel import Session, col

from app.database import Sessions, in_parts
from app.identity.audit_log import LogFilter
from app.review.models import AuditEvent, Proposal
from app.shared.clock import Clock

_PAGE_SIZE = 200


class AuditLog:
    """Adds an entry in the transaction of its use case, so that neither exists without the other."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def add(self, db: Session, person: str, action: str, subject: str, **params: str) -> None:
        """Add an entry; `params` hold codes and numbers, never text that somebody wrote."""
        db.add(AuditEvent(at=self._clock(), person=person, action=action, subject=subject, params=params))

    def events(
        self, subject: str | None = None, *, wanted: LogFilter | None = None, limit: int = _PAGE_SIZE
    ) -> tuple[AuditEvent, ...]:
        """Return the entries that match `wanted`, newest first, about one subject or about all."""
        wanted = wanted or LogFilter()
        found = select(AuditEvent).where(*wanted.within(col(AuditEvent.at), col(AuditEvent.id)))
        if wanted.kind:
            found = found.where(col(AuditEvent.action) == wanted.kind)
        if wanted.people is not None:
            found = found.where(col(AuditEvent.person).in_(wanted.people))
        if subject is not None:
            found = found.where(col(AuditEvent.subject) == subject)
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(AuditEvent.id).desc()).limit(limit)))

    def proposals(self, ids: Iterable[str]) -> Mapping[str, Proposal]:
        """Return the proposals that entries are about in their current state; deleted ones are missing."""
        with self._sessions.reading() as db:
            rows = (db.scalars(select(Proposal).where(col(Proposal.id).in_(part))) for part in in_parts(set(ids)))
            return {row.id: row for some in rows for row in some}
