"""The log of changes to people and roles. Entries contain only ids, so deleting an account removes the name."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Mapped
from sqlmodel import Session, col

from app.database import Sessions
from app.identity.models import AccountEvent, AuditEntry


def record(
    db: Session, at: datetime, actor: str | None, event: AccountEvent, person_id: str | None, **detail: object
) -> None:
    """Add an entry in the transaction that makes the change."""
    db.add(AuditEntry(at=at, actor=actor, event=event, person_id=person_id, detail=detail))


@dataclass(frozen=True, slots=True, kw_only=True)
class LogFilter:
    """Selects log entries: by kind ("" for all), person, period, and position before a given entry."""

    kind: str = ""
    people: tuple[str, ...] | None = None
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None

    def within(self, at: Mapped[datetime], number: Mapped[int] | Mapped[int | None]) -> Iterator[ColumnElement[bool]]:
        """Yield the conditions on time and position, for the columns given."""
        if self.since:
            yield at >= self.since
        if self.until:
            yield at < self.until
        if self.before is not None:
            yield number < self.before


class AuditReader:
    """Reads the log of people and roles."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def latest(
        self, limit: int = 100, person_id: str | None = None, wanted: LogFilter | None = None
    ) -> tuple[AuditEntry, ...]:
        """Return the entries that match `wanted`, newest first; with `person_id`, those about one person."""
        wanted = wanted or LogFilter()
        found = select(AuditEntry).where(*wanted.within(col(AuditEntry.at), col(AuditEntry.id)))
        if person_id is not None:
            found = found.where(col(AuditEntry.person_id) == person_id)
        if wanted.kind:
            found = found.where(col(AuditEntry.event) == AccountEvent(wanted.kind))
        if wanted.people is not None:
            actor, about = col(AuditEntry.actor), col(AuditEntry.person_id)
            found = found.where(or_(actor.in_(wanted.people), about.in_(wanted.people)))
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(AuditEntry.id).desc()).limit(limit)))

    def forget(self, before: datetime) -> None:
        """Delete the entries from before `before`."""
        with self._sessions.begin() as db:
            db.execute(delete(AuditEntry).where(col(AuditEntry.at) < before))

    def not_erased(self) -> tuple[str, ...]:
        """Return the ids of deleted accounts whose data may remain in files of the node."""
        entry = AuditEntry
        erased = select(col(entry.person_id)).where(col(entry.event) == AccountEvent.ERASED)
        deleted = (col(entry.event) == AccountEvent.DELETED, col(entry.person_id).not_in(erased))
        query = select(col(entry.person_id)).where(*deleted).distinct()
        with self._sessions.reading() as db:
            return tuple(sorted(person_id for person_id in db.scalars(query) if person_id))
