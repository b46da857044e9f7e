"""Writes down what is to be sent to whom: all of a follower's subscriptions that are due, in one message."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import tzinfo

import structlog
from sqlalchemy import and_, not_, or_, select
from sqlmodel import col

from app.database import Sessions
from app.following.interest import FollowedSearch
from app.following.models import Rhythm, Subscription, What
from app.following.news import News, NewsCode, NewsItem, Newsroom, versions_of
from app.following.rhythm import LONGEST, next_after
from app.following.store import FollowerStore, remove
from app.review.models import NoticeKind
from app.review.notices.notice import Notices
from app.search.port import Cursor
from app.shared.clock import Clock
from app.shared.errors import DomainError

_FOLLOWERS = 200
"""So many followers are looked after in one round; the others come next, a minute later."""
_REMEMBERED = 1000
PARTS = "parts"
_log = structlog.get_logger(__name__)


class Digests:
    """One round after the other; killed anywhere, nothing is lost and nothing told twice.

    How far a subscription has been told and the message about it are written in one transaction.
    """

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        store: FollowerStore,
        notices: Notices,
        newsroom: Callable[[], Newsroom | None],
        search_of: Callable[[str], FollowedSearch],
        zone: tzinfo,
    ) -> None:
        """`newsroom` opens one for the present change number, none while the index is built anew.

        `search_of` reads what a row says of a search.
        """
        self._sessions = sessions
        self._clock = clock
        self._store = store
        self._notices = notices
        self._newsroom = newsroom
        self._search_of = search_of
        self._zone = zone

    def run(self) -> int:
        """Write down all messages that are due and return how many there were."""
        room = self._newsroom()
        return sum(self._write(rows, room) for rows in self._due(room.upto).values()) if room else 0

    def _due(self, upto: Cursor) -> Mapping[str, list[Subscription]]:
        """Return what is due by follower; of what is told at once only what can have changed."""
        read = and_(col(Subscription.seq) == upto.seq, col(Subscription.generation) == upto.generation)
        late = or_(col(Subscription.rhythm) != Rhythm.AT_ONCE, not_(read))
        now, due_at = self._clock(), col(Subscription.due_at)
        due = and_(or_(due_at <= now, due_at > now + LONGEST), late)
        found: dict[str, list[Subscription]] = {}
        with self._sessions.reading() as db:
            first = select(col(Subscription.subscriber_id)).where(due).order_by(col(Subscription.due_at))
            followers = list(dict.fromkeys(db.scalars(first.limit(_FOLLOWERS))))
            mine = col(Subscription.subscriber_id).in_(followers)
            for row in db.scalars(select(Subscription).where(due, mine).order_by(col(Subscription.asked_at))):
                found.setdefault(row.subscriber_id, []).append(row)
        return found

    def _write(self, rows: Sequence[Subscription], room: Newsroom) -> int:
        news = {row.id: found for row in rows if (found := self._readable(row, room))}
        with self._sessions.begin() as db:
            parts = []
            for row in (row for row in rows if row.id in news):
                kept = db.get(Subscription, row.id)
                if kept is None or (kept.generation, kept.seq) != (row.generation, row.seq):
                    # Ended meanwhile, or another process has told it.
                    continue
                if news[row.id].is_over:
                    remove(db, [kept])
                    continue
                if news[row.id].items:
                    parts.append(_part(kept, news[row.id]))
                self._move(kept, news[row.id], room)
                db.add(kept)
            if parts:
                params = {PARTS: json.dumps(parts, separators=(",", ":"))}
                self._notices.add(db, rows[0].subscriber_id, NoticeKind.DIGEST, params)
        return 1 if parts else 0

    def _readable(self, row: Subscription, room: Newsroom) -> News | None:
        """Return what is new, None where that cannot be found out just now, which keeps nobody else."""
        try:
            return self._news(row, room)
        except DomainError as error:
            # Where nothing can be searched at all, there is no newsroom.
            _log.warning("following.not_told", subscription=row.id, reason=type(error).__name__)
            return None

    def _news(self, row: Subscription, room: Newsroom) -> News:
        if row.generation != room.upto.generation:
            # The catalogue was built anew and counts from the beginning: nothing that was told is told again.
            return News()
        target = self._store.target(row)
        if row.what is What.SEARCH:
            return room.of_search(self._search_of(target), row.seq, row.sent)
        return room.of_record(target, row.seq) if row.what is What.RECORD else room.of_memo(target, row.seq)

    def _move(self, row: Subscription, news: News, room: Newsroom) -> None:
        told = versions_of(row.sent)
        for item in news.items:
            told.pop(item.uid, None)
            if item.code is not NewsCode.WITHDRAWN:
                told[item.uid] = str(item.ver)
        row.sent = tuple(map(" ".join, told.items()))[-_REMEMBERED:]
        # Never back, or it would all be told once more.
        known = row.seq if row.generation == room.upto.generation else 0
        row.seq, row.generation = max(known, room.upto.seq), room.upto.generation
        if news.items or row.rhythm is not Rhythm.AT_ONCE:
            row.due_at = next_after(row.rhythm, self._clock(), self._zone)


def _part(row: Subscription, news: News) -> Mapping[str, object]:
    """Return what the letter needs to know; titles are looked up when it is sent."""
    items = [[item.uid, item.ver, item.code.value] for item in news.items]
    return {"id": row.id, "items": items, "changed": news.changed, "finds": news.finds}


def parts_of(params: Mapping[str, str]) -> Iterator[tuple[str, News]]:
    """Yield subscription and news of each part of a message that was written down."""
    for part in json.loads(params[PARTS]):
        items = tuple(NewsItem(uid, ver, NewsCode(code)) for uid, ver, code in part["items"])
        yield part["id"], News(items=items, changed=part["changed"], finds=part["finds"])
