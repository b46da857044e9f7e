# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why somebody could not be signed in."""

from __future__ import annotations

from enum import StrEnum

from app.errors import Forbidden, Invalid, Unavailable


class SignInReason(StrEnum):
    """What the reader is told; the rest is for the log."""

    UNREACHABLE = "nicht-erreichbar"
    CANCELLED = "abgebrochen"
    EXPIRED = "abgelaufen"
    NOT_PROVEN = "nicht-bestaetigt"
    INVITATION = "einladung"


class ProviderUnreachable(Unavailable):
    """The provider does not answer, answers too late, or answers nonsense."""


class SignInRefused(Forbidden):
    """The provider's answer proves nothing: `reason` for the reader, `detail` (never a claim's value) for the log."""

    def __init__(self, reason: SignInReason, detail: str) -> None:
        super().__init__(reason, detail)
        self.reason = reason
        self.detail = detail


class LogoutTokenInvalid(Invalid):
    """This is no logout token for this node; `detail` says which rule it breaks."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
