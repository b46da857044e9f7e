"""Stores one message per follower about what is new for their subscriptions, by change number, not by clock."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import tzinfo
from enum import StrEnum

import structlog
from sqlalchemy import and_, not_, or_, select
from sqlmodel import col

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.database import Sessions
from app.following.followed_search import FollowedSearch
from app.following.models import MAX_REST, Rhythm, Subscription, What
from app.following.service import FollowerStore, remove
from app.kickoff.memo.memo import MemoNotFound
from app.kickoff.memo.pinning import Change, origin_of
from app.kickoff.memo.service import MemoService
from app.kickoff.service import KickoffService
from app.review.models import NoticeKind
from app.review.notices.notice import Notices
from app.search.document import uid_of
from app.search.port import Cursor
from app.shared.clock import Clock
from app.shared.errors import DomainError

PAGE_SIZE, MAX_PAGES = 100, 10
"""Hits per page and number of pages to read, so the newest thousand hits of a search."""
BATCH_SIZE = 1000
SHOWN = 30
"""Items shown per subscription and message; the message counts the others and links to the search."""
MAX_FOLLOWERS = 200
"""Followers processed in one round; the others follow a minute later."""
MAX_SENT = 1000
"""Reported versions remembered per subscription."""
PARTS = "parts"
_log = structlog.get_logger(__name__)


class NewsCode(StrEnum):
    """What happened to a record."""

    NEW = "new"
    CHANGED = "changed"
    WITHDRAWN = "withdrawn"
    RESPONDED = "responded"


@dataclass(frozen=True, slots=True)
class NewsItem:
    """A version of a record (uid) and what happened to it."""

    uid: str
    ver: int
    code: NewsCode


@dataclass(frozen=True, slots=True, kw_only=True)
class News:
    """What is new. For a memo, `changed` of its `finds` differ from when it was made, including earlier changes."""

    items: tuple[NewsItem, ...] = ()
    changed: int = 0
    finds: int = 0
    is_over: bool = False
    """Nothing is left to follow."""


class NewsFinder:
    """Finds news up to one change number; changes are read once for all subscriptions."""

    def __init__(
        self,
        catalogue: CatalogueService,
        kickoff: KickoffService,
        memos: MemoService,
        responses: Callable[[str], Iterable[str]],
        issuer: str,
        upto: Cursor,
    ) -> None:
        """`responses` returns the ids of responses to an own record; `upto` is how far the index has read."""
        self.upto = upto
        self._catalogue = catalogue
        self._kickoff = kickoff
        self._memos = memos
        self._responses = responses
        self._issuer = issuer
        self._changes: dict[int, Mapping[str, CatalogueEntry]] = {}

    def of_search(self, search: FollowedSearch, after: int, told: Mapping[str, str]) -> News:
        """Return records that match and were written after `after`, and withdrawals of records reported before.

        `told` maps uids to the version reported last, which is not reported again: a record that was hidden and is
        shown again has a new change number.
        """
        changed = self._changed(after)
        edits: dict[str, NewsItem] = {}
        for uid, entry in changed.items():
            item = self._edited(entry, after)
            if item and told.get(uid) != str(item.ver):
                edits[uid] = item
        found: set[str] = set()
        for page in range(1, MAX_PAGES + 1) if edits else ():
            result, hits = search.hits(self._kickoff, page=page, size=PAGE_SIZE, lang="de")
            found |= {hit.uid for hit in hits} & edits.keys()
            if found == edits.keys() or page * PAGE_SIZE >= result.total:
                break
        withdrawn = [
            NewsItem(uid, entry.ver, NewsCode.WITHDRAWN)
            for uid, entry in changed.items()
            if uid in told and entry.state is State.WITHDRAWN
        ]
        return News(items=(*(item for uid, item in edits.items() if uid in found), *withdrawn))

    def of_record(self, record_id: str, after: int) -> News:
        """Return whether an own record was edited, withdrawn or responded to."""
        changed, uid = self._changed(after), f"|{record_id}"
        entry = changed.get(uid)
        if entry is not None and entry.state is State.WITHDRAWN:
            return News(items=(NewsItem(uid, entry.ver, NewsCode.WITHDRAWN),))
        items = [item] if entry is not None and (item := self._edited(entry, after)) else []
        responses = {one.id for one in changed.values() if one.kind == "response" and one.state is State.PUBLISHED}
        if responses and not responses.isdisjoint(self._responses(record_id)):
            items.append(NewsItem(uid, 0, NewsCode.RESPONDED))
        return News(items=tuple(items))

    def of_memo(self, token: str, after: int) -> News:
        """Return which finds of a stored memo changed after `after`, and how many changed since it was made."""
        try:
            memo = self._memos.load(token).memo
        except MemoNotFound:
            return News(is_over=True)
        moved = [one for one in self._memos.changes_since(memo) if one.change in (Change.NEWER, Change.WITHDRAWN)]
        items = tuple(
            NewsItem(
                f"{origin_of(one.record.home, self._issuer)}|{one.record.id}",
                one.ver or 0,
                NewsCode.WITHDRAWN if one.change is Change.WITHDRAWN else NewsCode.CHANGED,
            )
            for one in moved
            if after < one.seq <= self.upto.seq
        )
        return News(items=items, changed=len(moved), finds=len(memo.finds))

    def _edited(self, entry: CatalogueEntry, after: int) -> NewsItem | None:
        """Return the edit of a visible record; None if the change only confirmed that the record is still correct."""
        head = self._catalogue.visible().get(entry.id, entry.origin)
        edit = self._catalogue.last_edit(head) if head else None
        if edit is None or edit.seq <= after:
            return None
        first = next(iter(self._catalogue.versions(entry.id, entry.origin)), edit)
        # Only the newest version of another node's record is stored.
        is_new = edit.ver == 1 if entry.origin else first.seq > after
        return NewsItem(uid_of(entry), edit.ver, NewsCode.NEW if is_new else NewsCode.CHANGED)

    def _changed(self, after: int) -> Mapping[str, CatalogueEntry]:
        """Return the last change after `after` of every record, by uid."""
        if after not in self._changes:
            found, read = {}, after
            while read < self.upto.seq and (changes := self._catalogue.changes(read, BATCH_SIZE)):
                for one in changes:
                    if one.id and one.seq <= self.upto.seq and one.state is not State.BROKEN:
                        found[uid_of(one)] = one
                read = changes[-1].seq
            self._changes[after] = found
        return self._changes[after]


class Notifier:
    """Stores each message with the position of its subscription: nothing is lost or reported twice."""

    def __init__(
        self,
        sessions: Sessions,
        clock: Clock,
        store: FollowerStore,
        finder: Callable[[], NewsFinder | None],
        search_of: Callable[[str], FollowedSearch],
        zone: tzinfo,
    ) -> None:
        """`finder` returns a finder for the current change number, None while the index is rebuilt."""
        self._sessions = sessions
        self._clock = clock
        self._store = store
        self._notices = Notices(sessions, clock)
        self._finder = finder
        self._search_of = search_of
        self._zone = zone

    def run(self) -> int:
        """Store all messages that are due and return their number."""
        finder = self._finder()
        return sum(self._write(rows, finder) for rows in self._due(finder.upto).values()) if finder else 0

    def _due(self, upto: Cursor) -> Mapping[str, list[Subscription]]:
        """Return due subscriptions by follower; those with messages at once only if the catalogue has changed."""
        read = and_(col(Subscription.seq) == upto.seq, col(Subscription.generation) == upto.generation)
        late = or_(col(Subscription.rhythm) != Rhythm.AT_ONCE, not_(read))
        now, due_at = self._clock(), col(Subscription.due_at)
        due = and_(or_(due_at <= now, due_at > now + MAX_REST), late)
        found: dict[str, list[Subscription]] = {}
        with self._sessions.reading() as db:
            first = select(col(Subscription.subscriber_id)).where(due).order_by(col(Subscription.due_at))
            followers = list(dict.fromkeys(db.scalars(first.limit(MAX_FOLLOWERS))))
            mine = col(Subscription.subscriber_id).in_(followers)
            for row in db.scalars(select(Subscription).where(due, mine).order_by(col(Subscription.asked_at))):
                found.setdefault(row.subscriber_id, []).append(row)
        return found

    def _write(self, rows: Sequence[Subscription], finder: NewsFinder) -> int:
        found: dict[str, News] = {}
        for row in rows:
            try:
                found[row.id] = self._news(row, finder)
            except DomainError as error:
                # A subscription whose news cannot be found now must not delay others.
                _log.warning("following.not_told", subscription=row.id, reason=type(error).__name__)
        with self._sessions.begin() as db:
            parts = []
            for row in (row for row in rows if row.id in found):
                kept, news = db.get(Subscription, row.id), found[row.id]
                if kept is None or (kept.generation, kept.seq) != (row.generation, row.seq):
                    # The subscription has ended, or another process has reported this.
                    continue
                if news.is_over:
                    remove(db, [kept])
                    continue
                if news.items:
                    # Titles are looked up when the message is sent.
                    items = [[item.uid, item.ver, item.code.value] for item in news.items]
                    parts.append({"id": kept.id, "items": items, "changed": news.changed, "finds": news.finds})
                self._move(kept, news, finder.upto)
                db.add(kept)
            if parts:
                params = {PARTS: json.dumps(parts, separators=(",", ":"))}
                self._notices.add(db, rows[0].subscriber_id, NoticeKind.DIGEST, params)
        return 1 if parts else 0

    def _news(self, row: Subscription, finder: NewsFinder) -> News:
        if row.generation != finder.upto.generation:
            # A rebuilt catalogue has new change numbers; report nothing rather than everything again.
            return News()
        target = self._store.target(row)
        if row.what is What.SEARCH:
            return finder.of_search(self._search_of(target), row.seq, _versions_of(row.sent))
        return finder.of_record(target, row.seq) if row.what is What.RECORD else finder.of_memo(target, row.seq)

    def _move(self, row: Subscription, news: News, upto: Cursor) -> None:
        told = _versions_of(row.sent)
        for item in news.items:
            told.pop(item.uid, None)
            if item.code is not NewsCode.WITHDRAWN:
                told[item.uid] = str(item.ver)
        row.sent = tuple(map(" ".join, told.items()))[-MAX_SENT:]
        # Never go back, or everything would be reported again.
        known = row.seq if row.generation == upto.generation else 0
        row.seq, row.generation = max(known, upto.seq), upto.generation
        if news.items or row.rhythm is not Rhythm.AT_ONCE:
            row.due_at = row.rhythm.next_after(self._clock(), self._zone)


def _versions_of(sent: Iterable[str]) -> dict[str, str]:
    """Return the reported version of each record (uid), in the order of `Subscription.sent`."""
    return dict(one.partition(" ")[::2] for one in sent)


def parts_of(params: Mapping[str, str]) -> Iterator[tuple[str, News]]:
    """Yield subscription and news of each part of a stored message."""
    for part in json.loads(params[PARTS]):
        items = tuple(NewsItem(uid, ver, NewsCode(code)) for uid, ver, code in part["items"])
        yield part["id"], News(items=items, changed=part["changed"], finds=part["finds"])
