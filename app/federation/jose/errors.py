# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why a signed token is not believed."""

from __future__ import annotations

from typing import ClassVar

from app.errors import Invalid


class TokenRefused(Invalid):
    """Base of all reasons; `code` is stable and may be stored."""

    code: ClassVar[str] = "refused"


class TokenTooLarge(TokenRefused):
    """The token or its payload has `size` bytes; `limit` are allowed."""

    code = "too_large"

    def __init__(self, size: int, limit: int) -> None:
        super().__init__(size, limit)
        self.size = size
        self.limit = limit


class TokenMalformed(TokenRefused):
    """`part` (token, header, payload or signature) is not what RFC 7515 writes."""

    code = "malformed"

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


class HeaderWrong(TokenRefused):
    """The protected header's `member` is missing, surplus or has a value that is not accepted."""

    code = "header"

    def __init__(self, member: str) -> None:
        super().__init__(member)
        self.member = member


class NotStrictJson(TokenRefused):
    """The text breaks the rule `rule`: syntax, duplicate_key, number, depth or character."""

    code = "json"

    def __init__(self, rule: str) -> None:
        super().__init__(rule)
        self.rule = rule


class KeyUnknown(TokenRefused):
    """No key `kid` belongs to whoever is said to have signed."""

    code = "key_unknown"

    def __init__(self, kid: str) -> None:
        super().__init__(kid)
        self.kid = kid


class KeyCompromised(TokenRefused):
    """The key `kid` fell into wrong hands, so nothing signed with it counts, whatever its date."""

    code = "key_compromised"

    def __init__(self, kid: str) -> None:
        super().__init__(kid)
        self.kid = kid


class SignatureWrong(TokenRefused):
    """The key `kid` did not sign these bytes."""

    code = "signature"

    def __init__(self, kid: str) -> None:
        super().__init__(kid)
        self.kid = kid
