"""All services for people."""

from app.database import Sessions
from app.identity.accounts import Affiliations
from app.identity.audit_log import AuditReader
from app.identity.grants import Grants, Invitations
from app.identity.people import People
from app.identity.providers import Providers
from app.identity.sessions import SignIn, SignInSessions
from app.identity.tokens import AccessTokens
from app.identity.traces import Seal, Traces
from app.shared.clock import Clock


class IdentityService:
    """The use cases for people, grouped by subject."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        providers: Providers,
        hours: int,
        seal: Seal,
        *,
        reads_only: bool = False,
    ) -> None:
        """Store people in the database; a sign-in lasts `hours`, and `seal` hashes what accounts are recognised by."""
        self.providers = providers
        self.people = People(sessions, clock)
        self.traces = Traces(sessions, clock, seal)
        self.grants = Grants(sessions, clock)
        self.affiliations = Affiliations(sessions, clock)
        self.sign_in = SignIn(sessions, clock, hours, self.traces)
        self.sessions = SignInSessions(sessions, clock, reads_only=reads_only)
        self.invitations = Invitations(sessions, clock)
        self.tokens = AccessTokens(sessions, clock)
        self.audit = AuditReader(sessions)

    def purge(self) -> None:
        """Delete sessions, tokens, invitations and traces that ended long ago."""
        self.sessions.purge()
        self.invitations.purge()
        self.tokens.purge()
        self.traces.purge()
