"""Turns what a provider has proved into a person with a session; a former provider lets nobody in any more."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import delete, select
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, affiliation, audit_log, grants, invitations, sessions
from app.identity.accounts import PROVIDER
from app.identity.models import AccountEvent, LinkRow, PersonRow, RoleRow, SignInSession
from app.identity.providers import Profile, Providers
from app.identity.secret import new_pseudonym
from app.identity.sessions import Account, NewSession
from app.identity.traces import Traces
from app.shared.clock import Clock


class SignIn:
    """Signs people in, the first time or again."""

    def __init__(self, database: Sessions, clock: Clock, hours: int, traces: Traces) -> None:
        self._sessions = database
        self._clock = clock
        self._lifetime = timedelta(hours=hours)
        self._traces = traces

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
            row.seen_at, row.announced_at = now, None
            affiliation.take_over_organisation(row, profile.organisation)
            affiliation.take_over_municipality(db, row, profile.municipality, now)
            db.add(row)
            self._traces.leave(db, row.id, issuer=account.issuer, subject=account.subject, email=profile.email)
            grants.replace_from_provider(db, row.id, profile.roles, now)
            if invitation is not None:
                invitations.use(db, invitation, account.provider, row, now)
            db.flush()
            secret = sessions.add(db, row.id, account, now, self._lifetime)
            return NewSession(secret=secret, person=accounts.person(db, row, now))

    def end_former(self, providers: Providers) -> int:
        """End all sessions through providers that are not among these, and return how many there were.

        The roles that they named are forgotten. Access tokens stay, with the roles that were granted here: taken out by
        mistake, a provider comes back whole.
        """
        issuers = {provider.issuer for provider in providers}
        known = select(col(LinkRow.person_id)).where(col(LinkRow.issuer).in_(issuers))
        without = (col(RoleRow.source) == PROVIDER, col(RoleRow.person_id).not_in(known))
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(*without))
            return sessions.end(db, self._clock(), col(SignInSession.issuer).not_in(issuers))

    def _owner(self, db: Session, account: Account, profile: Profile, now: datetime) -> PersonRow:
        link = db.get(LinkRow, (account.issuer, account.subject))
        if link is not None:
            return accounts.living(db, link.person_id)
        row = PersonRow(id=str(uuid4()), pseudonym=new_pseudonym(), display_name=profile.display_name, created_at=now)
        db.add(row)
        db.flush()
        db.add(LinkRow(issuer=account.issuer, subject=account.subject, person_id=row.id, linked_at=now))
        audit_log.record(db, now, None, AccountEvent.JOINED, row.id, provider=account.provider)
        return row
