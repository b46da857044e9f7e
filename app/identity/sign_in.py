# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns what a provider has proved into a person with a session; a former provider lets nobody in any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.identity import (
    accounts as reading,
)
from app.identity import (
    affiliation as homes,
)
from app.identity import (
    affiliation as organisations,
)
from app.identity import (
    audit_log as audit,
)
from app.identity import (
    grants,
    invitations,
    sessions,
)
from app.identity import (
    sessions as signed_in,
)
from app.identity.accounts import PROVIDER
from app.identity.models import LinkRow, PersonRow, RoleRow, SessionRow
from app.identity.providers import Profile, Providers
from app.identity.secret import new_pseudonym
from app.identity.sessions import Account, NewSession


class SignIn:
    """One use case: sign in, the first time or again."""

    def __init__(self, database: Sessions, clock: Clock, hours: int) -> None:
        self._sessions = database
        self._clock = clock
        self._lifetime = timedelta(hours=hours)

    def sign_in(self, account: Account, profile: Profile, *, invitation: str | None = None) -> NewSession:
        """Return a new session for the owner of an account, who becomes a person here at the first time.

        People are told apart by issuer and subject alone, never by address. What the provider says about name, address,
        organisation, municipality and roles is taken over each time, silence too; an organisation or municipality that
        somebody here has set stays.
        Raises InvitationInvalid when an invitation does not hold.
        """
        now = self._clock()
        with self._sessions.begin() as db:
            row = self._owner(db, account, profile, now)
            row.display_name = profile.display_name or row.display_name
            row.email = profile.email
            organisations.take_over_organisation(row, profile.organisation)
            homes.take_over_municipality(db, row, profile.municipality, now)
            db.add(row)
            grants.replace_from_provider(db, row.id, profile.roles, now)
            if invitation is not None:
                invitations.use(db, invitation, account.provider, row, now)
            db.flush()
            secret = sessions.add(db, row.id, account, now, self._lifetime)
            return NewSession(secret=secret, person=reading.person(db, row, now))

    def _owner(self, db: Session, account: Account, profile: Profile, now: datetime) -> PersonRow:
        link = db.get(LinkRow, (account.issuer, account.subject))
        if link is not None:
            return reading.living(db, link.person_id)
        row = PersonRow(id=str(uuid4()), pseudonym=new_pseudonym(), display_name=profile.display_name, created_at=now)
        db.add(row)
        db.flush()
        db.add(LinkRow(issuer=account.issuer, subject=account.subject, person_id=row.id, linked_at=now))
        audit.record(db, now, None, audit.AccountEvent.JOINED, row.id, provider=account.provider)
        return row


class FormerProviders:
    """Whatever goes back to providers that are not in the file."""

    def __init__(self, sessions: Sessions, clock: Clock, providers: Providers) -> None:
        self._sessions = sessions
        self._clock = clock
        self._issuers = {provider.issuer for provider in providers}

    def end(self) -> int:
        """End all sessions through former providers and forget the roles that they named; return how many sessions.

        Access tokens stay, with the roles that were granted here: taken out by mistake, a provider comes back whole.
        """
        known = select(col(LinkRow.person_id)).where(col(LinkRow.issuer).in_(self._issuers))
        without = (col(RoleRow.source) == PROVIDER, col(RoleRow.person_id).not_in(known))
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(*without))
            return signed_in.end(db, self._clock(), col(SessionRow.issuer).not_in(self._issuers))
