"""Accounts as they are stored: roles in force, and for whom somebody works and may speak.

The word of a provider is renewed with each sign-in, and taken back when the provider is silent. What operators set, by
hand or by invitation, stays until they change it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
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
"""For how long after a sign-in the roles count that the provider named with it: keys and messages outlive sessions, and
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


class Organisations:
    """The organisations of everybody. `actor` is the id of the operator who acts."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def set_here(self, person_id: str) -> bool:
        """Tell whether an invitation named somebody's organisation, and not the provider; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return living(db, person_id).organisation_set_here

    def release(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in for whom somebody works, nobody until then; raises PersonNotFound."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = living(db, person_id)
            row.organisation, row.organisation_set_here = None, False
            db.add(row)
            audit_log.record(db, now, actor, AccountEvent.ORGANISATION_RELEASED, person_id)
            return person(db, row, now)


def take_over_organisation(row: PersonRow, told: str | None) -> None:
    """Let a provider's word hold where no invitation has named an organisation, at the sign-in."""
    if not row.organisation_set_here:
        row.organisation = told


def promise_organisation(row: PersonRow, promised: str | None) -> None:
    """Give what an invitation promises, at the sign-in; one that names no organisation changes nothing."""
    if promised is not None:
        row.organisation, row.organisation_set_here = promised, True


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
            row = living(db, person_id)
            return Home(municipality=row.municipality, set_here=row.municipality_set_here)

    def set(self, person_id: str, municipality: Municipality, *, actor: str) -> Person:
        """Let somebody speak for a municipality, whatever their sign-in says; raises PersonNotFound."""
        return self._change(
            person_id, Home(municipality=municipality, set_here=True), AccountEvent.MUNICIPALITY_SET, actor
        )

    def remove(self, person_id: str, *, actor: str) -> Person:
        """Let somebody speak for none, whatever their sign-in says; raises PersonNotFound."""
        return self._change(person_id, Home(municipality=None, set_here=True), AccountEvent.MUNICIPALITY_REMOVED, actor)

    def release(self, person_id: str, *, actor: str) -> Person:
        """Leave it to the next sign-in what somebody speaks for, none until then; raises PersonNotFound."""
        return self._change(
            person_id, Home(municipality=None, set_here=False), AccountEvent.MUNICIPALITY_RELEASED, actor
        )

    def _change(self, person_id: str, to: Home, event: AccountEvent, actor: str) -> Person:
        with self._sessions.begin() as db:
            row = living(db, person_id)
            now = self._clock()
            _store(db, row, to, event, actor, now)
            return person(db, row, now)


def take_over_municipality(db: Session, row: PersonRow, told: Municipality | None, at: datetime) -> None:
    """Let a provider's word hold where nobody here has decided, within the transaction of the sign-in."""
    if not row.municipality_set_here:
        event = AccountEvent.MUNICIPALITY_SET if told else AccountEvent.MUNICIPALITY_REMOVED
        _store(db, row, Home(municipality=told, set_here=False), event, None, at)


def promise_municipality(
    db: Session, row: PersonRow, promised: Municipality | None, inviter: str, at: datetime
) -> None:
    """Give what the invitation of the operator `inviter` promises, within the transaction of the sign-in."""
    if promised is not None:
        _store(db, row, Home(municipality=promised, set_here=True), AccountEvent.MUNICIPALITY_SET, inviter, at)


def _store(db: Session, row: PersonRow, to: Home, event: AccountEvent, actor: str | None, at: datetime) -> None:
    """Let a row have this municipality, and record both keys where that changes anything."""
    before = row.municipality
    if Home(municipality=before, set_here=row.municipality_set_here) == to:
        return
    store_municipality(row, to.municipality)
    row.municipality_set_here = to.set_here
    db.add(row)
    places = {"ars": to.municipality, "before": before}
    keys = {name: place.ars for name, place in places.items() if place}
    audit_log.record(db, at, actor, event, row.id, **keys)
