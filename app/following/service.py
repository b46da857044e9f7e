"""Subscriptions without an account: subscribe, confirm, list, change, end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import timedelta, tzinfo
from itertools import takewhile

import structlog
from sqlalchemy import ColumnElement, Select, delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.following.models import Rhythm, Subscriber, Subscription, What
from app.identity.secret import hashed
from app.review.confirmations import Confirmations, Vault, mailbox
from app.review.models import Confirmation, ConfirmationPurpose, Message, Notice, NoticeKind
from app.review.notices.mail import REFUSED
from app.review.notices.notice import SENT
from app.review.people import Recipient
from app.search.port import Cursor
from app.shared.clock import Clock
from app.shared.errors import NotFound, Unavailable

REFUSED_FOR = timedelta(days=3)
_FOLLOWER = "follower:"
_log = structlog.get_logger(__name__)


def is_follower(person_id: str) -> bool:
    """Return whether this id belongs to a subscriber without an account."""
    return person_id.startswith(_FOLLOWER)


class SubscriptionNotFound(NotFound):
    """No subscription belongs to this link."""


class FollowerStore:
    """Stores addresses encrypted, and derives the secrets of links, which are stored nowhere."""

    def __init__(self, sessions: Sessions, vault: Vault) -> None:
        self._sessions = sessions
        self._vault = vault

    def recipient(self, follower_id: str) -> Recipient | None:
        """Return the recipient of messages to a follower; None after the last subscription has ended."""
        with self._sessions.reading() as db:
            row = db.get(Subscriber, follower_id)
        address = self._vault.open(row.address) if row else None
        return Recipient(address=address, lang=row.lang) if row and address else None

    def token(self, follower_id: str) -> str:
        """Return the secret of the link to all subscriptions of a follower."""
        return self._vault.token(follower_id)

    def of_address(self, db: Session, address: str) -> Subscriber | None:
        """Return the row of an address."""
        seal = self._vault.seal(address.strip().casefold())
        return db.scalar(select(Subscriber).where(col(Subscriber.seal) == seal))

    def of_mailbox(self, address: str) -> Select[str]:
        """Select the ids of subscribers whose addresses lead to the same mailbox as `address`."""
        return select(col(Subscriber.id)).where(col(Subscriber.mailbox) == self._vault.seal(mailbox(address)))

    def known(self, db: Session, address: str, lang: str) -> Subscriber:
        """Return the row of an address, and add it if there is none."""
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
        """Return the id of the subscriber with an address; () if there is none."""
        row = self.of_address(db, address)
        return (row.id,) if row else ()

    def locked(self, what: What, target: str) -> tuple[str, str]:
        """Return a target in its stored form, and its mark. Tokens of memos are encrypted, because they give access."""
        stored = self._vault.lock(target) if what is What.MEMO else target
        return stored, self._vault.seal(f"{what}:{target}")

    def target(self, row: Subscription) -> str:
        """Return the target of a subscription, "" if the key of the node has been replaced since."""
        return self.opened(row.what, row.target)

    def opened(self, what: What, stored: str) -> str:
        """Return the target from the stored form that `locked` makes."""
        return (self._vault.open(stored) or "") if what is What.MEMO else stored

    def behind(self, db: Session, token: str) -> Subscriber:
        """Return the owner of a link to all subscriptions; raises SubscriptionNotFound."""
        row = db.scalar(select(Subscriber).where(col(Subscriber.token_hash) == hashed(token)))
        if row is None:
            raise SubscriptionNotFound
        return row

    def refused(self, follower_id: str) -> None:
        """Delete a follower whose address has been refused for `REFUSED_FOR` without accepting a message in between.

        The first refusal is not enough, because a mail server that is set up wrongly for a day must not end all
        subscriptions. Only refusals at the first attempt count: after days without an answer a server may refuse all
        waiting messages at once.
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
        """Delete followers with their subscriptions and messages."""
        for follower_id in follower_ids:
            db.execute(delete(Notice).where(col(Notice.person) == follower_id))
            db.execute(delete(Subscriber).where(col(Subscriber.id) == follower_id))


def remove(db: Session, rows: Iterable[Subscription]) -> None:
    """End subscriptions; an address without further subscriptions is deleted with its messages."""
    owners = set()
    for row in rows:
        owners.add(row.subscriber_id)
        db.delete(row)
    db.flush()
    for owner in owners:
        left = select(func.count()).select_from(Subscription).where(col(Subscription.subscriber_id) == owner)
        if not db.scalar(left):
            db.execute(delete(Notice).where(col(Notice.person) == owner))
            db.execute(delete(Subscriber).where(col(Subscriber.id) == owner))


TOLD_FOR = timedelta(days=30)
MAX_PER_ADDRESS = 50
MAX_SUBSCRIPTIONS = 20_000
"""Maximum per address, and for the node: anybody can subscribe without an account."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A subscription as its owner sees it, with `target` decrypted."""

    id: str
    what: What
    target: str
    rhythm: Rhythm


class TooManySubscriptions(Unavailable):
    """The address or the whole node has reached the limit of subscriptions."""


