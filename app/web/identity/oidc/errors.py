"""Why somebody could not be signed in."""

from __future__ import annotations

from enum import StrEnum

from app.shared.errors import Forbidden, Invalid, Unavailable


class SignInReason(StrEnum):
    """What the reader is told; the rest is for the log."""

    UNREACHABLE = "nicht-erreichbar"
    CANCELLED = "abgebrochen"
    EXPIRED = "abgelaufen"
    NOT_PROVEN = "nicht-bestaetigt"
    INVITATION = "einladung"


class ProviderUnreachable(Unavailable):
    """The provider does not answer, answers too late, or answers nonsense.

    `by_provider` is False where it was not asked because many people sign in at this moment.
    """

    key: str
    by_provider: bool


class SignInRefused(Forbidden):
    """The provider's answer proves nothing: `reason` for the reader, `detail` (never a claim's value) for the log.

    `by_provider` tells whether the provider itself said so. What comes through the browser anybody can make up, and
    whoever breaks off a sign-in or comes back too late is no failure of the provider.
    """

    reason: SignInReason
    detail: str
    by_provider: bool = False


class LogoutTokenInvalid(Invalid):
    """This is no logout token for this node; `detail` says which rule it breaks."""

    detail: str
