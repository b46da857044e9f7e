# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything about people in one place."""

from __future__ import annotations

from dataclasses import dataclass

from app.clock import Clock
from app.db import Sessions
from app.identity.affiliation import Homes, Organisations
from app.identity.audit_log import AuditLog
from app.identity.grants import Grants
from app.identity.invitations import Invitations
from app.identity.people import People
from app.identity.providers import Providers
from app.identity.sessions import SignInSessions
from app.identity.sign_in import SignIn
from app.identity.tokens import AccessTokens


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentityService:
    """The use cases around people, by what they deal with."""

    providers: Providers
    people: People
    grants: Grants
    homes: Homes
    organisations: Organisations
    sign_in: SignIn
    sessions: SignInSessions
    invitations: Invitations
    tokens: AccessTokens
    audit: AuditLog

    @classmethod
    def wire(cls, sessions: Sessions, clock: Clock, providers: Providers, hours: int) -> IdentityService:
        """Return the service on a database; a sign-in lasts `hours`."""
        return cls(
            providers=providers,
            people=People(sessions, clock),
            grants=Grants(sessions, clock),
            homes=Homes(sessions, clock),
            organisations=Organisations(sessions, clock),
            sign_in=SignIn(sessions, clock, hours),
            sessions=SignInSessions(sessions, clock, hours),
            invitations=Invitations(sessions, clock),
            tokens=AccessTokens(sessions, clock),
            audit=AuditLog(sessions),
        )

    def purge(self) -> None:
        """Remove the traces of sessions and invitations that ended long ago."""
        self.sessions.purge()
        self.invitations.purge()
