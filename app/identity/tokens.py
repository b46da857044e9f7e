"""Access tokens, with which git acts for a person without a sign-in."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import uuid4

from sqlalchemy import delete, func, select, update
from sqlmodel import col

from app.database import Sessions
from app.identity import accounts, audit_log
from app.identity.errors import AccessTokenInvalid, AccessTokenNotFound, AccessTokenRefused, TooManyAccessTokens
from app.identity.models import AccessToken, AccountEvent, PersonRow
from app.identity.person import Person
from app.identity.secret import hashed, new_secret
from app.shared.clock import Clock

PREFIX = "enet_"
MAX_TOKENS = 20
MAX_DAYS = 366
MAX_NAME_LENGTH = 100
RETENTION = timedelta(days=30)
"""How long an expired token is still listed."""
USED_EVERY = timedelta(hours=1)
"""Minimum interval between updates of the time of last use; otherwise each fetch would write to the database."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewAccessToken:
    """A new token: `secret` is shown once."""

    secret: str
    token: AccessToken


class AccessTokens:
    """The access tokens of all people."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def make(self, person_id: str, name: str, days: int) -> NewAccessToken:
        """Create a token valid for `days`; raises AccessTokenInvalid, TooManyAccessTokens and PersonNotFound."""
        name = name.strip()
        if not name or len(name) > MAX_NAME_LENGTH:
            raise AccessTokenInvalid("name")
        if not 1 <= days <= MAX_DAYS:
            raise AccessTokenInvalid("days")
        secret, now = new_secret(PREFIX), self._clock()
        row = AccessToken(
            id=str(uuid4()),
            secret_hash=hashed(secret),
            person_id=person_id,
            name=name,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
        with self._sessions.begin() as db:
            accounts.living(db, person_id)
            mine = select(func.count()).select_from(AccessToken).where(col(AccessToken.person_id) == person_id)
            if (db.scalar(mine) or 0) >= MAX_TOKENS:
                raise TooManyAccessTokens(MAX_TOKENS)
            db.add(row)
            audit_log.record(db, now, person_id, AccountEvent.TOKEN_MADE, person_id, token=row.id)
        return NewAccessToken(secret=secret, token=row)

    def of(self, person_id: str) -> tuple[AccessToken, ...]:
        """Return a person's tokens, newest first, including expired ones until they are deleted."""
        query = (
            select(AccessToken)
            .where(col(AccessToken.person_id) == person_id)
            .order_by(col(AccessToken.created_at).desc())
        )
        with self._sessions.reading() as db:
            return tuple(db.scalars(query))

    def revoke(self, person_id: str, token_id: str) -> None:
        """Revoke a token at once; raises AccessTokenNotFound."""
        with self._sessions.begin() as db:
            row = db.get(AccessToken, token_id)
            if row is None or row.person_id != person_id:
                raise AccessTokenNotFound
            db.delete(row)
            audit_log.record(db, self._clock(), person_id, AccountEvent.TOKEN_REVOKED, person_id, token=token_id)

    def revoke_all(self, person_id: str, *, actor: str) -> int:
        """Revoke all tokens of a person, as the operator `actor`, and return their number."""
        now = self._clock()
        with self._sessions.begin() as db:
            rows = db.scalars(select(AccessToken).where(col(AccessToken.person_id) == person_id)).all()
            for row in rows:
                db.delete(row)
                audit_log.record(db, now, actor, AccountEvent.TOKEN_REVOKED, person_id, token=row.id)
            return len(rows)

    def verify(self, secret: str) -> Person:
        """Return the owner of a token, with their present roles; raises AccessTokenRefused."""
        now = self._clock()
        query = select(AccessToken, PersonRow).join(PersonRow, col(PersonRow.id) == col(AccessToken.person_id))
        alive = (col(AccessToken.secret_hash) == hashed(secret), col(AccessToken.expires_at) > now)
        with self._sessions.reading() as db:
            found = db.execute(query.where(*alive)).first()
            if found is None:
                raise AccessTokenRefused
            token, row = found
            person = accounts.person(db, row, now)
        if token.used_at is None or now - token.used_at >= USED_EVERY:
            used = update(AccessToken).where(col(AccessToken.id) == token.id)
            seen = update(PersonRow).where(col(PersonRow.id) == person.id)
            with self._sessions.begin() as db:
                db.execute(used.values(used_at=now))
                db.execute(seen.values(seen_at=now, announced_at=None))
        return person

    def purge(self) -> None:
        """Delete tokens that expired some time ago."""
        with self._sessions.begin() as db:
            db.execute(delete(AccessToken).where(col(AccessToken.expires_at) <= self._clock() - RETENTION))
