"""Lets people in whose town has no provider: through the association's, with a link that works once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, affiliation, audit_log, grants
from app.identity.errors import InvitationInvalid, InvitationNotFound, PersonNotFound
from app.identity.models import AccountEvent, Invitation, PersonRow, store_municipality
from app.identity.municipality import Municipality
from app.identity.permissions import Action, may
from app.identity.person import Role
from app.identity.secret import hashed, new_secret
from app.shared.clock import Clock

DAYS = 14
KEPT = timedelta(days=90)
"""For how long used and expired invitations stay on the operators' page."""


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
        row = Invitation(
            id=str(uuid4()),
            secret_hash=hashed(secret),
            inviter_id=inviter,
            provider=provider,
            organisation=organisation,
            for_whom=for_whom,
            kind=role.kind,
            scope=role.scope.limits,
            created_at=now,
            expires_at=now + timedelta(days=DAYS),
        )
        store_municipality(row, municipality)
        with self._sessions.begin() as db:
            accounts.living(db, inviter)
            db.add(row)
            audit_log.record(db, now, inviter, AccountEvent.INVITED, None, **grants.invitation_detail(row))
        return NewInvitation(secret=secret, invitation=row)

    def get(self, secret: str) -> Invitation:
        """Return an invitation that still holds; raises InvitationInvalid."""
        with self._sessions.reading() as db:
            return _open(db, secret, self._clock())

    def listed(self) -> tuple[Invitation, ...]:
        """Return all invitations that are kept, the newest first."""
        query = select(Invitation).order_by(col(Invitation.created_at).desc())
        with self._sessions.reading() as db:
            return tuple(db.scalars(query))

    def withdraw(self, invitation_id: str, *, actor: str) -> None:
        """Make a link worthless that was not used yet; raises InvitationNotFound."""
        with self._sessions.begin() as db:
            row = db.get(Invitation, invitation_id)
            if row is None or row.used_at is not None:
                raise InvitationNotFound
            grants.withdraw_invitation(db, row, actor=actor, at=self._clock())

    def withdraw_all(self, inviter: str, *, actor: str) -> None:
        """Make all links worthless that `inviter` made and nobody used yet, as the operator `actor`."""
        with self._sessions.begin() as db:
            grants.withdraw_invitations(db, inviter, actor=actor, at=self._clock())

    def purge(self) -> None:
        """Remove what expired or was used long ago."""
        with self._sessions.begin() as db:
            db.execute(delete(Invitation).where(col(Invitation.expires_at) <= self._clock() - KEPT))


def use(db: Session, secret: str, provider: str, person: PersonRow, now: datetime) -> None:
    """Give a person what an invitation promises, within the transaction of the sign-in; raises InvitationInvalid."""
    row = _open(db, secret, now)
    if row.provider != provider:
        raise InvitationInvalid
    row.used_at, row.used_by = now, person.id
    affiliation.promise_organisation(person, row.organisation)
    affiliation.promise_municipality(db, person, row.municipality, row.inviter_id, now)
    if row.role not in [each.role for each in accounts.role_rows(db, person.id)]:
        grants.add(db, person.id, row.role, accounts.GRANTED, now)
    db.add_all([row, person])
    audit_log.record(db, now, row.inviter_id, AccountEvent.INVITATION_USED, person.id, **grants.invitation_detail(row))


def _open(db: Session, secret: str, now: datetime) -> Invitation:
    query = select(Invitation).where(
        col(Invitation.secret_hash) == hashed(secret),
        col(Invitation.used_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    row = db.scalar(query)
    if row is None or not _may_invite(db, row.inviter_id, now):
        raise InvitationInvalid
    return row


def _may_invite(db: Session, person_id: str, now: datetime) -> bool:
    try:
        return may(accounts.person(db, accounts.living(db, person_id), now), Action.ADMINISTER)
    except PersonNotFound:
        return False
