# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""In the name of which municipality somebody may speak, and on whose word.

A provider's word is renewed with each sign-in, and taken back when the provider says nothing any more. What operators
set, by hand or with an invitation, stays until they change it.
"""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import Clock
from app.db import Sessions
from app.identity import audit, reading
from app.identity.municipality import Municipality
from app.identity.person import Person
from app.identity.tables import PersonRow


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    """The municipality of a person, None where it is not known or was taken away; `set_here`: by operators."""

    municipality: Municipality | None
    set_here: bool


class Homes:
    """The municipalities of everybody. `actor` is the id of the operator who acts."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def of(self, person_id: str) -> Home:
        """Return somebody's municipality and whose word it is; raises PersonNotFound."""
        with self._sessions.reading() as db:
            row = reading.living(db, person_id)
            return Home(municipality=reading.municipality(row), set_here=row.municipality_set_here)

    def set(self, person_id: str, municipality: Municipality, *, actor: str) -> Person:
        """Let somebody speak for a municipality, whatever their sign-in says; raises PersonNotFound."""
        return self._change(person_id, municipality, True, audit.AuditEvent.MUNICIPALITY_SET, actor)

    def remove(self, person_id: str, *, actor: str) -> Person:
        """Let somebody speak for none, whatever their sign-in says; raises PersonNotFound."""
        return self._change(person_id, None, True, audit.AuditEvent.MUNICIPALITY_REMOVED, actor)

    def release(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in what somebody speaks for, none until then; raises PersonNotFound."""
        return self._change(person_id, None, False, audit.AuditEvent.MUNICIPALITY_RELEASED, actor)

    def _change(
        self, person_id: str, to: Municipality | None, set_here: bool, event: audit.AuditEvent, actor: str
    ) -> Person:
        with self._sessions.begin() as db:
            row = reading.living(db, person_id)
            before = reading.municipality(row)
            if (before, row.municipality_set_here) != (to, set_here):
                reading.store_municipality(row, to)
                row.municipality_set_here = set_here
                db.add(row)
                detail = {"ars": to.ars if to else None, "before": before.ars if before else None}
                audit.record(db, self._clock(), actor, event, person_id, **{k: v for k, v in detail.items() if v})
            return reading.person(db, row)


def take_over(row: PersonRow, told: Municipality | None) -> None:
    """Let a provider's word hold where nobody here has decided, within the transaction of the sign-in."""
    if not row.municipality_set_here:
        reading.store_municipality(row, told)


def invite(row: PersonRow, promised: Municipality | None) -> None:
    """Give what an invitation promises, within the transaction of the sign-in."""
    if promised is not None:
        reading.store_municipality(row, promised)
        row.municipality_set_here = True
