"""Gives and takes roles. Invitations go with the right to invite: otherwise a former operator would keep a way back."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, audit_log
from app.identity.accounts import GRANTED, PROVIDER
from app.identity.errors import LastOperator, RoleNotFound
from app.identity.models import AccountEvent, Invitation, RoleRow
from app.identity.person import Person, Role, RoleKind
from app.shared.clock import Clock


@dataclass(frozen=True, slots=True, kw_only=True)
class Granted:
    """A role that somebody has; one from a provider is taken away there.

    `at` is when it was given, or when the provider named it last; without `counts` it rests until the next sign-in.
    """

    id: int
    role: Role
    from_provider: bool
    at: datetime
    counts: bool


class Grants:
    """The roles of everybody. `actor` is the id of whoever acts, None for the command line."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def of(self, person_id: str) -> tuple[Granted, ...]:
        """Return what somebody was granted, the oldest first."""
        now = self._clock()
        with self._sessions.reading() as db:
            return tuple(
                Granted(
                    id=row.id or 0,
                    role=row.role,
                    from_provider=row.source == PROVIDER,
                    at=row.granted_at,
                    counts=accounts.counts(row, now),
                )
                for row in accounts.role_rows(db, person_id)
            )

    def grant(self, person_id: str, role: Role, *, actor: str | None) -> Person:
        """Give a role; one that somebody has already is not given twice. Raises PersonNotFound."""
        with self._sessions.begin() as db:
            person_row = accounts.living(db, person_id)
            held = (row for row in accounts.role_rows(db, person_id) if row.source == GRANTED)
            now = self._clock()
            if role not in [row.role for row in held]:
                add(db, person_id, role, GRANTED, now)
                audit_log.record(db, now, actor, AccountEvent.GRANTED, person_id, **_detail(role))
            db.flush()
            return accounts.person(db, person_row, now)

    def revoke_role(self, person_id: str, role: Role, *, actor: str | None) -> None:
        """Take a role away that is known by what it is; raises as `revoke` does."""
        held = (each for each in self.of(person_id) if not each.from_provider and each.role == role)
        found = next(held, None)
        if found is None:
            raise RoleNotFound
        self.revoke(person_id, found.id, actor=actor)

    def revoke(self, person_id: str, grant_id: int, *, actor: str | None) -> None:
        """Take a role away; raises RoleNotFound, and LastOperator when nobody could grant anything any more."""
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
        """Drop the roles that a provider named, until it names them at the next sign-in."""
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))


def replace_from_provider(db: Session, person_id: str, roles: Iterable[Role], at: datetime) -> None:
    """Let the roles that a provider tells take the place of those that it told before; they count anew from now."""
    told = tuple(dict.fromkeys(roles))
    operated = _operates(accounts.role_rows(db, person_id), at)
    db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))
    for role in told:
        add(db, person_id, role, PROVIDER, at)
    if operated and not _operates(accounts.role_rows(db, person_id), at):
        withdraw_invitations(db, person_id, actor=None, at=at)


def add(db: Session, person_id: str, role: Role, source: str, at: datetime) -> None:
    """Add one row."""
    db.add(RoleRow(person_id=person_id, kind=role.kind, scope=role.scope.limits, source=source, granted_at=at))


def _operates(rows: Iterable[RoleRow], now: datetime) -> bool:
    return any(row.kind == RoleKind.OPERATOR and accounts.counts(row, now) for row in rows)


def keep_an_operator(db: Session, *, without: str, now: datetime) -> None:
    """Raise LastOperator when `without` is the only operator whose role is in force."""
    operators = db.scalars(select(RoleRow).where(col(RoleRow.kind) == RoleKind.OPERATOR))
    if {row.person_id for row in operators if accounts.counts(row, now)} == {without}:
        raise LastOperator


def withdraw_invitations(db: Session, inviter: str, *, actor: str | None, at: datetime) -> None:
    """Make all links of an inviter worthless that were not used yet, within the transaction of whatever is the cause.

    `actor` is who acts, None for a provider and for the command line.
    """
    mine = select(Invitation).where(col(Invitation.inviter_id) == inviter, col(Invitation.used_at).is_(None))
    for row in db.scalars(mine).all():
        withdraw_invitation(db, row, actor=actor, at=at)


def withdraw_invitation(db: Session, row: Invitation, *, actor: str | None, at: datetime) -> None:
    """Make one link worthless, and record it."""
    db.delete(row)
    audit_log.record(db, at, actor, AccountEvent.INVITATION_WITHDRAWN, None, **invitation_detail(row))


def invitation_detail(row: Invitation) -> Mapping[str, object]:
    """Return what is recorded of an invitation."""
    key = {"ars": row.municipality_ars} if row.municipality_ars else {}
    return {"invitation": row.id, **_detail(row.role), **key}


def _detail(role: Role) -> dict[str, object]:
    return {"role": role.kind.value, **role.scope.limits}
