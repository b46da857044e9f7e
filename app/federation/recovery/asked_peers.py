# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Gets from other nodes what bringing versions back needs: which change number they saw, and files by their hash."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from hashlib import sha256

import structlog

from app.catalogue.ledger import Progress
from app.federation.entity import receive
from app.federation.fetching import Fetcher, FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.introduction import ask_introduction
from app.federation.harvest.models import PeerState
from app.federation.harvest.own_versions import OwnVersions, OwnVersionsReport
from app.federation.harvest.peers import Peers
from app.federation.harvest.trust import Trust
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.keys import KeyRole
from app.federation.models import LostVersion
from app.federation.service import FederationService
from app.records.record import StoredFile
from app.shared.clock import Clock
from app.shared.errors import Unavailable

_log = structlog.get_logger(__name__)


class FileUnreachable(Unavailable):
    """A peer that may have the file `name`, or the place of this node's own files, does not answer now."""

    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PeerAnswers:
    """What asking all peers gave.

    `asked` are the addresses that answered, `failed` those that did not, or not to the end, and why. `unproven` claimed
    versions of this node that none of its keys signed. `seen_seq` is the highest change number of this node that any
    of them saw. `more`: one of them claimed more than may be looked at in one run.
    """

    asked: tuple[str, ...] = ()
    failed: Mapping[str, str] = field(default_factory=dict)
    unproven: tuple[str, ...] = ()
    seen_seq: int = 0
    more: bool = False

    @property
    def are_whole(self) -> bool:
        """Tell whether nobody who was asked may know of more."""
        return not self.failed and not self.more


class AskedPeers:
    """The peers of this node, asked for their help."""

    def __init__(
        self,
        fetcher: Fetcher,
        peers: Peers,
        trust: Trust,
        publishing: FederationService,
        own: OwnVersions,
        clock: Clock,
    ) -> None:
        """Ask through `fetcher`; `own` notes what is missing here."""
        self._fetcher = fetcher
        self._peers = peers
        self._trust = trust
        self._publishing = publishing
        self._own = own
        self._clock = clock

    def ask(self, show: Progress) -> PeerAnswers:
        """Ask every active peer what it holds of this node."""
        asked, failed, unproven, seen, more = [], dict[str, str](), [], 0, False
        issuers = self._active()
        for number, issuer in enumerate(issuers, start=1):
            told, seen_here = self._asked(issuer)
            if told.failed:
                failed[issuer.address] = told.failed
            else:
                asked.append(issuer.address)
            if told.unproven:
                unproven.append(issuer.address)
            seen, more = max(seen, seen_here), more or told.more
            show(number, len(issuers))
        return PeerAnswers(asked=tuple(asked), failed=failed, unproven=tuple(unproven), seen_seq=seen, more=more)

    def file(self, lost: LostVersion, file: StoredFile) -> bytes | None:
        """Return a file of a lost version from the first peer that gives it, the one that gave the statement first.

        None where nobody has it; raises FileUnreachable where an active peer cannot say.
        """
        active, silent = self._active(), False
        for issuer in dict.fromkeys((lost.via, *active)):
            try:
                data = PeerDocuments(self._fetcher, issuer).file(lost.statement.digest, file.name, file.size)
            except FetchFailed as error:
                _log.info("recovery.no_file", peer=issuer.address, file=file.name, reason=error.code)
                silent = silent or (issuer in active and not error.is_absence)
                continue
            if sha256(data).hexdigest() == file.sha256:
                return data
        if silent:
            raise FileUnreachable(file.name)
        return None

    def _asked(self, issuer: Issuer) -> tuple[OwnVersionsReport, int]:
        """Return what came of asking one peer, and the change number that it saw."""
        documents = PeerDocuments(self._fetcher, issuer)
        try:
            documents.configuration()
            seen = self._seen_by(documents, issuer)
        except FetchFailed as error:
            return OwnVersionsReport(failed=error.reason), 0
        return self._own.ask(documents, issuer, lambda: True), seen

    def _active(self) -> list[Issuer]:
        return [peer.issuer for peer in self._peers.all() if peer.state is PeerState.ACTIVE]

    def _seen_by(self, documents: PeerDocuments, issuer: Issuer) -> int:
        """Return the change number in what this node last told a peer; it counts only with this node's signature.

        Raises FetchFailed where the peer cannot say now.
        """
        own = self._publishing.issuer
        keys = self._publishing.keys.ring(KeyRole.FEDERATION).published()
        try:
            told = ask_introduction(documents, self._trust.known(issuer), own, self._clock())
            if told is None:
                return 0
            received = receive(told.configuration)
            received.verify(keys)
        except FetchFailed as error:
            if error.is_absence:
                # A peer that has never fetched from here cannot tell.
                return 0
            raise
        except TokenRefused:
            return 0
        return received.claimed.state.seq if received.claimed.issuer == own else 0
