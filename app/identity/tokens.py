# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Access tokens: with them git acts for somebody who is not there to sign in."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.identity import accounts as reading
from app.identity import audit_log as audit
from app.identity.errors import (
    AccessTokenInvalid,
    AccessTokenNotFound,
    AccessTokenRefused,
    TooManyAccessTokens,
)
from app.identity.models import PersonRow, TokenRow
from app.identity.person import Person
from app.identity.secret import hashed, new_secret

PREFIX = "enet_"
MOST = 20
LONGEST_DAYS = 366
LONGEST_NAME = 100
USED_EVERY = timedelta(hours=1)
"""How exactly the last use is known; each fetch would be a write otherwise."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessToken:
    """An access token as its owner sees it."""

    id: str
    name: str
    created_at: datetime
    expires_at: datetime
    used_at: datetime | None
    expired: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccessToken:
    """A new token: `secret` is shown once."""

    secret: str
    token: AccessToken


class AccessTokens:
    """The access tokens of everybody."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def make(self, person_id: str, name: str, days: int) -> NewAccessToken:
        """Make a token that holds for `days`; raises TokenInvalid, TooManyTokens and PersonNotFound."""
        name = name.strip()
        if not name or len(name) > LONGEST_NAME:
            raise AccessTokenInvalid("name")
        if not 1 <= days <= LONGEST_DAYS:
            raise AccessTokenInvalid("days")
        secret, now = new_secret(PREFIX), self._clock()
        row = TokenRow(
            id=str(uuid4()),
            secret_hash=hashed(secret),
            person_id=person_id,
            name=name,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._sessions.begin() as db:
            reading.living(db, person_id)
            if _count(db, person_id) >= MOST:
                raise TooManyAccessTokens(MOST)
            db.add(row)
            audit.record(db, now, person_id, audit.AccountEvent.TOKEN_MADE, person_id, token=row.id)
        return NewAccessToken(secret=secret, token=_access_token(row, now))

    def of(self, person_id: str) -> tuple[AccessToken, ...]:
        """Return somebody's tokens, the newest first; expired ones too, until they are taken away."""
        query = select(TokenRow).where(col(TokenRow.person_id) == person_id).order_by(col(TokenRow.created_at).desc())
        with self._sessions.reading() as db:
            return tuple(_access_token(row, self._clock()) for row in db.execute(query).scalars())

    def revoke(self, person_id: str, token_id: str) -> None:
        """Take a token away at once; raises TokenNotFound."""
        with self._sessions.begin() as db:
            row = db.get(TokenRow, token_id)
            if row is None or row.person_id != person_id:
                raise AccessTokenNotFound
            db.delete(row)
            audit.record(db, self._clock(), person_id, audit.AccountEvent.TOKEN_REVOKED, person_id, token=token_id)

    def revoke_all(self, person_id: str, *, actor: str) -> int:
        """Take all tokens of a person away, as the operator `actor`, and return how many there were."""
        now = self._clock()
        with self._sessions.begin() as db:
            rows = db.execute(select(TokenRow).where(col(TokenRow.person_id) == person_id)).scalars().all()
            for row in rows:
                db.delete(row)
                audit.record(db, now, actor, audit.AccountEvent.TOKEN_REVOKED, person_id, token=row.id)
            return len(rows)

    def verify(self, secret: str) -> Person:
        """Return whose token this is, with the roles they have now; raises TokenRefused."""
        now = self._clock()
        query = select(TokenRow, PersonRow).join(PersonRow, col(PersonRow.id) == col(TokenRow.person_id))
        alive = (col(TokenRow.secret_hash) == hashed(secret), col(TokenRow.expires_at) > now)
        with self._sessions.reading() as db:
            found = db.execute(query.where(*alive)).first()
            if found is None:
                raise AccessTokenRefused
            token, row = found
            person = reading.person(db, row, now)
        if token.used_at is None or now - token.used_at >= USED_EVERY:
            self._use(token.id, now)
        return person

    def _use(self, token_id: str, now: datetime) -> None:
        with self._sessions.begin() as db:
            row = db.get(TokenRow, token_id)
            if row is not None:
                row.used_at = now
                db.add(row)


def _count(db: Session, person_id: str) -> int:
    query = select(func.count()).select_from(TokenRow).where(col(TokenRow.person_id) == person_id)
    return db.execute(query).scalar() or 0


def _access_token(row: TokenRow, now: datetime) -> AccessToken:
    return AccessToken(
        id=row.id,
        name=row.name,
        created_at=row.created_at,
        expires_at=row.expires_at,
        used_at=row.used_at,
        expired=row.expires_at <= now,
    )
