# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Everything an operator, a page or a timer can do with other nodes, put together."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

from app.clock import Clock
from app.content.repository import RepositoryBusy
from app.errors import Conflict, NotFound
from app.federation.entity import ReceivedConfiguration, receive
from app.federation.fetching import Fetcher, FetchFailed, FetchRefused
from app.federation.harvest.audit import StateAudit
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.files.service import ForeignFiles
from app.federation.harvest.foreign_records import ForeignLookup
from app.federation.harvest.intake import StatementIntake
from app.federation.harvest.integrity import IntegrityCheck
from app.federation.harvest.introduction import Introduction, write_introduction
from app.federation.harvest.moderation import Moderation
from app.federation.harvest.origins import OrganisationDecisions
from app.federation.harvest.own_versions import OwnVersions
from app.federation.harvest.page import ListItem
from app.federation.harvest.peers import Lease, Peer, PeerNotFound, Peers, PeerState
from app.federation.harvest.quarantine import Quarantine
from app.federation.harvest.record_list import ProgressLine
from app.federation.harvest.repair import Repair
from app.federation.harvest.report import End, RunReport
from app.federation.harvest.run import HarvestRun, RunParts
from app.federation.harvest.trust import IssuerNotKnown, KnownIssuer, Trust, TrustRefused
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.keys import KeyRole, NodeKeys

RUN_SECONDS = 900.0
"""A run ends after this time; the next one goes on."""

_log = structlog.get_logger(__name__)


class NotTheNode(Conflict):
    """What answers under an address is not the node that was meant; `found` is the name of its key."""

    def __init__(self, address: str, found: str) -> None:
        super().__init__(address, found)
        self.address = address
        self.found = found


