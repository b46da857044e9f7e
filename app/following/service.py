"""Subscribers, and what they can do without an account: subscribe, confirm, look, change, end."""

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
from app.review.notices.mail import REFUSED, SENT
from app.review.people import Recipient
from app.search.port import Cursor
from app.shared.clock import Clock
from app.shared.errors import NotFound, Unavailable

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

    def token(self, follower_id: str) -> str:
        """Return the secret of the link to all that a follower gets."""
        return self._vault.token(follower_id)

    def of_address(self, db: Session, address: str) -> Subscriber | None:
        """Return the row of an address."""
        seal = self._vault.seal(address.strip().casefold())
        return db.scalar(select(Subscriber).where(col(Subscriber.seal) == seal))

    def of_mailbox(self, address: str) -> Select[str]:
        """Select the ids of subscribers under any address of a mailbox."""
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
        """Return the id of the subscriber with an address; () where there is none."""
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
            db.execute(delete(Notice).where(col(Notice.person) == follower_id))
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
            db.execute(delete(Notice).where(col(Notice.person) == owner))
            db.execute(delete(Subscriber).where(col(Subscriber.id) == owner))


TOLD_FOR = timedelta(days=30)
MAX_PER_ADDRESS = 50
MAX_SUBSCRIPTIONS = 20_000
"""Of one address and of the whole node: nobody needs an account for a subscription."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A subscription as its owner sees it: `target` is open to read."""

    id: str
    what: What
    target: str
    rhythm: Rhythm


class TooManySubscriptions(Unavailable):
    """The address or the whole node has as many subscriptions as are taken."""


class FollowingService:
    """Everything that needs no account. No answer tells whether an address is known."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        store: FollowerStore,
        confirmations: Confirmations,
        upto: Callable[[], Cursor],
        zone: tzinfo,
    ) -> None:
        """Begin at `upto`, the change number of the moment."""
        self.store = store
        self._sessions = sessions
        self._clock = clock
        self._confirmations = confirmations
        self._upto = upto
        self._zone = zone

    def subscribe(self, what: What, target: str, rhythm: Rhythm, address: str, lang: str) -> None:
        """Send the link that confirms a subscription.

        Raises TooManySubscriptions, and what `Confirmations.ask` raises.
        """
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
        """Return what waits for its confirmation."""
        wanted = row.wanted
        target = self.store.opened(What(wanted["what"]), wanted["target"])
        return Followed(id=row.id, what=What(wanted["what"]), target=target, rhythm=Rhythm(wanted["rhythm"]))

    def confirm(self, row: Confirmation) -> str:
        """Begin to send, and return the secret of the link to all subscriptions of that address.

        Confirming the same again only changes its rhythm. Raises ConfirmationNotFound and TooManySubscriptions.
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
        """Return what is followed behind the link in a message; raises SubscriptionNotFound."""
        with self._sessions.reading() as db:
            rows = self._rows(db, token)
        return tuple(
            Followed(id=one.id, what=one.what, target=self.store.target(one), rhythm=one.rhythm) for one in rows
        )

    def change(self, token: str, subscription_id: str, rhythm: Rhythm) -> None:
        """Change how often messages about a subscription go; raises SubscriptionNotFound."""
        with self._sessions.begin() as db:
            row = self._one(db, token, subscription_id)
            self._set_rhythm(row, rhythm)
            db.add(row)

    def end(self, token: str, subscription_id: str = "") -> None:
        """End one subscription or all behind a link, an address with its last; raises SubscriptionNotFound."""
        with self._sessions.begin() as db:
            if subscription_id:
                remove(db, [self._one(db, token, subscription_id)])
            else:
                self.store.forget(db, [self.store.behind(db, token).id])
        _log.info("subscriptions.ended", all=not subscription_id)

    def purge(self) -> None:
        """Forget messages that were sent long ago."""
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
