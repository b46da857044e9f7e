"""Why a signed token is not believed."""

from __future__ import annotations

from typing import ClassVar

from app.shared.errors import Invalid


class TokenRefused(Invalid):
    """Base of all reasons; `code` is stable and may be stored."""

    code: ClassVar[str] = "refused"

    message = "what the node sent is not believed: %(code)s"


class TokenTooLarge(TokenRefused):
    """The token or its payload has `size` bytes; `limit` are allowed."""

    code = "too_large"

    size: int
    limit: int


class TokenMalformed(TokenRefused):
    """`part` (token, header, payload or signature) is not what RFC 7515 writes."""

    code = "malformed"

    part: str


class HeaderWrong(TokenRefused):
    """The protected header's `member` is missing, surplus or has a value that is not accepted."""

    code = "header"

    member: str


class NotStrictJson(TokenRefused):
    """The text breaks the rule `rule`: syntax, duplicate_key, number, depth or character."""

    code = "json"

    rule: str


class KeyUnknown(TokenRefused):
    """No key `kid` belongs to whoever is said to have signed."""

    code = "key_unknown"

    kid: str


class KeyCompromised(TokenRefused):
    """The key `kid` fell into wrong hands, so nothing signed with it counts, whatever its date."""

    code = "key_compromised"

    kid: str


class SignatureWrong(TokenRefused):
    """The key `kid` did not sign these bytes."""

    code = "signature"

    kid: str
