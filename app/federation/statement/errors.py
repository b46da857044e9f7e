# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a statement is refused although its token is well formed."""

from __future__ import annotations

from datetime import datetime

from app.federation.jose import TokenRefused


class PayloadWrong(TokenRefused):
    """The member `member` of the payload is missing or has no value that it may have."""

    code = "payload"

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


class SubjectForeign(TokenRefused):
    """`issuer` makes a statement about `sub`, which is the record of somebody else."""

    code = "subject"

    def __init__(self, issuer: str, sub: str) -> None:
        super().__init__(issuer, sub)
        self.issuer = issuer
        self.sub = sub


class KeyExpired(TokenRefused):
    """The statement is dated `issued_at`, when the key `kid` was not in use any more."""

    code = "key_expired"

    def __init__(self, kid: str, issued_at: datetime) -> None:
        super().__init__(kid, issued_at)
        self.kid = kid
        self.issued_at = issued_at


class StatementFromFuture(TokenRefused):
    """The statement is dated `issued_at`, more than five minutes ahead of this node's clock."""

    code = "future"

    def __init__(self, issued_at: datetime) -> None:
        super().__init__(issued_at)
        self.issued_at = issued_at
