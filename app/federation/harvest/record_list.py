"""Reads the list of a peer page by page, from where the last run ended."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from enum import Enum

from app.federation.fetching import FetchRefused
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.page import NOTHING_NEW, TOKEN_REFUSED, ListItem, ListPage, read_page
from app.federation.harvest.peers import Lease, ListPlace, Peers
from app.federation.oai.xml import written
from app.shared.clock import Clock

MOST_PAGES = 20_000
_FUTURE = timedelta(days=1)

RENEWED_AFTER = 30.0
"""Seconds after which a lease is renewed while a peer is asked for many small things; a file takes two minutes at most,
a lease lasts five."""


class ListEnd(Enum):
    """How reading a list ended: at its end, without time, or because another process has taken over."""

    DONE = "done"
    NO_TIME = "no_time"
    LOST = "lost"


class Bookmark:
    """Where a run is; every step is saved, so that it can be interrupted anywhere."""

    def __init__(self, peers: Peers, lease: Lease) -> None:
        self._peers = peers
        self._lease = lease
        self.at = lease.progress

    def move(self, progress: ListPlace) -> bool:
        """Save a step; False when another process has taken over."""
        self.at = progress
        return self._peers.save(self._lease, progress)


class RenewedLease:
    """The right of a run to its peer, from the moment it was renewed last. Asked often, it is renewed now and then."""

    def __init__(self, bookmark: Bookmark, seconds_left: Callable[[], float]) -> None:
        """Renew through `bookmark`; `seconds_left()` is what remains of the run."""
        self._bookmark = bookmark
        self.seconds_left = seconds_left
        self._renewed_at = seconds_left()
        self.is_kept = True

    def __call__(self) -> bool:
        """Tell whether there is time left and no other process has taken over; cheap enough for every line."""
        left = self.seconds_left()
        if self.is_kept and self._renewed_at - left >= RENEWED_AFTER:
            self._renewed_at = left
            self.is_kept = self._bookmark.move(self._bookmark.at)
        return self.is_kept and left > 0


class RecordList:
    """One peer's list of statements; `own`: only those of its own records."""

    def __init__(self, documents: PeerDocuments, bookmark: Bookmark, *, own: bool, clock: Clock) -> None:
        self._documents = documents
        self._bookmark = bookmark
        self._own = own
        self._clock = clock

    def read(
        self,
        endpoint: str,
        take: Callable[[Sequence[ListItem]], object],
        in_time: Callable[[], bool],
        show: Callable[[int], None],
    ) -> ListEnd:
        """Hand each page to `take`; raises FetchFailed and FetchRefused."""
        seen: set[str] = set()
        looked_at = 0
        for _ in range(MOST_PAGES):
            if not in_time():
                return ListEnd.NO_TIME
            page = self._page(endpoint)
            if page.token and page.token in seen:
                raise FetchRefused("document", "the same token again")
            seen.add(page.token)
            take(page.items)
            looked_at += len(page.items)
            show(looked_at)
            if not self._bookmark.move(self._after(page)):
                return ListEnd.LOST
            if not page.token:
                return ListEnd.DONE
        raise FetchRefused("document", "too many pages")

    def _page(self, endpoint: str) -> ListPage:
        at = self._bookmark.at
        page = read_page(self._documents.page(endpoint, token=at.token, since=at.since, own=self._own))
        if page.error == TOKEN_REFUSED and at.token:
            # Items come in the order of their dates, so the last date leads to the same place.
            page = read_page(self._documents.page(endpoint, since=at.since, own=self._own))
        if page.error and page.error != NOTHING_NEW:
            raise FetchRefused("document", page.error)
        return page

    def _after(self, page: ListPage) -> ListPlace:
        at = self._bookmark.at
        return replace(at, token=page.token, since=_newest(page, at.since, self._clock()))


def _newest(page: ListPage, since: str, now: datetime) -> str:
    """Return the date from which to ask next time; a date from the future would keep everything else away."""
    dates = [item.stamped_at for item in page.items if item.stamped_at <= now + _FUTURE]
    return max([since, *(written(date) for date in dates)])
