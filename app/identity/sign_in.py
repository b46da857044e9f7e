# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Turns what a provider has proved into a person with a session."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlmodel import Session

from app.clock import Clock
from app.db import Sessions
from app.identity import audit, grants, homes, invitations, organisations, reading, sessions
from app.identity.providers import Profile
from app.identity.secret import new_pseudonym
from app.identity.sessions import Account, Opened
from app.identity.tables import LinkRow, PersonRow


class SignIn:
    """One use case: sign in, the first time or again."""

    def __init__(self, database: Sessions, clock: Clock, hours: int) -> None:
        self._sessions = database
        self._clock = clock
        self._lifetime = timedelta(hours=hours)

    def sign_in(self, account: Account, profile: Profile, *, invitation: str | None = None) -> Opened:
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
            organisations.take_over(row, profile.organisation)
            homes.take_over(db, row, profile.municipality, now)
            db.add(row)
            grants.replace_from_provider(db, row.id, profile.roles, now)
            if invitation is not None:
                invitations.use(db, invitation, account.provider, row, now)
            db.flush()
            secret = sessions.add(db, row.id, account, now, self._lifetime)
            return Opened(secret=secret, person=reading.person(db, row, now))

    def _owner(self, db: Session, account: Account, profile: Profile, now: datetime) -> PersonRow:
        link = db.get(LinkRow, (account.issuer, account.subject))
        if link is not None:
            return reading.living(db, link.person_id)
        row = PersonRow(id=str(uuid4()), pseudonym=new_pseudonym(), display_name=profile.display_name, created_at=now)
        db.add(row)
        db.flush()
        db.add(LinkRow(issuer=account.issuer, subject=account.subject, person_id=row.id, linked_at=now))
        audit.record(db, now, None, audit.AuditEvent.JOINED, row.id, provider=account.provider)
        return row
