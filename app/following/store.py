"""Subscribers and what they follow, and where their messages go."""

from __future__ import annotations

import uuid
from collections.abc import Iterable
from datetime import timedelta
from itertools import takewhile

import structlog
from sqlalchemy import Select, delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.following.models import Subscriber, Subscription, What
from app.identity.secret import hashed
from app.review.confirming.vault import Vault, mailbox
from app.review.emptying import forget_notices
from app.review.models import Message, Notice
from app.review.notices.mail import REFUSED, SENT
from app.review.people import Recipient
from app.shared.errors import NotFound

REFUSED_FOR = timedelta(days=3)
_FOLLOWER = "follower:"
_log = structlog.get_logger(__name__)


def is_follower(person_id: str) -> bool:
    """Tell whether this is somebody without an account who follows something."""
    return person_id.startswith(_FOLLOWER)


class SubscriptionNotFound(NotFound):
    """Nothing waits or goes on behind this link."""


class FollowerStore:
    """Keeps addresses encrypted, and gives out secrets of links that are stored nowhere."""

    def __init__(self, sessions: Sessions, vault: Vault) -> None:
        self._sessions = sessions
        self._vault = vault

    def recipient(self, follower_id: str) -> Recipient | None:
        """Return where messages to a follower go; None once the last subscription has ended."""
        with self._sessions.reading() as db:
            row = db.get(Subscriber, follower_id)
        address = self._vault.open(row.address) if row else None
        return Recipient(address=address, lang=row.lang) if row and address else None

    def token(self, name: str) -> str:
        """Return the secret of the link to all that a follower gets."""
        return self._vault.token(name)

    def of_address(self, db: Session, address: str) -> Subscriber | None:
        """Return the row of an address."""
        seal = self._vault.seal(address.strip().casefold())
        return db.scalar(select(Subscriber).where(col(Subscriber.seal) == seal))

    def of_mailbox(self, address: str) -> Select[str]:
        """Return what selects the ids of whoever follows something under any address of a mailbox."""
        return select(col(Subscriber.id)).where(col(Subscriber.mailbox) == self._vault.seal(mailbox(address)))

    def known(self, db: Session, address: str, lang: str) -> Subscriber:
        """Return the row of an address, a new one where there was none."""
        row = self.of_address(db, address)
        if row is None:
            follower_id = f"{_FOLLOWER}{uuid.uuid4()}"
            row = Subscriber(
                id=follower_id,
                token_hash=hashed(self.token(follower_id)),
                address=self._vault.lock(address),
                seal=self._vault.seal(address.casefold()),
                lang=lang,
            )
            db.add(row)
        row.mailbox = self._vault.seal(mailbox(address))
        db.flush()
        return row

    def ids_of(self, db: Session, address: str) -> tuple[str, ...]:
        """Return the id of whoever follows something under an address; () for nobody."""
        row = self.of_address(db, address)
        return (row.id,) if row else ()

    def locked(self, what: What, target: str) -> tuple[str, str]:
        """Return a target as it is stored, and its mark; the token of a memo is the key to it and stands nowhere."""
        stored = self._vault.lock(target) if what is What.MEMO else target
        return stored, self._vault.seal(f"{what}:{target}")

    def target(self, row: Subscription) -> str:
        """Return what a subscription is about, "" where the key of the node is another one by now."""
        return self.opened(row.what, row.target)

    def opened(self, what: What, stored: str) -> str:
        """Return a target that is stored as `locked` says."""
        return (self._vault.open(stored) or "") if what is What.MEMO else stored

    def behind(self, db: Session, token: str) -> Subscriber:
        """Return whom the link to all subscriptions belongs to; raises SubscriptionNotFound."""
        row = db.scalar(select(Subscriber).where(col(Subscriber.token_hash) == hashed(token)))
        if row is None:
            raise SubscriptionNotFound
        return row

    def refused(self, follower_id: str) -> None:
        """Forget a follower whose address was refused for `REFUSED_FOR`, and took no message in between.

        Not with the first refusal: a mail server that was set up wrongly for a day must not end all subscriptions. What
        was tried before tells nothing of the time between: days of an unreachable server may end in one refusal of all.
        """
        told = select(col(Message.outcome), col(Message.attempts), col(Notice.at)).join(
            Notice, col(Notice.id) == col(Message.notice_id)
        )
        ended = col(Message.outcome).in_((SENT, REFUSED))
        with self._sessions.begin() as db:
            newest_first = told.where(col(Notice.person) == follower_id, ended).order_by(col(Notice.id).desc())
            refused = takewhile(lambda one: one.outcome == REFUSED, db.execute(newest_first))
            at = [one.at for one in refused if one.attempts == 1]
            if at and at[0] - at[-1] >= REFUSED_FOR:
                self.forget(db, [follower_id])
                _log.info("subscriptions.refused")

    def forget(self, db: Session, follower_ids: Iterable[str]) -> None:
        """Forget followers with all that they follow and were told."""
        for follower_id in follower_ids:
            forget_notices(db, col(Notice.person) == follower_id)
            db.execute(delete(Subscription).where(col(Subscription.subscriber_id) == follower_id))
            db.execute(delete(Subscriber).where(col(Subscriber.id) == follower_id))


def remove(db: Session, rows: Iterable[Subscription]) -> None:
    """End subscriptions; an address that follows nothing more goes with them, and what it was told."""
    owners = set()
    for row in rows:
        owners.add(row.subscriber_id)
        db.delete(row)
    db.flush()
    for owner in owners:
        left = select(func.count()).select_from(Subscription).where(col(Subscription.subscriber_id) == owner)
        if not db.scalar(left):
            forget_notices(db, col(Notice.person) == owner)
            db.execute(delete(Subscriber).where(col(Subscriber.id) == owner))
