"""The use cases of whoever follows something by mail: subscribe, confirm, look, change, end."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta, tzinfo

import structlog
from sqlalchemy import ColumnElement, and_, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.following.models import Rhythm, Subscription, What
from app.following.rhythm import first_due
from app.following.store import FollowerStore, SubscriptionNotFound, remove
from app.review.confirming.confirmations import Confirmations
from app.review.emptying import forget_notices
from app.review.models import Confirmation, ConfirmationPurpose, Notice, NoticeKind
from app.search.port import Cursor
from app.shared.clock import Clock
from app.shared.errors import Unavailable

TOLD_FOR = timedelta(days=30)
MOST = 50
ALTOGETHER = 20_000
"""Subscriptions of one address, and of the whole node: nobody needs an account for one."""
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class Followed:
    """A subscription as its owner sees it: `target` is open to read."""

    id: str
    what: What
    target: str
    rhythm: Rhythm


class TooManySubscriptions(Unavailable):
    """So many are kept that strangers may be at work, or as many as one address may have."""


class FollowingService:
    """Everything that needs no account. What it answers never tells whether an address is known."""

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
            if _count(db) >= ALTOGETHER:
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

        The same again only changes how often it is told. Raises ConfirmationNotFound and TooManySubscriptions.
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
                if _count(db, mine) >= MOST:
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
            self._tell(found, rhythm, now)
            db.add(found)
            self._confirmations.forget(db, [row.id])
            return self.store.token(owner.id)

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
        with self._sessions.reading() as db:
            told = select(col(Notice.person)).where(col(Notice.kind) == NoticeKind.DIGEST, col(Notice.at) < before)
            old = list(db.scalars(told.distinct()))
        if old:
            with self._sessions.begin() as db:
                for follower_id in old:
                    forget_notices(db, and_(col(Notice.person) == follower_id, col(Notice.at) < before))

    def _tell(self, row: Subscription, rhythm: Rhythm, now: datetime) -> None:
        row.rhythm, row.due_at = rhythm, first_due(rhythm, now, self._zone)

    def _rows(self, db: Session, token: str) -> Iterable[Subscription]:
        owner = self.store.behind(db, token)
        mine = select(Subscription).where(col(Subscription.subscriber_id) == owner.id)
        return db.scalars(mine.order_by(col(Subscription.asked_at))).all()

    def _one(self, db: Session, token: str, subscription_id: str) -> Subscription:
        found = next((row for row in self._rows(db, token) if row.id == subscription_id), None)
        if found is None:
            raise SubscriptionNotFound
        return found

    def _followed(self, row: Subscription) -> Followed:
        return Followed(id=row.id, what=row.what, target=self.store.target(row), rhythm=row.rhythm)


def _count(db: Session, *conditions: ColumnElement[bool]) -> int:
    return db.scalar(select(func.count()).select_from(Subscription).where(*conditions)) or 0
