"""Signs people in and stores their sessions. Ending one takes effect at once, whatever cookie the browser has."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, delete, or_, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.identity import accounts, audit_log, grants
from app.identity.accounts import PROVIDER
from app.identity.errors import LogoutReplayed, SessionNotFound
from app.identity.models import AccountEvent, LinkRow, LogoutRow, PersonRow, RoleRow, SignInSession
from app.identity.person import Person
from app.identity.providers import Profile, Providers
from app.identity.secret import hashed, new_pseudonym, new_secret
from app.identity.traces import Traces
from app.shared.clock import Clock

SEEN_EVERY = timedelta(minutes=5)
"""Minimum interval between updates of the time of last use; otherwise each page would write to the database."""
RETENTION = timedelta(days=7)
"""How long an ended session is kept."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The account at a provider with which a person signed in; `sid` is the provider's id of its session."""

    provider: str
    issuer: str
    subject: str
    sid: str | None = None
    id_token: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NewSession:
    """A new session: the secret goes into the cookie and is shown nowhere else."""

    secret: str
    person: Person


@dataclass(frozen=True, slots=True, kw_only=True)
class CurrentSession:
    """The session of the current request."""

    id: str
    person: Person
    provider: str


class SignInSessions:
    """All sessions of this node."""

    def __init__(self, sessions: Sessions, clock: Clock, *, reads_only: bool = False) -> None:
        """If `reads_only`, do not store when a session was used, because another machine writes."""
        self._sessions = sessions
        self._clock = clock
        self._reads_only = reads_only

    def resume(self, secret: str) -> CurrentSession | None:
        """Return the session with this secret, None if it has ended or never existed."""
        now = self._clock()
        query = select(SignInSession, PersonRow).join(PersonRow, col(PersonRow.id) == col(SignInSession.person_id))
        with self._sessions.reading() as db:
            found = db.execute(query.where(col(SignInSession.secret_hash) == hashed(secret), *_alive(now))).first()
            if found is None:
                return None
            session, row = found
            current = CurrentSession(id=session.id, person=accounts.person(db, row, now), provider=session.provider)
        if not self._reads_only and now - session.seen_at >= SEEN_EVERY:
            seen = update(SignInSession).where(col(SignInSession.id) == session.id).values(seen_at=now)
            self._sessions.beside(lambda db: db.execute(seen))
        return current

    def of(self, person_id: str) -> tuple[SignInSession, ...]:
        """Return a person's open sessions, most recently used first."""
        query = select(SignInSession).where(col(SignInSession.person_id) == person_id, *_alive(self._clock()))
        with self._sessions.reading() as db:
            return tuple(db.scalars(query.order_by(col(SignInSession.seen_at).desc())))

    def end(self, person_id: str, session_id: str) -> str | None:
        """End a session and return its id token, needed for signing out at the provider; raises SessionNotFound."""
        with self._sessions.begin() as db:
            row = db.get(SignInSession, session_id)
            if row is None or row.person_id != person_id or row.ended_at is not None:
                raise SessionNotFound
            shown = row.id_token
            end(db, self._clock(), col(SignInSession.id) == session_id)
            return shown

    def end_all(self, person_id: str, *, but: str | None = None, actor: str | None = None) -> int:
        """End all sessions of a person, or all `but` one; return their number. With `actor`, it is logged."""
        with self._sessions.begin() as db:
            if actor is not None:
                audit_log.record(db, self._clock(), actor, AccountEvent.SIGNED_OUT_BY_OPERATOR, person_id)
            return end(
                db, self._clock(), col(SignInSession.person_id) == person_id, col(SignInSession.id) != (but or "")
            )

    def end_by_provider(self, issuer: str, jti: str, until: datetime, *, sid: str | None, subject: str | None) -> int:
        """End the sessions that a provider has ended (Back-Channel Logout 2.6), and return their number.

        With `sid`, ends that session, or sessions of `subject` stored without an id; otherwise all of `subject`.
        `until` is when the logout token expires; raises LogoutReplayed if it was used before.
        """
        which = [col(SignInSession.issuer) == issuer]
        if sid is not None:
            named = col(SignInSession.provider_sid) == sid
            # Some providers omit the session's id from the ID token, so only the subject can be compared.
            which.append(named if subject is None else or_(named, col(SignInSession.provider_sid).is_(None)))
        if subject is not None:
            which.append(col(SignInSession.subject) == subject)
        now = self._clock()
        with self._sessions.begin() as db:
            db.execute(delete(LogoutRow).where(col(LogoutRow.expires_at) <= now))
            if db.get(LogoutRow, (issuer, jti)) is not None:
                raise LogoutReplayed
            db.add(LogoutRow(issuer=issuer, jti=jti, expires_at=until))
            return end(db, now, *which)

    def purge(self) -> None:
        """Delete sessions that ended some time ago."""
        with self._sessions.begin() as db:
            now = self._clock()
            db.execute(delete(SignInSession).where(col(SignInSession.expires_at) <= now - RETENTION))
            db.execute(delete(LogoutRow).where(col(LogoutRow.expires_at) <= now))


