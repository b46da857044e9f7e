"""Accounts as they are stored: living ones, with the roles that are in force."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlmodel import Session, col

from app.identity.errors import PersonNotFound
from app.identity.models import PersonRow, RoleRow
from app.identity.person import Person

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
