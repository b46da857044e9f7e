"""Reads the list of a peer (OAI-PMH 2.0) page by page, from where the last run ended.

Pages are read strictly: a cut-off page is no page.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from enum import Enum
from typing import Any

from lxml import etree

from app.federation.fetching import FetchRefused
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.peers import Lease, ListPlace, Peers
from app.federation.held import Hop
from app.federation.oai.xml import ENET, OAI, PROVENANCE, written
from app.shared.clock import Clock

_MOST_ITEMS = 1000
_LONGEST_TOKEN = 4000
_LONGEST_NAME = 300
_MOST_STATIONS = 8
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_BASE_URL = re.compile(r"https?://[!-~]{1,250}", re.ASCII)
NOTHING_NEW = "noRecordsMatch"
TOKEN_REFUSED = "badResumptionToken"  # noqa: S105 - the code of the protocol

_Element = Any


@dataclass(frozen=True, slots=True, kw_only=True)
class ListItem:
    """A listed statement, not looked into yet. `jws` is None when the peer does not offer the item any more.

    `way` are the stations before the peer, as the peer tells them.
    """

    identifier: str
    stamped_at: datetime
    jws: str | None
    way: tuple[Hop, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPage:
    """A page of a list. `token` leads on and is empty at the end; `error` is the code of a refusal, or empty."""

    items: tuple[ListItem, ...] = ()
    token: str = ""
    error: str = ""


def read_page(raw: bytes) -> ListPage:
    """Return what a page says; raises FetchRefused with code `document`."""
    root = _parsed(raw)
    if root.tag != f"{{{OAI}}}OAI-PMH":
        raise _refused("no answer of OAI-PMH")
    error = root.find(f"{{{OAI}}}error")
    if error is not None:
        return ListPage(error=str(error.get("code", ""))[:40])
    listed = root.find(f"{{{OAI}}}ListRecords")
    if listed is None:
        raise _refused("no list")
    records = listed.findall(f"{{{OAI}}}record")
    if len(records) > _MOST_ITEMS:
        raise _refused("too many items")
    token = _text(listed, "resumptionToken")
    if len(token) > _LONGEST_TOKEN:
        raise _refused("token")
    return ListPage(items=tuple(_item(record) for record in records), token=token)


def _parsed(raw: bytes) -> _Element:
    try:
        raw.decode("utf-8")
    except UnicodeDecodeError as error:
        raise _refused("not UTF-8") from error
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise _refused("DOCTYPE")
    # The encoding is given, so that a declaration cannot make other characters of the bytes just looked at.
    parser = etree.XMLParser(
        encoding="utf-8",
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        recover=False,
        remove_comments=True,
        remove_pis=True,
    )
    try:
        return etree.fromstring(raw, parser)
    except etree.XMLSyntaxError as error:
        raise _refused("XML") from error


def _item(record: _Element) -> ListItem:
    header = record.find(f"{{{OAI}}}header")
    if header is None:
        raise _refused("item without header")
    identifier = _text(header, "identifier")
    if not identifier or len(identifier) > _LONGEST_NAME:
        raise _refused("identifier")
    deleted = header.get("status") == "deleted"
    return ListItem(
        identifier=identifier,
        stamped_at=_moment(_text(header, "datestamp")),
        jws=None if deleted else _statement(record),
        way=tuple(_way(record)),
    )


def _statement(record: _Element) -> str:
    found = record.find(f"{{{OAI}}}metadata/{{{ENET}}}statement")
    if found is None or len(found):
        raise _refused("item without statement")
    return (found.text or "").strip()


def _way(record: _Element) -> Iterator[Hop]:
    """Yield the stations before the peer; hearsay, so what does not look right is left out."""
    station = record.find(f"{{{OAI}}}about/{{{PROVENANCE}}}provenance/{{{PROVENANCE}}}originDescription")
    for _ in range(_MOST_STATIONS):
        if station is None:
            return
        base_url = (station.findtext(f"{{{PROVENANCE}}}baseURL") or "").strip()
        dates = (str(station.get("harvestDate", "")), (station.findtext(f"{{{PROVENANCE}}}datestamp") or "").strip())
        if _BASE_URL.fullmatch(base_url) and all(_MOMENT.fullmatch(date) for date in dates):
            yield Hop(base_url=base_url, harvested_at=_moment(dates[0]), stamped_at=_moment(dates[1]))
        station = station.find(f"{{{PROVENANCE}}}originDescription")


def _text(parent: _Element, name: str) -> str:
    return (parent.findtext(f"{{{OAI}}}{name}") or "").strip()


def _moment(text: str) -> datetime:
    if _MOMENT.fullmatch(text) is None:
        raise _refused("date")
    try:
        return datetime.fromisoformat(text.removesuffix("Z")).replace(tzinfo=UTC)
    except ValueError as error:
        raise _refused("date") from error


def _refused(detail: str) -> FetchRefused:
    return FetchRefused("document", detail)


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


class RenewedLease:
    """The right of a run to its peer, and where the run is: every step is saved, so that it can end anywhere."""

    def __init__(self, peers: Peers, lease: Lease, seconds_left: Callable[[], float]) -> None:
        """`seconds_left()` is what remains of the run."""
        self._peers = peers
        self._lease = lease
        self.at = lease.progress
        self.seconds_left = seconds_left
        self._renewed_at = seconds_left()
        self.is_kept = True

    def move(self, progress: ListPlace) -> bool:
        """Save a step; False when another process has taken over."""
        self.at = progress
        self._renewed_at = self.seconds_left()
        self.is_kept = self._peers.save(self._lease, progress)
        return self.is_kept

    def __call__(self) -> bool:
        """Tell whether there is time left and no other process has taken over; renewed now and then."""
        if self.is_kept and self._renewed_at - self.seconds_left() >= RENEWED_AFTER:
            self.move(self.at)
        return self.is_kept and self.seconds_left() > 0


class RecordList:
    """One peer's list of statements; `own`: only those of its own records."""

    def __init__(self, documents: PeerDocuments, bookmark: RenewedLease, *, own: bool, clock: Clock) -> None:
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
            since = _newest(page, self._bookmark.at.since, self._clock())
            if not self._bookmark.move(replace(self._bookmark.at, token=page.token, since=since)):
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


def _newest(page: ListPage, since: str, now: datetime) -> str:
    """Return the date from which to ask next time; a date from the future would keep everything else away."""
    dates = [item.stamped_at for item in page.items if item.stamped_at <= now + _FUTURE]
    return max([since, *(written(date) for date in dates)])
