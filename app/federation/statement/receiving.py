"""From a received string to a statement that may be believed, in steps that get dearer."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from app.federation.issuer import Issuer
from app.federation.jose import KeySet, SigningKey, Token, open_token, sign
from app.federation.statement.errors import KeyExpired, StatementFromFuture, SubjectForeign
from app.federation.statement.payload import read_payload
from app.federation.statement.statement import TYP, Statement

JWS_LIMIT = 352_000
"""Characters of a signed statement: the largest payload in base64url with header and signature."""

TOLERANCE = timedelta(minutes=5)
"""By how much two nodes' clocks may differ."""


@dataclass(frozen=True, slots=True, kw_only=True)
class VerifiedStatement:
    """A statement that the key `kid` of its issuer signed. `jws` is what was received: store and pass on this."""

    statement: Statement
    jws: str
    kid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReceivedStatement:
    """A well-formed statement that anybody may have written; `claimed` is what it says."""

    claimed: Statement
    token: Token

    def verify(
        self, keys: KeySet, *, earlier: Collection[Issuer] = (), now: datetime | None = None
    ) -> VerifiedStatement:
        """Return the statement if its issuer may make it and has signed it.

        `keys` are the record keys of `claimed.issuer`; `earlier` its addresses before it moved, whose records it
        goes on with. With `now` a date more than five minutes ahead is refused.
        Raises SubjectForeign, KeyUnknown, KeyCompromised, SignatureWrong, KeyExpired and StatementFromFuture.
        """
        issuer, issued_at = self.claimed.issuer, self.claimed.issued_at
        if all(known.record_id(self.claimed.sub) is None for known in (issuer, *earlier)):
            raise SubjectForeign(issuer.address, self.claimed.sub)
        key = self.token.verify(keys)
        if key.expires_at is not None and issued_at > key.expires_at:
            raise KeyExpired(key.kid, issued_at)
        if now is not None and issued_at > now + TOLERANCE:
            raise StatementFromFuture(issued_at)
        return VerifiedStatement(statement=self.claimed, jws=self.token.text, kid=key.kid)


def receive(jws: str) -> ReceivedStatement:
    """Take a received string apart without believing it.

    Raises TokenTooLarge, TokenMalformed, NotStrictJson, HeaderWrong and PayloadWrong.
    """
    token = open_token(jws, typ=TYP, limit=JWS_LIMIT)
    return ReceivedStatement(claimed=read_payload(token.payload), token=token)


def sign_statement(statement: Statement, key: SigningKey) -> VerifiedStatement:
    """Return the statement signed with an own record key; the same input gives the same string."""
    return VerifiedStatement(statement=statement, jws=sign(statement.payload(), key, TYP), kid=key.kid)
