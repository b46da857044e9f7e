"""For how long what is stored of people is kept; docs/reference/personal-data.md and the privacy page list the same."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from app.following.service import TOLD_FOR
from app.identity import invitations, sessions, tokens, traces
from app.review.confirming.confirmations import HOURS
from app.shared.wording import N_

ACCOUNTS = timedelta(days=730)
ANNOUNCED = timedelta(days=30)
NOTICES = timedelta(days=365)
MESSAGES = timedelta(days=30)
PROPOSALS = timedelta(days=365)
LOGS = timedelta(days=1096)
"""Three years; the database refuses to let younger lines go."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """What is kept for how long after something happened."""

    what: str
    days: int


PERIODS = tuple(
    Period(what=what, days=time.days)
    for what, time in (
        (N_("Sessions, after they ended"), sessions.KEPT),
        (N_("Keys for programs, after they expired"), tokens.KEPT),
        (N_("Invitations, after they were used or expired"), invitations.KEPT),
        (N_("Questions and subscriptions without an account that nobody confirmed"), timedelta(hours=HOURS)),
        (N_("What a message about subscriptions said, after it was sent"), TOLD_FOR),
        (N_("What a push with git leaves behind, such as a name in its commits"), timedelta(days=1)),
        (N_("E-mails about what happened, after they were sent or could not be"), MESSAGES),
        (N_("Notices on the site"), NOTICES),
        (N_("Earlier texts of proposals, texts that were declined or taken back, and remarks"), PROPOSALS),
        (N_("Check numbers of account and address, after the last sign-in"), traces.KEPT),
        (N_("Accounts without a role given here, after their last use; it is announced 30 days before"), ACCOUNTS),
        (N_("Logs of decisions, and of people and roles"), LOGS),
    )
)
