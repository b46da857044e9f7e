# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""For which organisation somebody works, and on whose word.

A provider's word is renewed with each sign-in, and taken back when the provider says nothing any more. What an
invitation named stays until operators leave it to the sign-in.
"""

from __future__ import annotations

from app.clock import Clock
from app.db import Sessions
from app.identity import audit, reading
from app.identity.audit import AuditEvent
from app.identity.person import Person
from app.identity.tables import PersonRow


class Organisations:
    """The organisations of everybody. `actor` is the id of the operator who acts."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def set_here(self, person_id: str) -> bool:
        """Tell whether an invitation named somebody's organisation, and not the provider; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return reading.living(db, person_id).organisation_set_here

    def release(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in for whom somebody works, nobody until then; raises PersonNotFound."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = reading.living(db, person_id)
            row.organisation, row.organisation_set_here = None, False
            db.add(row)
            audit.record(db, now, actor, AuditEvent.ORGANISATION_RELEASED, person_id)
            return reading.person(db, row, now)


def take_over(row: PersonRow, told: str | None) -> None:
    """Let a provider's word hold where no invitation has named an organisation, at the sign-in."""
    if not row.organisation_set_here:
        row.organisation = told


def invite(row: PersonRow, promised: str | None) -> None:
    """Give what an invitation promises, at the sign-in; one that names no organisation changes nothing."""
    if promised is not None:
        row.organisation, row.organisation_set_here = promised, True
