"""Everything an operator, a page or a timer can do with other nodes, put together."""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

import structlog

from app.catalogue import CatalogueService
from app.catalogue.ledger import Progress, silent
from app.database import Sessions
from app.federation.entity import ReceivedConfiguration, receive
from app.federation.fetching import Fetcher
from app.federation.harvest.documents import PeerDocuments, as_ascii
from app.federation.harvest.file_run import ForeignFiles
from app.federation.harvest.foreign_records import ForeignLookup
from app.federation.harvest.intake import StatementIntake
from app.federation.harvest.integrity import IntegrityReport, Repair, check_integrity
from app.federation.harvest.introduction import Introduction, write_introduction
from app.federation.harvest.models import KnownIssuer, Peer, PeerState
from app.federation.harvest.moderation import Moderation
from app.federation.harvest.origins import decide_on_organisations, node_names
from app.federation.harvest.peers import PeerNotFound, Peers
from app.federation.harvest.record_list import ListItem
from app.federation.harvest.report import End, RunReport
from app.federation.harvest.run import HarvestRun, RunParts, StateAudit
from app.federation.harvest.statement_reader import StatementReader
from app.federation.harvest.trust import IssuerNotKnown, Trust
from app.federation.harvest.verification import Quarantine, StatementVerifier
from app.federation.issuer import Issuer
from app.federation.keys import KeyRole
from app.federation.service import FederationService
from app.shared.clock import Clock
from app.shared.errors import Conflict

RUN_SECONDS = 900.0
"""A run ends after this time; the next one goes on."""

_log = structlog.get_logger(__name__)


class NotTheNode(Conflict):
    """What answers under an address is not the node that was meant; `found` is the name of its key."""

    address: str
    found: str

    message = "what answers at %(address)s is another node or has another key: %(found)s. Ask its operator"


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerView:
    """A peer with what is known of it, and how many records of it are held, withdrawn ones included.

    `known` is None only while nothing has been fetched.
    """

    peer: Peer
    known: KnownIssuer | None
    records: int


