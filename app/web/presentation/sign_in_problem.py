# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Why signing in did not work, in the reader's words."""

from __future__ import annotations

from dataclasses import dataclass

from app.web.identity.oidc.errors import Reason
from app.web.wording import _


@dataclass(frozen=True, slots=True, kw_only=True)
class SignInProblem:
    """What happened, and what to do."""

    title: str
    text: str


def problem(code: str) -> SignInProblem | None:
    """Return what is told for a reason in the address, None for none and for made-up ones."""
    known = {
        Reason.UNREACHABLE: SignInProblem(
            title=_("The sign-in of your organisation does not answer"),
            text=_("Please try again in a few minutes. If it stays so, tell your IT department."),
        ),
        Reason.CANCELLED: SignInProblem(
            title=_("You did not sign in"), text=_("The sign-in was cancelled. You can begin anew below.")
        ),
        Reason.EXPIRED: SignInProblem(
            title=_("That took too long"),
            text=_("The sign-in was begun more than an hour ago or in another browser. Please begin anew below."),
        ),
        Reason.NOT_PROVEN: SignInProblem(
            title=_("The sign-in could not be confirmed"),
            text=_("The answer of your organisation's sign-in did not hold. Nothing was changed. Please begin anew."),
        ),
        Reason.INVITATION: SignInProblem(
            title=_("The invitation does not hold any more"),
            text=_("It was used already, or its time is over. Ask for a new one where you got it from."),
        ),
    }
    return known[Reason(code)] if code in set(Reason) else None
