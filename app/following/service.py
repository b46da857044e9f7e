# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The use cases of whoever follows something by mail: subscribe, confirm, look, change, end."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import structlog
from sqlalchemy import ColumnElement, Select, and_, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.following.errors import AddressInvalid, SubscribingNotOffered, SubscriptionNotFound, TooManySubscriptions
from app.following.models import Rhythm, Subscription, What
from app.following.rhythm import first_due
from app.following.store import FollowerStore, is_follower, remove
from app.identity.secret import hashed
from app.review.emptying import forget_notices
from app.review.guests.vault import is_address
from app.review.models import Notice, NoticeKind
from app.review.notices.notice import Notices
from app.search.port import Cursor
from app.shared.clock import Clock

HOURS = 48
"""So long a link holds; after that a subscription that nobody confirmed is gone, with its address."""
TOLD_FOR = timedelta(days=30)
OF_AN_ADDRESS, WAITING = 3, 6
IN_AN_HOUR = 60
MOST = 50
ALTOGETHER = 20_000
"""How many messages that nobody has confirmed go to one mailbox in an hour and as long as a link holds, and out of the
whole node in an hour; how many subscriptions an address may have, and the node keeps: nobody needs an account for one.
"""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A subscription as its owner sees it: `target` is open to read."""

    id: str
    what: What
    target: str
    rhythm: Rhythm


class FollowingService:
    """Everything that needs no account. What it answers never tells whether an address is known."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        store: FollowerStore,
        notices: Notices,
        upto: Callable[[], Cursor],
        zone: tzinfo,
        *,
        is_offered: bool,
    ) -> None:
        """Begin at `upto`, the change number of the moment; `is_offered` is False where the node sends no e-mail."""
        self.is_offered = is_offered
        self.store = store
        self._sessions = sessions
        self._clock = clock
        self._notices = notices
        self._upto = upto
        self._zone = zone

    def subscribe(self, what: What, target: str, rhythm: Rhythm, address: str, lang: str) -> None:
        """Keep a subscription and send the link that confirms it.

        Raises SubscribingNotOffered, AddressInvalid and TooManySubscriptions. A mailbox that is written to too often is
        answered like any other and gets nothing. One that follows something already gets its link also where strangers
        have used up those of the hour; the answer is TooManySubscriptions all the same, so that it tells nobody.
        """
        if not self.is_offered:
            raise SubscribingNotOffered
        address = address.strip()
        if not is_address(address):
            raise AddressInvalid
        now, upto = self._clock(), self._upto()
        with self._sessions.begin() as db:
            _purge(db, now)
            is_full = _count(db, *_unconfirmed(now, 1)) >= IN_AN_HOUR or _count(db) >= ALTOGETHER
            if self._may_be_sent(db, address, now, is_full=is_full):
                owner = self.store.known(db, address, lang)
                row_id, (stored, mark) = str(uuid.uuid4()), self.store.locked(what, target)
                db.add(
                    Subscription(
                        id=row_id,
                        subscriber_id=owner.id,
                        token_hash=self.store.token_hash(row_id),
                        what=what,
                        target=stored,
                        mark=mark,
                        lang=lang,
                        rhythm=rhythm,
                        asked_at=now,
                        due_at=first_due(rhythm, now, self._zone),
                        generation=upto.generation,
                        seq=upto.seq,
                        sent=(),
                    )
                )
                # Nothing of what is followed goes along: who typed the address may be a stranger to whoever owns it.
                params = {"subscription": row_id, "hours": str(HOURS)}
                self._notices.add(db, owner.id, NoticeKind.CONFIRM_SUBSCRIPTION, params)
        if is_full:
            raise TooManySubscriptions

    def _may_be_sent(self, db: Session, address: str, now: datetime, *, is_full: bool) -> bool:
        mine = col(Subscription.subscriber_id).in_(self.store.of_mailbox(address))
        if is_full and not _count(db, mine, col(Subscription.confirmed_at).is_not(None)):
            return False
        lately, waiting = _count(db, mine, *_unconfirmed(now, 1)), _count(db, mine, *_unconfirmed(now, HOURS))
        return lately < OF_AN_ADDRESS and waiting < WAITING

    def waiting(self, token: str) -> Followed:
        """Return what waits behind a link; raises SubscriptionNotFound."""
        with self._sessions.reading() as db:
            return self._followed(_waiting(db, token, self._clock()))

    def confirm(self, token: str) -> str:
        """Begin to send, and return the secret of the link to all subscriptions of that address.

        The same again only changes how often it is told. Raises SubscriptionNotFound and TooManySubscriptions.
        """
        now = self._clock()
        with self._sessions.begin() as db:
            row = _waiting(db, token, now)
            owner = self.store.token(row.subscriber_id)
            behind = self.store.behind(db, owner)
            behind.lang = row.lang
            db.add(behind)
            mine = (col(Subscription.subscriber_id) == row.subscriber_id, col(Subscription.confirmed_at).is_not(None))
            same = db.scalar(select(Subscription).where(*mine, col(Subscription.mark) == row.mark))
            if same is not None:
                self._tell(same, row.rhythm, now)
                db.add(same)
                db.delete(row)
                return owner
            if _count(db, *mine) >= MOST:
                raise TooManySubscriptions
            row.confirmed_at, row.token_hash = now, f"used:{row.id}"
            self._tell(row, row.rhythm, now)
            db.add(row)
        return owner

    def all_of(self, token: str) -> tuple[Followed, ...]:
        """Return what is followed behind the link in a message; raises SubscriptionNotFound."""
        with self._sessions.reading() as db:
            rows = self._rows(db, token)
        return tuple(self._followed(row) for row in rows)

    def change(self, token: str, subscription_id: str, rhythm: Rhythm) -> None:
        """Tell of one from now on in another rhythm; raises SubscriptionNotFound."""
        with self._sessions.begin() as db:
            row = self._one(db, token, subscription_id)
            self._tell(row, rhythm, self._clock())
            db.add(row)

    def end(self, token: str, subscription_id: str = "") -> None:
        """End one subscription or all behind a link, and forget an address with its last; raises SubscriptionNotFound.

        Whoever ends all ends what waits for its confirmation too.
        """
        with self._sessions.begin() as db:
            if subscription_id:
                remove(db, [self._one(db, token, subscription_id)])
            else:
                self.store.forget(db, [self.store.behind(db, token).id])
        _log.info("subscriptions.ended", all=not subscription_id)

    def purge(self) -> None:
        """Forget what nobody confirmed in time, and messages that were sent long ago."""
        now = self._clock()
        with self._sessions.reading() as db:
            over = db.scalar(_over(now).limit(1)) is not None
            old = [one for one in db.scalars(_told(now - TOLD_FOR)) if is_follower(one)]
        if over or old:
            with self._sessions.begin() as db:
                _purge(db, now)
                for follower_id in old:
                    forget_notices(db, and_(col(Notice.person) == follower_id, col(Notice.at) < now - TOLD_FOR))

    def _tell(self, row: Subscription, rhythm: Rhythm, now: datetime) -> None:
        row.rhythm, row.due_at = rhythm, first_due(rhythm, now, self._zone)

    def _rows(self, db: Session, token: str) -> Iterable[Subscription]:
        owner = self.store.behind(db, token)
        mine = (col(Subscription.subscriber_id) == owner.id, col(Subscription.confirmed_at).is_not(None))
        return db.scalars(select(Subscription).where(*mine).order_by(col(Subscription.asked_at))).all()

    def _one(self, db: Session, token: str, subscription_id: str) -> Subscription:
        found = next((row for row in self._rows(db, token) if row.id == subscription_id), None)
        if found is None:
            raise SubscriptionNotFound
        return found

    def _followed(self, row: Subscription) -> Followed:
        return Followed(id=row.id, what=row.what, target=self.store.target(row), rhythm=row.rhythm)


def _waiting(db: Session, token: str, now: datetime) -> Subscription:
    alive = (col(Subscription.token_hash) == hashed(token), col(Subscription.asked_at) > now - timedelta(hours=HOURS))
    row: Subscription | None = db.scalar(select(Subscription).where(*alive))
    if row is None:
        raise SubscriptionNotFound
    return row


def _over(now: datetime) -> Select[Subscription]:
    limit = now - timedelta(hours=HOURS)
    return select(Subscription).where(col(Subscription.confirmed_at).is_(None), col(Subscription.asked_at) <= limit)


def _told(before: datetime) -> Select[str]:
    kinds = (NoticeKind.CONFIRM_SUBSCRIPTION, NoticeKind.DIGEST)
    return select(col(Notice.person)).where(col(Notice.kind).in_(kinds), col(Notice.at) < before).distinct()


def _purge(db: Session, now: datetime) -> None:
    remove(db, db.scalars(_over(now)).all())


def _unconfirmed(now: datetime, hours: int) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return (col(Subscription.confirmed_at).is_(None), col(Subscription.asked_at) > now - timedelta(hours=hours))


def _count(db: Session, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Subscription).where(*conditions)) or 0
