# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One run: ask a peer what is new, take it in, and compare both sides afterwards."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import Enum

import structlog

from app.clock import Clock
from app.federation.entity import receive
from app.federation.fetching import FetchFailed, FetchRefused
from app.federation.harvest.auditing import Audited, Auditing
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.intake import Intake, Tally
from app.federation.harvest.introduction import read_introduction
from app.federation.harvest.known_issuer import Audit, KnownIssuer
from app.federation.harvest.outcome import Outcome
from app.federation.harvest.page import NOTHING_NEW, TOKEN_REFUSED, Item, Page, read_page
from app.federation.harvest.peer import Progress
from app.federation.harvest.peers import Lease, Peers
from app.federation.harvest.report import End, RunReport
from app.federation.harvest.shelving import Line
from app.federation.harvest.trust import Taken, Trust, TrustRefused
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.oai.dates import written

ProgressLine = Callable[[int, int], None]
"""Called with the statements looked at and, as far as it is known, how many there are."""

MOST_PAGES = 20_000
MOST_INTRODUCTIONS = 200
_ROUNDS = 2
_REPAIR_AGAIN = timedelta(hours=1)
_REFRESH_BEFORE = timedelta(hours=6)
_FUTURE = timedelta(days=1)
_log = structlog.get_logger(__name__)


class _Listing(Enum):
    DONE = "done"
    NO_TIME = "no_time"
    LOST = "lost"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """What a run works with."""

    own: Issuer
    trust: Trust
    peers: Peers
    intake: Intake
    auditing: Auditing
    distrust: Callable[[KnownIssuer], int]
    clock: Clock