class FollowingService:
    """The use cases of subscribers. No answer reveals whether an address is known."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        store: FollowerStore,
        confirmations: Confirmations,
        upto: Callable[[], Cursor],
        zone: tzinfo,
    ) -> None:
        """New subscriptions begin at the current change number, `upto`."""
        self.store = store
        self._sessions = sessions
        self._clock = clock
        self._confirmations = confirmations
        self._upto = upto
        self._zone = zone

    def subscribe(self, what: What, target: str, rhythm: Rhythm, address: str, lang: str) -> None:
        """Send the confirmation link. Raises TooManySubscriptions, and like `Confirmations.ask`."""
        with self._sessions.reading() as db:
            if _count(db) >= MAX_SUBSCRIPTIONS:
                raise TooManySubscriptions
        upto, (stored, mark) = self._upto(), self.store.locked(what, target)
        wanted = {"what": what, "target": stored, "mark": mark, "rhythm": rhythm}
        self._confirmations.ask(
            ConfirmationPurpose.SUBSCRIPTION,
            {**wanted, "generation": upto.generation, "seq": upto.seq},
            address,
            lang,
            is_known=lambda db: bool(_count(db, col(Subscription.subscriber_id).in_(self.store.of_mailbox(address)))),
        )

    def waiting(self, row: Confirmation) -> Followed:
        """Return the subscription that waits for confirmation."""
        wanted = row.wanted
        target = self.store.opened(What(wanted["what"]), wanted["target"])
        return Followed(id=row.id, what=What(wanted["what"]), target=target, rhythm=Rhythm(wanted["rhythm"]))

    def confirm(self, row: Confirmation) -> str:
        """Start the subscription, and return the secret of the link to all subscriptions of that address.

        Confirming the same subscription again only changes its rhythm. Raises ConfirmationNotFound and
        TooManySubscriptions.
        """
        now, wanted, address = self._clock(), row.wanted, self._confirmations.address(row)
        rhythm = Rhythm(wanted["rhythm"])
        with self._sessions.begin() as db:
            owner = self.store.known(db, address, row.lang)
            owner.lang = row.lang
            db.add(owner)
            mine = col(Subscription.subscriber_id) == owner.id
            found = db.scalar(select(Subscription).where(mine, col(Subscription.mark) == wanted["mark"]))
            if found is None:
                if _count(db, mine) >= MAX_PER_ADDRESS:
                    raise TooManySubscriptions
                found = Subscription(
                    id=row.id,
                    subscriber_id=owner.id,
                    what=What(wanted["what"]),
                    target=wanted["target"],
                    mark=wanted["mark"],
                    lang=row.lang,
                    rhythm=rhythm,
                    asked_at=row.asked_at,
                    confirmed_at=now,
                    due_at=now,
                    generation=wanted["generation"],
                    seq=wanted["seq"],
                    sent=(),
                )
            self._set_rhythm(found, rhythm)
            db.add(found)
            self._confirmations.forget(db, [row.id])
            return self.store.token(owner.id)

    def all_of(self, token: str) -> tuple[Followed, ...]:
        """Return the subscriptions that the link in a message gives access to; raises SubscriptionNotFound."""
        with self._sessions.reading() as db:
            rows = self._rows(db, token)
        return tuple(
            Followed(id=one.id, what=one.what, target=self.store.target(one), rhythm=one.rhythm) for one in rows
        )

    def change(self, token: str, subscription_id: str, rhythm: Rhythm) -> None:
        """Change how often messages about a subscription are sent; raises SubscriptionNotFound."""
        with self._sessions.begin() as db:
            row = self._one(db, token, subscription_id)
            self._set_rhythm(row, rhythm)
            db.add(row)

    def end(self, token: str, subscription_id: str = "") -> None:
        """End one subscription or all of a link; the last one deletes the address. Raises SubscriptionNotFound."""
        with self._sessions.begin() as db:
            if subscription_id:
                remove(db, [self._one(db, token, subscription_id)])
            else:
                self.store.forget(db, [self.store.behind(db, token).id])
        _log.info("subscriptions.ended", all=not subscription_id)

    def purge(self) -> None:
        """Delete messages that were sent long ago."""
        before = self._clock() - TOLD_FOR
        with self._sessions.begin() as db:
            db.execute(delete(Notice).where(col(Notice.kind) == NoticeKind.DIGEST, col(Notice.at) < before))

    def _set_rhythm(self, row: Subscription, rhythm: Rhythm) -> None:
        now = self._clock()
        row.rhythm, row.due_at = rhythm, now if rhythm is Rhythm.AT_ONCE else rhythm.next_after(now, self._zone)

    def _rows(self, db: Session, token: str) -> Iterable[Subscription]:
        owner = self.store.behind(db, token)
        mine = select(Subscription).where(col(Subscription.subscriber_id) == owner.id)
        return db.scalars(mine.order_by(col(Subscription.asked_at))).all()

    def _one(self, db: Session, token: str, subscription_id: str) -> Subscription:
        found = next((row for row in self._rows(db, token) if row.id == subscription_id), None)
        if found is None:
            raise SubscriptionNotFound
        return found


def _count(db: Session, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Subscription).where(*conditions)) or 0
