# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The audit log: who did what, when. Lines are only ever added."""

from __future__ import annotations

from sqlalchemy import select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.review.models import AuditEvent

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
        self, subject: str | None = None, *, before: int | None = None, limit: int = _AT_ONCE
    ) -> tuple[AuditEvent, ...]:
        """Return lines, the newest first: of one subject, or of all; `before` is the id to go on from."""
        found = select(AuditEvent)
        if subject is not None:
            found = found.where(col(AuditEvent.subject) == subject)
        if before is not None:
            found = found.where(col(AuditEvent.id) < before)
        with self._sessions.reading() as db:
            return tuple(db.scalars(found.order_by(col(AuditEvent.id).desc()).limit(limit)))