class Run:
    """One run for one peer. Interrupted anywhere, the next one goes on from the last page."""

    def __init__(
        self,
        parts: Parts,
        lease: Lease,
        documents: PeerDocuments,
        in_time: Callable[[], bool],
        show: ProgressLine,
    ) -> None:
        """Ask through `documents` as long as `in_time()` says so."""
        self._parts = parts
        self._lease = lease
        self._peer = lease.peer
        self._documents = documents
        self._in_time = in_time
        self._show = show
        self._progress = lease.progress
        self._tally = Tally()
        self._audits: dict[str, Audit] = {}
        self._notices: dict[str, None] = {}
        self._repaired = 0
        self._introduced: dict[Issuer, KnownIssuer | None] = {}

    def run(self) -> RunReport:
        """Do all of it; raises FetchFailed, TokenRefused, TrustRefused, IssuerNotKnown and RepositoryBusy."""
        known = self._configuration()
        if self._nothing_new(known):
            self._refresh()
            return self._report(End.UNCHANGED)
        for _ in range(_ROUNDS):
            listed_at = known.state_seq
            listing = self._list(known)
            if listing is not _Listing.DONE:
                return self._report(End.INTERRUPTED)
            # Fetched again after the list: comparing with an older state would be a false alarm.
            known = self._configuration()
            self._audit_all(known)
            self._advance(seq=listed_at)
            if known.state_seq == listed_at or self._audits.get(known.origin) is Audit.OK:
                break
        return self._report(End.COMPLETE if self._in_time() else End.INTERRUPTED)

    def report(self, end: End, error: str = "") -> RunReport:
        """Return what has been done so far, for a run that ended early."""
        return replace(self._report(end), error=error)

    def _configuration(self) -> KnownIssuer:
        trust, issuer = self._parts.trust, self._peer.issuer
        found = self._documents.configuration(self._progress.etag)
        known = trust.known(issuer)
        if found.unchanged and known is not None:
            if known.expires_at is None or known.expires_at <= self._now():
                raise TrustRefused("expired", issuer.address)
            return known
        try:
            jws = found.body.decode("ascii")
        except UnicodeDecodeError as error:
            raise FetchRefused("document", "not ASCII") from error
        known = self._noted(trust.take(jws, issuer))
        self._progress = replace(self._progress, etag=found.etag)
        return known

    def _noted(self, taken: Taken) -> KnownIssuer:
        self._notices |= dict.fromkeys(taken.notices)
        if "restored" in taken.notices:
            # Change numbers begin anew there, so everything is looked at again.
            self._progress = replace(self._progress, since="", token="", seq=-1)
        return taken.known

    def _nothing_new(self, known: KnownIssuer) -> bool:
        if known.state_seq != self._progress.seq or self._progress.token:
            return False
        return known.audit is Audit.OK or not self._worth_repairing(known)

    def _worth_repairing(self, known: KnownIssuer) -> bool:
        return known.audited_at is None or self._now() - known.audited_at >= _REPAIR_AGAIN

    def _list(self, known: KnownIssuer) -> _Listing:
        endpoint = receive(known.configuration).claimed.oai_pmh_endpoint
        seen: set[str] = set()
        looked_at = 0
        for _ in range(MOST_PAGES):
            if not self._in_time():
                return _Listing.NO_TIME
            page = self._page(endpoint)
            if page.token and page.token in seen:
                raise FetchRefused("document", "the same token again")
            seen.add(page.token)
            self._take(page.items)
            looked_at += len(page.items)
            self._show(looked_at, max(looked_at, known.state_count))
            if not self._advance(token=page.token, since=_newest(page, self._progress.since, self._now())):
                return _Listing.LOST
            if not page.token:
                return _Listing.DONE
        raise FetchRefused("document", "too many pages")

    def _page(self, endpoint: str) -> Page:
        own = not self._peer.hub
        page = read_page(
            self._documents.page(endpoint, token=self._progress.token, since=self._progress.since, own=own)
        )
        if page.error == TOKEN_REFUSED and self._progress.token:
            # Items come in the order of their dates, so the last date leads to the same place.
            self._progress = replace(self._progress, token="")
            page = read_page(self._documents.page(endpoint, since=self._progress.since, own=own))
        if page.error and page.error != NOTHING_NEW:
            raise FetchRefused("document", page.error)
        return page

    def _take(self, items: tuple[Item, ...], decided: tuple[Line, ...] = ()) -> None:
        if items:
            self._parts.intake.take(
                items,
                via=self._peer.issuer,
                know=self._know,
                daily_new=self._peer.daily_new,
                decided=decided,
                tally=self._tally,
            )

    def _know(self, issuer: Issuer) -> KnownIssuer | None:
        known = self._parts.trust.known(issuer)
        if known is not None or issuer == self._parts.own:
            return known
        if not self._peer.hub or len(self._introduced) >= MOST_INTRODUCTIONS:
            return None
        if issuer not in self._introduced:
            self._introduced[issuer] = self._ask_hub(issuer)
        return self._introduced[issuer]

    def _ask_hub(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what the hub says of a node, as far as it can be believed; None otherwise."""
        hub = self._parts.trust.known(self._peer.issuer)
        if hub is None:
            return None
        try:
            jws = self._documents.resolved(issuer)
            introduction = read_introduction(
                jws, hub=hub.issuer, keys=hub.federation_keys, subject=issuer, now=self._now()
            )
            return self._noted_relay(
                self._parts.trust.introduce(introduction.configuration, introduction.keys, hub.issuer)
            )
        except TrustRefused as error:
            if error.code in {"keys_changed", "origin_taken"}:
                self._notices["conflict"] = None
        except (TokenRefused, FetchFailed) as error:
            _log.info("harvest.not_introduced", issuer=issuer.address, reason=error.code)
        return self._parts.trust.known(issuer)

    def _noted_relay(self, taken: Taken) -> KnownIssuer:
        self._notices |= dict.fromkeys(taken.notices)
        return taken.known

    def _refresh(self) -> None:
        """Ask a hub about nodes whose word expires soon and that nobody is asked about directly."""
        if not self._peer.hub:
            return
        soon = self._now() + _REFRESH_BEFORE
        for known in self._parts.trust.all():
            relayed = known.introduced_by == self._peer.issuer and not known.blocked
            if relayed and known.expires_at is not None and known.expires_at < soon and self._in_time():
                self._ask_hub(known.issuer)

    def _audit_all(self, peer: KnownIssuer) -> None:
        self._audit(peer)
        if not self._peer.hub:
            return
        for issuer in sorted(self._tally.issuers - {peer.issuer, self._parts.own}):
            if not self._in_time():
                return
            known = self._ask_hub(issuer)
            if known is not None and not known.blocked:
                self._audit(known)
        for known in self._parts.trust.all():
            waiting = known.audit in {Audit.BEHIND, Audit.MISMATCH} and known.introduced_by == self._peer.issuer
            if waiting and known.origin not in self._audits and self._in_time():
                self._audit(self._ask_hub(known.issuer) or known)

    def _audit(self, known: KnownIssuer) -> None:
        if self._parts.auditing.agrees(known):
            found = Audited(audit=Audit.OK)
        else:
            found = self._parts.auditing.repair(known, self._documents, self._take_line, self._in_time)
        self._parts.distrust(known)
        self._repaired += found.repaired
        self._audits[known.origin] = found.audit
        self._parts.trust.audited(known.issuer, found.audit)

    def _take_line(self, jws: str, line: Line) -> bool:
        before = self._tally.outcomes[Outcome.OVER_QUOTA]
        self._take((Item(identifier=line[0], stamped_at=self._now(), jws=jws),), (line,))
        return self._tally.outcomes[Outcome.OVER_QUOTA] == before

    def _advance(self, *, seq: int | None = None, token: str | None = None, since: str | None = None) -> bool:
        progress = self._progress
        self._progress = Progress(
            etag=progress.etag,
            seq=progress.seq if seq is None else seq,
            token=progress.token if token is None else token,
            since=progress.since if since is None else since,
        )
        return self._parts.peers.save(self._lease, self._progress)

    def _report(self, end: End) -> RunReport:
        if end is End.UNCHANGED:
            self._parts.peers.save(self._lease, self._progress)
        return RunReport(
            peer=self._peer.issuer,
            end=end,
            outcomes=self._tally.outcomes,
            reasons=self._tally.reasons,
            audits=self._audits,
            notices=tuple(self._notices),
            repaired=self._repaired,
            requests=self._documents.requests,
            wire_bytes=self._documents.wire,
        )

    def _now(self) -> datetime:
        return self._parts.clock()


def _newest(page: Page, since: str, now: datetime) -> str:
    """Return the date from which to ask next time; a date from the future would keep everything else away."""
    dates = [item.stamped_at for item in page.items if item.stamped_at <= now + _FUTURE]
    return max([since, *(written(date) for date in dates)])