@dataclass(frozen=True, slots=True, kw_only=True)
class NodePreview:
    """What a node said of itself when it was asked for the first time; nothing is believed yet.

    `federation_key` is the thumbprint to compare with what the other operator says by another way.
    """

    issuer: Issuer
    name: str
    federation_key: str
    records: int
    received: ReceivedConfiguration = field(repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """A peer with what is known of it; `known` is None only while nothing has been fetched."""

    peer: Peer
    known: KnownIssuer | None


def quiet(done: int, total: int) -> None:
    """Show nothing."""
    del done, total


@dataclass(frozen=True, slots=True, kw_only=True)
class HarvestService:
    """The harvesting half of the federation. One object per process, safe for all its threads.

    `_follow` brings search and offers up to date after something was stored or taken out of sight.
    """

    quarantine: Quarantine
    moderation: Moderation
    records: ForeignLookup
    verifying: IntegrityCheck
    mending: Repair
    files: ForeignFiles
    _own: Issuer
    _own_configuration: Callable[[], str]
    _keys: NodeKeys
    _fetcher: Fetcher
    _trust: Trust
    _peers: Peers
    _believing: OrganisationDecisions
    _intake: StatementIntake
    _own_versions: OwnVersions
    _auditing: StateAudit
    _follow: Callable[[], object]
    _clock: Clock

    def peers(self) -> tuple[PeerView, ...]:
        """Return all peers by address, with how fresh and how complete each is."""
        known = {one.issuer: one for one in self._trust.all()}
        return tuple(PeerView(peer=peer, known=known.get(peer.issuer)) for peer in self._peers.all())

    def issuers(self) -> tuple[KnownIssuer, ...]:
        """Return all known nodes, those that hubs introduced included."""
        return self._trust.all()

    def issuer(self, issuer: Issuer) -> KnownIssuer:
        """Return what is known of a node; raises IssuerNotKnown."""
        known = next((one for one in self._trust.all() if one.issuer == issuer), None)
        if known is None:
            raise IssuerNotKnown(issuer.address)
        return known

    def look(self, issuer: Issuer) -> NodePreview:
        """Ask a node who it is, before it is believed; raises FetchFailed, TokenRefused and NotTheNode."""
        found = PeerDocuments(self._fetcher, issuer).configuration()
        try:
            received = receive(found.body.decode("ascii"))
        except UnicodeDecodeError as error:
            raise FetchRefused("document", "not ASCII") from error
        received.verify(received.own_key(received.token.kid))
        if received.claimed.issuer != issuer or issuer == self._own:
            raise NotTheNode(issuer.address, received.token.kid)
        return NodePreview(
            issuer=issuer,
            name=received.claimed.name,
            federation_key=received.token.kid,
            records=received.claimed.state.count,
            received=received,
        )

    def add(
        self, seen: NodePreview, *, federation_key: str, hub: bool = False, organisations: bool | None = None
    ) -> Peer:
        """Fetch from a node from now on whose key has been compared; adding again changes key and role.

        `hub`: take what it relays too, and believe it about who other nodes are. `organisations`: what it says about
        organisations counts here; None lets that of a new peer count and changes nothing for one that is known.
        Raises NotTheNode, TrustRefused and RepositoryBusy.
        """
        if federation_key != seen.federation_key:
            raise NotTheNode(seen.issuer.address, seen.federation_key)
        self._trust.pin(seen.received, federation_key)
        is_new = all(peer.issuer != seen.issuer for peer in self._peers.all())
        peer = self._peers.add(seen.issuer, hub=hub)
        if organisations is not None or is_new:
            self.count_organisations(seen.issuer, counts=organisations is not False)
        self._retry(peer)
        return self._peers.get(seen.issuer)

    def count_organisations(self, issuer: Issuer, *, counts: bool) -> None:
        """Let what a peer says about organisations count here or not; raises PeerNotFound and RepositoryBusy."""
        if self._believing.decide(issuer, counts=counts):
            self._follow()

    def limit(self, issuer: Issuer, *, daily_new: int) -> Peer:
        """Take at most so many new records of one origin in a day from this peer; raises PeerNotFound."""
        return self._peers.limit(issuer, daily_new)

    def pause(self, issuer: Issuer) -> Peer:
        """Fetch nothing from a peer until `resume`; raises PeerNotFound."""
        return self._peers.change_state(issuer, PeerState.PAUSED)

    def resume(self, issuer: Issuer) -> Peer:
        """Fetch from a peer again; raises PeerNotFound."""
        return self._peers.change_state(issuer, PeerState.ACTIVE)

    def remove(self, issuer: Issuer) -> None:
        """Forget a peer; what came from it stays and can be blocked, but counts no more for our own readers' ways.

        Raises PeerNotFound and RepositoryBusy.
        """
        self.count_organisations(issuer, counts=False)
        self._peers.remove(issuer)

    def block(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Take all of a node out of sight and fetch nothing from it; return how many records that hides.

        Raises IssuerNotKnown and ReasonMissing.
        """
        hidden = self.moderation.block(issuer, actor=actor, reason=reason)
        self._change_state(issuer, PeerState.BLOCKED)
        self._follow()
        return hidden

    def unblock(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Show a node's records again and fetch from it if it is a peer; raises like `block`."""
        shown = self.moderation.unblock(issuer, actor=actor, reason=reason)
        self._change_state(issuer, PeerState.ACTIVE)
        self._follow()
        return shown

    def hide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Take one record out of sight; raises ForeignRecordNotFound and ReasonMissing."""
        changed = self.moderation.hide(origin, record_id, actor=actor, reason=reason)
        self._follow()
        return changed

    def unhide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Show one record again; raises like `hide`."""
        changed = self.moderation.unhide(origin, record_id, actor=actor, reason=reason)
        self._follow()
        return changed

    def due(self) -> tuple[Issuer, ...]:
        """Return the peers to ask now."""
        return self._peers.due()

    def harvest(self, issuer: Issuer, show: ProgressLine = quiet, seconds: float = RUN_SECONDS) -> RunReport:
        """Fetch what is new at a peer and return what that brought; a failure is part of the report.

        Raises PeerNotFound; a paused or blocked peer is not found.
        """
        if self._peers.get(issuer).state is not PeerState.ACTIVE:
            raise PeerNotFound(issuer.address)
        lease = self._peers.lease(issuer)
        if lease is None:
            return RunReport(peer=issuer, end=End.BUSY)
        report = self._run(lease, show, time.monotonic() + seconds)
        self._peers.finish(lease, report.error, again=report.end is End.INTERRUPTED)
        if report.taken:
            # The files of what was withdrawn or replaced in this run go with it.
            self.files.keeping.sweep()
        if report.end is not End.UNCHANGED or report.files.arrived or report.files.reasons:
            _log.info(
                "harvest.done",
                peer=issuer.address,
                end=report.end.value,
                taken=report.taken,
                files=report.files.arrived,
                error=report.error or None,
            )
        if report.taken or report.audits:
            self._follow()
        return report

    def introduction(self, sub: str) -> str:
        """Return the signed answer in which this node vouches for another one; raises IssuerNotKnown."""
        known = self._trust.known(Issuer(sub))
        if known is None or known.blocked or not known.configuration:
            raise IssuerNotKnown(sub)
        return write_introduction(
            known.issuer,
            Introduction(configuration=known.configuration, keys=known.federation_keys),
            hub=self._own,
            hub_configuration=self._own_configuration(),
            key=self._keys.signer(KeyRole.FEDERATION),
            now=self._clock(),
        )

    def _run(self, lease: Lease, show: ProgressLine, end: float) -> RunReport:
        parts = RunParts(
            own=self._own,
            trust=self._trust,
            peers=self._peers,
            intake=self._intake,
            auditing=self._auditing,
            own_versions=self._own_versions,
            files=self.files,
            distrust=self._distrust,
            clock=self._clock,
        )
        documents = PeerDocuments(self._fetcher, lease.peer.issuer)
        run = HarvestRun(parts, lease, documents, lambda: end - time.monotonic(), show)
        try:
            return run.run()
        except (FetchFailed, TokenRefused, TrustRefused) as error:
            return run.report(End.FAILED, error.code)
        except (NotFound, RepositoryBusy) as error:
            return run.report(End.FAILED, type(error).__name__)

    def _distrust(self, known: KnownIssuer) -> int:
        return self.moderation.distrust(known.origin, self._auditing.untrusted(known))

    def _change_state(self, issuer: Issuer, state: PeerState) -> None:
        if any(peer.issuer == issuer for peer in self._peers.all()):
            self._peers.change_state(issuer, state)

    def _retry(self, peer: Peer) -> None:
        """Take in what was set aside because this node was not known yet."""
        waiting = self.quarantine.waiting_for(peer.issuer.address)
        for one in waiting:
            self.quarantine.drop(one.id)
            item = ListItem(identifier=one.sub, stamped_at=one.at, jws=one.jws)
            self._intake.take([item], via=Issuer(one.via), know=self._trust.known, daily_new=peer.daily_new)
