"""Why a statement is refused although its token is well formed."""

from __future__ import annotations

from datetime import datetime

from app.federation.jose import TokenRefused


class PayloadWrong(TokenRefused):
    """The member `member` of the payload is missing or has no value that it may have."""

    code = "payload"

    member: str


class SubjectForeign(TokenRefused):
    """`issuer` makes a statement about `sub`, which is the record of somebody else."""

    code = "subject"

    issuer: str
    sub: str


class KeyExpired(TokenRefused):
    """The statement is dated `issued_at`, when the key `kid` was not in use any more."""

    code = "key_expired"

    kid: str
    issued_at: datetime


class StatementFromFuture(TokenRefused):
    """The statement is dated `issued_at`, more than five minutes ahead of this node's clock."""

    code = "future"

    issued_at: datetime
