"""Grants and revokes roles; losing the right to invite also withdraws open invitations, which would be a way back."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, audit_log
from app.identity.accounts import GRANTED, PROVIDER
from app.identity.errors import InvitationInvalid, InvitationNotFound, LastOperator, RoleNotFound
from app.identity.models import AccountEvent, Invitation, PersonRow, RoleRow, store_municipality
from app.identity.municipality import Municipality
from app.identity.permissions import Action, may
from app.identity.person import Person, Role, RoleKind
from app.identity.secret import hashed, new_secret
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A role of a person; one from a provider is removed only there. Not `counts`: suspended until the next sign-in."""

    id: int
    role: Role
    from_provider: bool
    counts: bool


class Grants:
    """The roles of all people. `actor` is the id of the person who makes the change, None for the command line."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def of(self, person_id: str) -> tuple[Granted, ...]:
        """Return the roles of a person, oldest first."""
        now = self._clock()
        with self._sessions.reading() as db:
            return tuple(
                Granted(
                    id=row.id or 0,
                    role=row.role,
                    from_provider=row.source == PROVIDER,
                    counts=accounts.counts(row, now),
                )
                for row in accounts.role_rows(db, person_id)
            )

    def grant(self, person_id: str, role: Role, *, actor: str | None) -> Person:
        """Grant a role unless the person has it already. Raises PersonNotFound."""
        with self._sessions.begin() as db:
            person_row, now = accounts.living(db, person_id), self._clock()
            if role not in [row.role for row in accounts.role_rows(db, person_id) if row.source == GRANTED]:
                add(db, person_id, role, GRANTED, now)
                audit_log.record(db, now, actor, AccountEvent.GRANTED, person_id, **_detail(role))
            db.flush()
            return accounts.person(db, person_row, now)

    def revoke_role(self, person_id: str, role: Role, *, actor: str | None) -> None:
        """Revoke a role given by its value; raises the errors of `revoke`."""
        held = [each.id for each in self.of(person_id) if not each.from_provider and each.role == role]
        if not held:
            raise RoleNotFound
        self.revoke(person_id, held[0], actor=actor)

    def revoke(self, person_id: str, grant_id: int, *, actor: str | None) -> None:
        """Revoke a role; raises RoleNotFound, and LastOperator if nobody could grant roles any more."""
        with self._sessions.begin() as db:
            row = db.get(RoleRow, grant_id)
            if row is None or row.person_id != person_id or row.source != GRANTED:
                raise RoleNotFound
            role, now = row.role, self._clock()
            others = [each for each in accounts.role_rows(db, person_id) if each.id != grant_id]
            if role.kind is RoleKind.OPERATOR and not _operates(others, now):
                keep_an_operator(db, without=person_id, now=now)
                withdraw_invitations(db, person_id, actor=actor, at=now)
            db.delete(row)
            audit_log.record(db, now, actor, AccountEvent.REVOKED, person_id, **_detail(role))

    def forget_provider(self, person_id: str) -> None:
        """Delete the roles from a provider, which sets them again at the next sign-in."""
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))


def replace_from_provider(db: Session, person_id: str, roles: Iterable[Role], at: datetime) -> None:
    """Replace the roles that a provider named before; the new ones are in force from `at`."""
    operated = _operates(accounts.role_rows(db, person_id), at)
    db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))
    for role in dict.fromkeys(roles):
        add(db, person_id, role, PROVIDER, at)
    if operated and not _operates(accounts.role_rows(db, person_id), at):
        withdraw_invitations(db, person_id, actor=None, at=at)


def add(db: Session, person_id: str, role: Role, source: str, at: datetime) -> None:
    """Add a row for a role."""
    db.add(RoleRow(person_id=person_id, kind=role.kind, scope=role.scope.limits, source=source, granted_at=at))


def _operates(rows: Iterable[RoleRow], now: datetime) -> bool:
    return any(row.kind == RoleKind.OPERATOR and accounts.counts(row, now) for row in rows)


def keep_an_operator(db: Session, *, without: str, now: datetime) -> None:
    """Raise LastOperator if `without` is the only operator with a role in force."""
    operators = db.scalars(select(RoleRow).where(col(RoleRow.kind) == RoleKind.OPERATOR))
    if {row.person_id for row in operators if accounts.counts(row, now)} == {without}:
        raise LastOperator


def withdraw_invitations(db: Session, inviter: str, *, actor: str | None, at: datetime) -> None:
    """Withdraw unused invitations in the caller's transaction; `actor` is None for a provider and the command line."""
    mine = select(Invitation).where(col(Invitation.inviter_id) == inviter, col(Invitation.used_at).is_(None))
    for row in db.scalars(mine).all():
        withdraw_invitation(db, row, actor=actor, at=at)


