"""Accounts. Sign-ins replace what a provider claimed; what operators set stays until they change it."""

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
"""How long after a sign-in the roles claimed by the provider remain in force. Tokens and messages outlive sessions, but
people who have left their town can no longer sign in. No session lasts longer."""


def living(db: Session, person_id: str) -> PersonRow:
    """Return the row of a person whose account exists; raises PersonNotFound."""
    row = db.get(PersonRow, person_id)
    if row is None or row.deleted_at is not None:
        raise PersonNotFound
    return row


def role_rows(db: Session, person_id: str) -> Sequence[RoleRow]:
    """Return a person's role rows, oldest first."""
    return db.scalars(select(RoleRow).where(col(RoleRow.person_id) == person_id).order_by(col(RoleRow.id))).all()


def counts(row: RoleRow, now: datetime) -> bool:
    """Return whether a role is in force; a provider's role is suspended if the last sign-in is too long ago."""
    return row.source != PROVIDER or now - row.granted_at < PROVIDER_COUNTS_FOR


def person(db: Session, row: PersonRow, now: datetime) -> Person:
    """Return the person of a row, with the roles in force."""
    return Person(
        id=row.id,
        pseudonym=row.pseudonym or "",
        display_name=row.display_name,
        organisation=row.organisation,
        municipality=row.municipality,
        roles=tuple(each.role for each in role_rows(db, row.id) if counts(each, now)),
    )


class Affiliations:
    """Organisations and municipalities of people. `actor` is the id of the operator who makes the change."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def of(self, person_id: str) -> PersonRow:
        """Return the row with a person's organisation and municipality and who set them; raises PersonNotFound."""
        with self._sessions.reading() as db:
            return living(db, person_id)

    def release_organisation(self, person_id: str, *, actor: str) -> Person:
        """Clear the organisation and let the next sign-in set it again; raises PersonNotFound."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = living(db, person_id)
            row.organisation, row.organisation_set_here = None, False
            db.add(row)
            audit_log.record(db, now, actor, AccountEvent.ORGANISATION_RELEASED, person_id)
            return person(db, row, now)

    def set(self, person_id: str, municipality: Municipality | None, *, actor: str) -> Person:
        """Set the municipality a person speaks for, or none, overriding their provider; raises PersonNotFound."""
        event = AccountEvent.MUNICIPALITY_SET if municipality else AccountEvent.MUNICIPALITY_REMOVED
        return self._change(person_id, event, actor, municipality)

    def release(self, person_id: str, *, actor: str) -> Person:
        """Clear the municipality and let the next sign-in set it again; raises PersonNotFound."""
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
    """Set the municipality of a row; if that changes anything, log the keys before and after."""
    before = row.municipality
    if (before, row.municipality_set_here) == (municipality, set_here):
        return
    store_municipality(row, municipality)
    row.municipality_set_here = set_here
    db.add(row)
    keys = {name: place.ars for name, place in (("ars", municipality), ("before", before)) if place}
    audit_log.record(db, at, actor, event, row.id, **keys)
