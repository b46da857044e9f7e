# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The audit log: who did what, when. Lines are only ever added."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.review.models import EventRow


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditEvent:
    """Who (`person`, an opaque id, empty for the node itself) did what (`action`) to what (`subject`), when.

    `subject` is a proposal's id or a record as `<kind>/<slug>`; `params` hold codes and numbers, never free text.
    """

    id: int
    at: datetime
    person: str
    action: str
    subject: str
    params: Mapping[str, str] = field(default_factory=dict)


_AT_ONCE = 200


class AuditLog:
    """Writes inside the transaction of the use case that it tells of, so that neither exists alone."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Read through `sessions`; `clock` dates the lines."""
        self._sessions = sessions
        self._clock = clock

    def add(self, db: Session, person: str, action: str, subject: str, **params: str) -> None:
        """Add a line; `params` hold codes and numbers, never what somebody wrote."""
        row = EventRow(
            at=self._clock(), person=person, action=action, subject=subject, params=json.dumps(params, sort_keys=True)
        )
        db.add(row)

    def events(
        self, subject: str | None = None, *, before: int | None = None, limit: int = _AT_ONCE
    ) -> tuple[AuditEvent, ...]:
        """Return lines, the newest first: of one subject, or of all; `before` is the id to go on from."""
        found = select(EventRow)
        if subject is not None:
            found = found.where(col(EventRow.subject) == subject)
        if before is not None:
            found = found.where(col(EventRow.id) < before)
        with self._sessions.reading() as db:
            rows = db.scalars(found.order_by(col(EventRow.id).desc()).limit(limit)).all()
        return tuple(_event(row) for row in rows)


def _event(row: EventRow) -> AuditEvent:
    params: Mapping[str, str] = json.loads(row.params)
    return AuditEvent(
        id=row.id or 0, at=row.at, person=row.person, action=row.action, subject=row.subject, params=params
    )
