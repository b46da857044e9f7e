"""Accounts as they are stored: roles in force, and for whom somebody works and may speak.

The word of a provider is renewed with each sign-in, and taken back when the provider is silent. What operators set, by
hand or by invitation, stays until they change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import audit_log
from app.identity.errors import PersonNotFound
from app.identity.models import AccountEvent, PersonRow, RoleRow, store_municipality
from app.identity.municipality import Municipality
from app.identity.person import Person
from app.shared.clock import Clock

GRANTED, PROVIDER = "granted", "provider"
PROVIDER_COUNTS_FOR = timedelta(days=30)
"""How long after a sign-in the roles count that the provider named with it: keys and messages outlive sessions, and
whoever has left their town does not sign in any more. No session lasts longer than this."""


def living(db: Session, person_id: str) -> PersonRow:
    """Return the row of somebody whose account exists; raises PersonNotFound."""
    row = db.get(PersonRow, person_id)
    if row is None or row.deleted_at is not None:
        raise PersonNotFound
    return row


def role_rows(db: Session, person_id: str) -> Sequence[RoleRow]:
    """Return the rows of somebody's roles, the oldest first."""
    return db.scalars(select(RoleRow).where(col(RoleRow.person_id) == person_id).order_by(col(RoleRow.id))).all()


def counts(row: RoleRow, now: datetime) -> bool:
    """Tell whether a role is in force; one of a provider rests when the last sign-in was too long ago."""
    return row.source != PROVIDER or now - row.granted_at < PROVIDER_COUNTS_FOR


def person(db: Session, row: PersonRow, now: datetime) -> Person:
    """Return the person of a row, with the roles that are in force."""
    return Person(
        id=row.id,
        pseudonym=row.pseudonym or "",
        display_name=row.display_name,
        organisation=row.organisation,
        municipality=row.municipality,
        roles=tuple(each.role for each in role_rows(db, row.id) if counts(each, now)),
    )


class Affiliations:
    """For whom people work and may speak. `actor` is the id of the operator who acts."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def of(self, person_id: str) -> PersonRow:
        """Return the row that says for whom somebody works and on whose word; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return living(db, person_id)

    def release_organisation(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in for whom somebody works, nobody until then; raises PersonNotFound."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = living(db, person_id)
            row.organisation, row.organisation_set_here = None, False
            db.add(row)
            audit_log.record(db, now, actor, AccountEvent.ORGANISATION_RELEASED, person_id)
            return person(db, row, now)

    def set(self, person_id: str, municipality: Municipality | None, *, actor: str) -> Person:
        """Let somebody speak for a municipality, or for none, whatever their sign-in says; raises PersonNotFound."""
        event = AccountEvent.MUNICIPALITY_SET if municipality else AccountEvent.MUNICIPALITY_REMOVED
        return self._change(person_id, event, actor, municipality)

    def release(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in what somebody speaks for, none until then; raises PersonNotFound."""
        return self._change(person_id, AccountEvent.MUNICIPALITY_RELEASED, actor)

    def _change(
        self, person_id: str, event: AccountEvent, actor: str, municipality: Municipality | None = None
    ) -> Person:
        set_here = event is not AccountEvent.MUNICIPALITY_RELEASED
        with self._sessions.begin() as db:
            row, now = living(db, person_id), self._clock()
            change_municipality(db, row, municipality, event, actor, now, set_here=set_here)
            return person(db, row, now)


def change_municipality(
    db: Session,
    row: PersonRow,
    municipality: Municipality | None,
    event: AccountEvent,
    actor: str | None,
    at: datetime,
    *,
    set_here: bool,
) -> None:
    """Let a row have this municipality, and record the keys before and after where that changes anything."""
    before = row.municipality
    if (before, row.municipality_set_here) == (municipality, set_here):
        return
    store_municipality(row, municipality)
    row.municipality_set_here = set_here
    db.add(row)
    keys = {name: place.ars for name, place in (("ars", municipality), ("before", before)) if place}
    audit_log.record(db, at, actor, event, row.id, **keys)
