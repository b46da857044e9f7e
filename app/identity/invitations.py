# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets people in whose town has no provider: through the association's, with a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.identity import (
    accounts as reading,
)
from app.identity import (
    affiliation as homes,
)
from app.identity import (
    affiliation as organisations,
)
from app.identity import (
    audit_log as audit,
)
from app.identity import (
    grants,
    open_invitations,
)
from app.identity.errors import InvitationInvalid, InvitationNotFound, PersonNotFound
from app.identity.models import InvitationRow, PersonRow
from app.identity.municipality import Municipality
from app.identity.permissions import Action, may
from app.identity.person import Role
from app.identity.secret import hashed, new_secret

DAYS = 14
KEPT = timedelta(days=90)
"""For how long used and expired invitations stay on the operators' page."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Invitation:
    """An invitation as the inviter sees it; `for_whom` is what they wrote to recognise it."""

    id: str
    provider: str
    for_whom: str
    organisation: str | None
    municipality: Municipality | None
    role: Role
    expires_at: datetime
    used_at: datetime | None
    used_by: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """A new invitation: `secret` goes into the link and cannot be shown again."""

    secret: str
    invitation: Invitation


class Invitations:
    """All invitations of this node."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def invite(
        self,
        inviter: str,
        provider: str,
        for_whom: str,
        role: Role,
        organisation: str | None,
        municipality: Municipality | None = None,
    ) -> NewInvitation:
        """Make an invitation to sign in through `provider`; raises PersonNotFound for an unknown inviter."""
        secret, now = new_secret(), self._clock()
        row = InvitationRow(
            id=str(uuid4()),
            secret_hash=hashed(secret),
            inviter_id=inviter,
            provider=provider,
            organisation=organisation,
            for_whom=for_whom,
            role=str(role.kind),
            scope=reading.stored_scope(role.scope),
            created_at=now,
            expires_at=now + timedelta(days=DAYS),
        )
        reading.store_municipality(row, municipality)
        with self._sessions.begin() as db:
            reading.living(db, inviter)
            db.add(row)
            audit.record(db, now, inviter, audit.AccountEvent.INVITED, None, **open_invitations.detail(row))
        return NewInvitation(secret=secret, invitation=_invitation(row))

    def get(self, secret: str) -> Invitation:
        """Return an invitation that still holds; raises InvitationInvalid."""
        with self._sessions.reading() as db:
            return _invitation(_open(db, secret, self._clock()))

    def listed(self) -> tuple[Invitation, ...]:
        """Return all invitations that are kept, the newest first."""
        query = select(InvitationRow).order_by(col(InvitationRow.created_at).desc())
        with self._sessions.reading() as db:
            return tuple(_invitation(row) for row in db.execute(query).scalars())

    def withdraw(self, invitation_id: str, *, actor: str) -> None:
        """Make a link worthless that was not used yet; raises InvitationNotFound."""
        with self._sessions.begin() as db:
            row = db.get(InvitationRow, invitation_id)
            if row is None or row.used_at is not None:
                raise InvitationNotFound
            open_invitations.withdraw(db, row, actor=actor, at=self._clock())

    def withdraw_all(self, inviter: str, *, actor: str) -> None:
        """Make all links worthless that `inviter` made and nobody used yet, as the operator `actor`."""
        with self._sessions.begin() as db:
            open_invitations.withdraw_all(db, inviter, actor=actor, at=self._clock())

    def purge(self) -> None:
        """Remove what expired or was used long ago."""
        with self._sessions.begin() as db:
            db.execute(delete(InvitationRow).where(col(InvitationRow.expires_at) <= self._clock() - KEPT))


def use(db: Session, secret: str, provider: str, person: PersonRow, now: datetime) -> None:
    """Give a person what an invitation promises, within the transaction of the sign-in; raises InvitationInvalid."""
    row = _open(db, secret, now)
    if row.provider != provider:
        raise InvitationInvalid
    row.used_at, row.used_by = now, person.id
    organisations.promise_organisation(person, row.organisation)
    homes.promise_municipality(db, person, reading.municipality(row), row.inviter_id, now)
    role = reading.role(row.role, row.scope)
    held = [reading.role(each.kind, each.scope) for each in reading.role_rows(db, person.id)]
    if role not in held:
        grants.add(db, person.id, role, reading.GRANTED, now)
    db.add_all([row, person])
    audit.record(db, now, row.inviter_id, audit.AccountEvent.INVITATION_USED, person.id, **open_invitations.detail(row))


def _open(db: Session, secret: str, now: datetime) -> InvitationRow:
    query = select(InvitationRow).where(
        col(InvitationRow.secret_hash) == hashed(secret),
        col(InvitationRow.used_at).is_(None),
        col(InvitationRow.expires_at) > now,
    )
    row: InvitationRow | None = db.execute(query).scalar()
    if row is None or not _may_invite(db, row.inviter_id, now):
        raise InvitationInvalid
    return row


def _may_invite(db: Session, person_id: str, now: datetime) -> bool:
    try:
        return may(reading.person(db, reading.living(db, person_id), now), Action.ADMINISTER)
    except PersonNotFound:
        return False


def _invitation(row: InvitationRow) -> Invitation:
    return Invitation(
        id=row.id,
        provider=row.provider,
        for_whom=row.for_whom,
        organisation=row.organisation,
        municipality=reading.municipality(row),
        role=reading.role(row.role, row.scope),
        expires_at=row.expires_at,
        used_at=row.used_at,
        used_by=row.used_by,
    )