class HarvestService:
    """The harvesting half of the federation. One object per process, safe for all its threads."""

    def __init__(
        self,
        publishing: FederationService,
        *,
        catalogue: CatalogueService,
        sessions: Sessions,
        reader: StatementReader,
        fetcher: Fetcher,
        files: ForeignFiles,
        follow: Callable[[], object],
        clock: Clock,
    ) -> None:
        """Put the parts together; nothing is read, made or asked. `fetcher` asks other nodes.

        `follow` brings search and offers up to date after something was stored or taken out of sight.
        """
        self._publishing = publishing
        self._fetcher = fetcher
        self.follow = follow
        self._clock = clock
        self.trust = trust = Trust(sessions, publishing.issuer, clock)
        # The numbers spread the load of many nodes; they are no secret.
        self._peers = peers = Peers(sessions, clock, random.random)
        self._sessions = sessions
        self._catalogue = catalogue
        self.quarantine = Quarantine(sessions)
        self.moderation = Moderation(sessions, catalogue, peers, follow, clock)
        self.records = ForeignLookup(sessions)
        self.files = files
        validator = StatementVerifier(reader, publishing, clock)
        self._intake = intake = StatementIntake(sessions, catalogue, validator, self.quarantine, clock)
        self.repair = Repair(sessions, catalogue, peers=peers, trust=trust, fetcher=fetcher, intake=intake, clock=clock)
        self._parts = RunParts(
            own=publishing.issuer,
            trust=trust,
            peers=peers,
            intake=intake,
            audit=StateAudit(sessions),
            moderation=self.moderation,
            files=files,
            clock=clock,
        )

    def peers(self) -> tuple[PeerView, ...]:
        """Return all peers by address, with how fresh and how complete each is."""
        issuers, counts = {one.issuer: one for one in self.trust.all()}, self.trust.record_counts()
        known = ((peer, issuers.get(peer.issuer)) for peer in self._peers.all())
        return tuple(
            PeerView(peer=peer, known=issuer, records=counts.get(issuer.origin, 0) if issuer else 0)
            for peer, issuer in known
        )

    def node_names(self) -> dict[str, str]:
        """Return what nodes call themselves by the short name of their records' address; some say nothing."""
        return node_names(self._sessions)

    def check_integrity(self, show: Progress) -> IntegrityReport:
        """Check again everything that is held of other nodes, and change nothing."""
        return check_integrity(self._sessions, self.trust, show)

    def issuer(self, issuer: Issuer) -> KnownIssuer:
        """Return what is known of a node; raises IssuerNotKnown."""
        known = self.trust.known(issuer)
        if known is None:
            raise IssuerNotKnown(issuer.address)
        return known

    def look(self, issuer: Issuer) -> ReceivedConfiguration:
        """Ask a node who it is; nothing is believed yet. Raises FetchFailed, TokenRefused and NotTheNode."""
        received = receive(as_ascii(PeerDocuments(self._fetcher, issuer).configuration()))
        received.verify(received.own_key(received.federation_key))
        if received.claimed.issuer != issuer or issuer == self._publishing.issuer:
            raise NotTheNode(issuer.address, received.federation_key)
        return received

    def add(
        self, seen: ReceivedConfiguration, *, federation_key: str, hub: bool = False, organisations: bool | None = None
    ) -> Peer:
        """Fetch from a node from now on whose key has been compared; adding again changes key and role.

        `hub`: take what it relays too, and believe it about who other nodes are. `organisations`: what it says about
        organisations counts here; None lets that of a new peer count and changes nothing for one that is known.
        Raises NotTheNode, TrustRefused and RepositoryBusy.
        """
        issuer = seen.claimed.issuer
        if federation_key != seen.federation_key:
            raise NotTheNode(issuer.address, seen.federation_key)
        self.trust.pin(seen, federation_key)
        is_new = all(peer.issuer != issuer for peer in self._peers.all())
        peer = self._peers.add(issuer, hub=hub)
        if organisations is not None or is_new:
            self.count_organisations(issuer, counts=organisations is not False)
        # What was set aside because this node was not known yet is taken in.
        for one in self.quarantine.waiting_for(issuer.address):
            self.quarantine.drop(one.id)
            item = ListItem(identifier=one.sub, stamped_at=one.at, jws=one.jws)
            self._intake.take([item], via=Issuer(one.via), know=self.trust.known, daily_new=peer.daily_new)
        return self._peers.get(issuer)

    def count_organisations(self, issuer: Issuer, *, counts: bool) -> None:
        """Let what a peer says about organisations count here or not; raises PeerNotFound and RepositoryBusy."""
        if decide_on_organisations(self._sessions, self._catalogue, issuer, counts=counts):
            self.follow()

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
        """Forget a peer; what came from it stays as long as that of a node that left, and can be blocked.

        It counts no more for our own readers' ways.

        Raises PeerNotFound and RepositoryBusy.
        """
        self.count_organisations(issuer, counts=False)
        self._peers.remove(issuer)

    def forget_departed(self) -> None:
        """Forget the texts of nodes that left."""
        if sum(self.moderation.forget(origin) for origin in sorted(self.trust.departed())):
            self.follow()

    def due(self) -> tuple[Issuer, ...]:
        """Return the peers to ask now."""
        return self._peers.due()

    def harvest(self, issuer: Issuer, show: Progress = silent, seconds: float = RUN_SECONDS) -> RunReport:
        """Fetch what is new at a peer and return what that brought; a failure is part of the report.

        Raises PeerNotFound; a paused or blocked peer is not found.
        """
        if self._peers.get(issuer).state is not PeerState.ACTIVE:
            raise PeerNotFound(issuer.address)
        lease = self._peers.lease(issuer)
        if lease is None:
            return RunReport(peer=issuer, end=End.BUSY)
        end = time.monotonic() + seconds
        documents = PeerDocuments(self._fetcher, issuer)
        report = HarvestRun(self._parts, lease, documents, lambda: end - time.monotonic(), show).run()
        self._peers.finish(lease, report.error, again=report.end is End.INTERRUPTED)
        if report.taken:
            # The files of what was withdrawn or replaced in this run go with it.
            self.files.held.sweep()
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
            self.follow()
        return report

    def introduction(self, sub: str) -> str:
        """Return the signed answer in which this node vouches for another one; raises IssuerNotKnown."""
        known = self.trust.known(Issuer(sub))
        if known is None or known.blocked or not known.configuration:
            raise IssuerNotKnown(sub)
        return write_introduction(
            known.issuer,
            Introduction(configuration=known.configuration, keys=known.federation_keys),
            hub=self._publishing.issuer,
            hub_configuration=self._publishing.configuration(),
            key=self._publishing.keys.signer(KeyRole.FEDERATION),
            now=self._clock(),
        )
