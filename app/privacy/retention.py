"""Retention periods; docs/reference/personal-data.md and the privacy page list the same ones."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import partial

import structlog
from sqlalchemy import and_, delete, select, update
from sqlmodel import col

from app.following.service import TOLD_FOR
from app.identity import grants, sessions, tokens, traces
from app.identity.errors import LastOperator, PersonNotFound, StillUsed
from app.privacy.erasure import Erasure, ErasureReason
from app.review.confirmations import HOURS
from app.review.emptying import EMPTIED, empty
from app.review.models import AuditEvent, Message, Notice, NoticeKind, Proposal, Remark, Revision
from app.review.notices.notice import Notices
from app.review.workflow import FINAL_STATES, ProposalState
from app.shared.wording import N_

ACCOUNTS = timedelta(days=730)
ANNOUNCED = timedelta(days=30)
NOTICES = timedelta(days=365)
MESSAGES = timedelta(days=30)
PROPOSALS = timedelta(days=365)
LOGS = timedelta(days=1096)
"""Three years; the database refuses to delete newer entries."""


PERIODS = tuple(
    (what, time.days)
    for what, time in (
        (N_("Sessions, after they ended"), sessions.RETENTION),
        (N_("Keys for programs, after they expired"), tokens.RETENTION),
        (N_("Invitations, after they were used or expired"), grants.RETENTION),
        (N_("Questions and subscriptions without an account that nobody confirmed"), timedelta(hours=HOURS)),
        (N_("What a message about subscriptions said, after it was sent"), TOLD_FOR),
        (N_("What a push with git leaves behind, such as a name in its commits"), timedelta(days=1)),
        (N_("E-mails about what happened, after they were sent or could not be"), MESSAGES),
        (N_("Notices on the site"), NOTICES),
        (N_("Earlier texts of proposals, texts that were declined or taken back, and remarks"), PROPOSALS),
        (N_("Check numbers of account and address, after the last sign-in"), traces.RETENTION),
        (N_("Accounts without a role given here, after their last use; it is announced 30 days before"), ACCOUNTS),
        (N_("Logs of decisions, and of people and roles"), LOGS),
    )
)
"""How many days each kind of data is kept after the event named."""
_BATCH_SIZE = 200
_log = structlog.get_logger(__name__)


class Retention:
    """Deletes expired data; running it again does no harm."""

    def __init__(self, erasure: Erasure, others: Sequence[Callable[[], object]]) -> None:
        """Delete accounts through `erasure`; `others` delete expired data unrelated to accounts."""
        self._erasure = erasure
        self._others = others
        self._sessions = erasure.sessions
        self._identity = erasure.identity
        self._clock = erasure.clock

    def run(self) -> None:
        """Delete all expired data; raises RepositoryBusy, and continues from there at the next run."""
        self._identity.purge()
        for purge in self._others:
            purge()
        sent = select(col(Notice.id)).where(col(Notice.at) < self._before(MESSAGES))
        with self._sessions.begin() as db:
            db.execute(delete(Message).where(col(Message.notice_id).in_(sent)))
            db.execute(delete(Notice).where(col(Notice.at) < self._before(NOTICES)))
        while self._forget_texts():
            pass
        self._forget_logs()
        self._forget_accounts()

    def _before(self, period: timedelta) -> datetime:
        return self._clock() - period

    def _forget_texts(self) -> bool:
        """Empty a batch of expired texts and all expired remarks of proposals; return whether there were any texts."""
        over = and_(col(Proposal.state).in_(FINAL_STATES), col(Proposal.changed_at) < self._before(PROPOSALS))
        proposals = select(col(Proposal.id)).where(over)
        said = and_(col(Remark.proposal_id).in_(proposals), col(Remark.text) != "")
        with self._sessions.begin() as db:
            db.execute(update(Remark).where(said).values(text=""))
            # Keep published texts, with which readers and curators still compare.
            published = and_(
                col(Proposal.state) == ProposalState.PUBLISHED, col(Revision.number) == col(Proposal.rounds)
            )
            unread = select(Revision).join(Proposal, col(Proposal.id) == col(Revision.proposal_id))
            unread = unread.where(over, ~published, col(Revision.text) != EMPTIED)
            rounds = db.scalars(unread.limit(_BATCH_SIZE)).all()
            empty(db, rounds)
        return bool(rounds)

    def _forget_logs(self) -> None:
        limit = self._before(LOGS)
        self._identity.audit.forget(limit)
        old = col(AuditEvent.at) < limit
        with self._sessions.begin() as db:
            if db.scalar(select(col(AuditEvent.id)).where(old).limit(1)) is not None:
                # Add a new entry first, because the database only deletes entries much older than the newest.
                self._erasure.audit.add(db, "", "forget", "")
                db.flush()
                db.execute(delete(AuditEvent).where(old))

    def _forget_accounts(self) -> None:
        """Delete accounts announced long enough ago, and announce others; accounts with a role granted here stay."""
        since, notices = self._before(ACCOUNTS), Notices(self._sessions, self._clock)
        for unused in self._identity.people.unused(since):
            try:
                if unused.announced_at is None:
                    params = {"day": (self._clock() + ANNOUNCED + timedelta(days=1)).date().isoformat()}
                    tell = partial(notices.add, person=unused.id, kind=NoticeKind.ACCOUNT_UNUSED, params=params)
                    self._identity.people.announce(unused.id, along=tell)
                elif unused.announced_at < self._before(ANNOUNCED):
                    self._erasure.forget(unused.id, ErasureReason.UNUSED, unused_since=since)
                    _log.info("retention.account_deleted", person=unused.id)
            except (LastOperator, PersonNotFound, StillUsed) as error:
                # An account that cannot be deleted must not block the others.
                _log.warning("retention.account_kept", person=unused.id, reason=type(error).__name__)