def end(db: Session, now: datetime, *which: ColumnElement[bool]) -> int:
    """End the open sessions that match, and return their number."""
    open_ones = db.scalars(select(SignInSession).where(*which, *_alive(now))).all()
    for row in open_ones:
        row.ended_at, row.id_token = now, None
        db.add(row)
    return len(open_ones)


def _alive(now: datetime) -> tuple[ColumnElement[bool], ...]:
    return (col(SignInSession.ended_at).is_(None), col(SignInSession.expires_at) > now)


class SignIn:
    """Signs people in, for the first time or again."""

    def __init__(self, database: Sessions, clock: Clock, hours: int, traces: Traces) -> None:
        self._sessions = database
        self._clock = clock
        self._lifetime = timedelta(hours=hours)
        self._traces = traces

    def sign_in(self, account: Account, profile: Profile, *, invitation: str | None = None) -> NewSession:
        """Return a new session for the owner of an account; the first sign-in creates the person.

        People are identified only by issuer and subject, never by address. Name, address, organisation, municipality
        and roles are updated from the provider each time, and removed if it does not name them; an organisation or
        municipality set here stays. Raises InvitationInvalid.
        """
        now = self._clock()
        with self._sessions.begin() as db:
            row = self._owner(db, account, profile, now)
            row.display_name = profile.display_name or row.display_name
            row.email = profile.email
            row.seen_at, row.announced_at = now, None
            if not row.organisation_set_here:
                row.organisation = profile.organisation
            if not row.municipality_set_here:
                town = profile.municipality
                event = AccountEvent.MUNICIPALITY_SET if town else AccountEvent.MUNICIPALITY_REMOVED
                accounts.change_municipality(db, row, town, event, None, now, set_here=False)
            db.add(row)
            self._traces.leave(db, row.id, issuer=account.issuer, subject=account.subject, email=profile.email)
            grants.replace_from_provider(db, row.id, profile.roles, now)
            if invitation is not None:
                grants.use_invitation(db, invitation, account.provider, row, now)
            db.flush()
            secret = new_secret()
            db.add(
                SignInSession(
                    id=str(uuid4()),
                    secret_hash=hashed(secret),
                    person_id=row.id,
                    provider=account.provider,
                    issuer=account.issuer,
                    subject=account.subject,
                    provider_sid=account.sid,
                    id_token=account.id_token,
                    created_at=now,
                    seen_at=now,
                    expires_at=now + self._lifetime,
                )
            )
            return NewSession(secret=secret, person=accounts.person(db, row, now))

    def end_former(self, providers: Providers) -> int:
        """End sessions of removed providers and the roles these named; keep tokens and own roles for restoring."""
        issuers = {provider.issuer for provider in providers}
        known = select(col(LinkRow.person_id)).where(col(LinkRow.issuer).in_(issuers))
        without = (col(RoleRow.source) == PROVIDER, col(RoleRow.person_id).not_in(known))
        with self._sessions.begin() as db:
            db.execute(delete(RoleRow).where(*without))
            return end(db, self._clock(), col(SignInSession.issuer).not_in(issuers))

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