def withdraw_invitation(db: Session, row: Invitation, *, actor: str | None, at: datetime) -> None:
    """Withdraw one invitation and log that."""
    db.delete(row)
    audit_log.record(db, at, actor, AccountEvent.INVITATION_WITHDRAWN, None, **_invited(row))


def _invited(row: Invitation) -> Mapping[str, object]:
    key = {"ars": row.municipality_ars} if row.municipality_ars else {}
    return {"invitation": row.id, **_detail(row.role), **key}


def _detail(role: Role) -> dict[str, object]:
    return {"role": role.kind.value, **role.scope.limits}


DAYS = 14
RETENTION = timedelta(days=90)
"""How long used and expired invitations are listed for operators."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewInvitation:
    """A new invitation: `secret` is part of the link and cannot be shown again."""

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
        """Create an invitation to sign in through `provider`; raises PersonNotFound for an unknown inviter."""
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
            audit_log.record(db, now, inviter, AccountEvent.INVITED, None, **_invited(row))
        return NewInvitation(secret=secret, invitation=row)

    def get(self, secret: str) -> Invitation:
        """Return a valid invitation; raises InvitationInvalid."""
        with self._sessions.reading() as db:
            return _open(db, secret, self._clock())

    def listed(self) -> tuple[Invitation, ...]:
        """Return all stored invitations, newest first."""
        query = select(Invitation).order_by(col(Invitation.created_at).desc())
        with self._sessions.reading() as db:
            return tuple(db.scalars(query))

    def withdraw(self, invitation_id: str, *, actor: str) -> None:
        """Withdraw an unused invitation; raises InvitationNotFound."""
        with self._sessions.begin() as db:
            row = db.get(Invitation, invitation_id)
            if row is None or row.used_at is not None:
                raise InvitationNotFound
            withdraw_invitation(db, row, actor=actor, at=self._clock())

    def withdraw_all(self, inviter: str, *, actor: str) -> None:
        """Withdraw all unused invitations of `inviter`, as the operator `actor`."""
        with self._sessions.begin() as db:
            withdraw_invitations(db, inviter, actor=actor, at=self._clock())

    def purge(self) -> None:
        """Delete invitations that expired or were used long ago."""
        with self._sessions.begin() as db:
            db.execute(delete(Invitation).where(col(Invitation.expires_at) <= self._clock() - RETENTION))


def use_invitation(db: Session, secret: str, provider: str, person: PersonRow, now: datetime) -> None:
    """Grant what an invitation promises, in the transaction of the sign-in; raises InvitationInvalid."""
    row = _open(db, secret, now)
    if row.provider != provider:
        raise InvitationInvalid
    row.used_at, row.used_by = now, person.id
    if row.organisation is not None:
        person.organisation, person.organisation_set_here = row.organisation, True
    if row.municipality is not None:
        event = AccountEvent.MUNICIPALITY_SET
        accounts.change_municipality(db, person, row.municipality, event, row.inviter_id, now, set_here=True)
    if row.role not in [each.role for each in accounts.role_rows(db, person.id)]:
        add(db, person.id, row.role, GRANTED, now)
    db.add_all([row, person])
    audit_log.record(db, now, row.inviter_id, AccountEvent.INVITATION_USED, person.id, **_invited(row))


def _open(db: Session, secret: str, now: datetime) -> Invitation:
    query = select(Invitation).where(
        col(Invitation.secret_hash) == hashed(secret),
        col(Invitation.used_at).is_(None),
        col(Invitation.expires_at) > now,
    )
    row = db.scalar(query)
    if row is None:
        raise InvitationInvalid
    inviter = db.get_one(PersonRow, row.inviter_id)
    if inviter.deleted_at is not None or not may(accounts.person(db, inviter, now), Action.ADMINISTER):
        raise InvitationInvalid
    return row
