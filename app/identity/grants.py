# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gives and takes roles."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.identity import accounts as reading
from app.identity import audit_log as audit
from app.identity import open_invitations
from app.identity.accounts import GRANTED, PROVIDER
from app.identity.errors import RoleNotFound
from app.identity.models import RoleRow
from app.identity.people import keep_an_operator
from app.identity.person import Person, Role, RoleKind


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
            return tuple(_granted(row, now) for row in reading.role_rows(db, person_id))

    def grant(self, person_id: str, role: Role, *, actor: str | None) -> Person:
        """Give a role; one that somebody has already is not given twice. Raises PersonNotFound."""
        with self._sessions.begin() as db:
            person_row = reading.living(db, person_id)
            held = (row for row in reading.role_rows(db, person_id) if row.source == GRANTED)
            now = self._clock()
            if role not in [reading.role(row.kind, row.scope) for row in held]:
                add(db, person_id, role, GRANTED, now)
                audit.record(db, now, actor, audit.AccountEvent.GRANTED, person_id, **_detail(role))
            db.flush()
            return reading.person(db, person_row, now)

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
            role, now = reading.role(row.kind, row.scope), self._clock()
            others = [each for each in reading.role_rows(db, person_id) if each.id != grant_id]
            if role.kind is RoleKind.OPERATOR and not _operates(others, now):
                keep_an_operator(db, without=person_id, now=now)
                open_invitations.withdraw_all(db, person_id, actor=actor, at=now)
            db.delete(row)
            audit.record(db, now, actor, audit.AccountEvent.REVOKED, person_id, **_detail(role))

    def forget_provider(self, person_id: str) -> None:
        """Drop the roles that a provider named, until it names them at the next sign-in."""
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))


def replace_from_provider(db: Session, person_id: str, roles: Iterable[Role], at: datetime) -> None:
    """Let the roles that a provider tells take the place of those that it told before; they count anew from now."""
    told = tuple(dict.fromkeys(roles))
    operated = _operates(reading.role_rows(db, person_id), at)
    db.execute(delete(RoleRow).where(col(RoleRow.person_id) == person_id, col(RoleRow.source) == PROVIDER))
    for role in told:
        add(db, person_id, role, PROVIDER, at)
    if operated and not _operates(reading.role_rows(db, person_id), at):
        open_invitations.withdraw_all(db, person_id, actor=None, at=at)


def add(db: Session, person_id: str, role: Role, source: str, at: datetime) -> None:
    """Add one row."""
    scope = reading.stored_scope(role.scope)
    db.add(RoleRow(person_id=person_id, kind=str(role.kind), scope=scope, source=source, granted_at=at))


def _operates(rows: Iterable[RoleRow], now: datetime) -> bool:
    return any(row.kind == RoleKind.OPERATOR and reading.counts(row, now) for row in rows)


def _granted(row: RoleRow, now: datetime) -> Granted:
    role = reading.role(row.kind, row.scope)
    return Granted(
        id=row.id or 0,
        role=role,
        from_provider=row.source == PROVIDER,
        at=row.granted_at,
        counts=reading.counts(row, now),
    )


def _detail(role: Role) -> dict[str, object]:
    return {"role": str(role.kind), **reading.stored_scope(role.scope)}
