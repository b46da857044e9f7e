# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Asks other nodes whether they hold versions of this node's records that it does not have itself.

What a peer lists is a hint that anybody could write. Believed is only what one of this node's own record keys signed,
so nobody can stop it from publishing by claiming something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import structlog

from app.catalogue import CatalogueEntry, CatalogueService
from app.catalogue.models import OWN
from app.federation.fetching import FetchFailed
from app.federation.harvest.documents import PeerDocuments, as_ascii
from app.federation.harvest.own_versions import OwnVersionsReport
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.keys import KeyRole
from app.federation.models import LostVersion
from app.federation.recovery.lost import LostVersions, lacks
from app.federation.service import FederationService
from app.federation.state import read_lines
from app.federation.statement import ReceivedStatement, Statement, receive
from app.records.schema import SchemaError
from app.shared.clock import Clock

MOST_FETCHED = 2000
"""Statements fetched in one run; more come with the next."""
MOST_UNPROVEN = 20
"""So many hints of a peer may lead to nothing before it is not asked any further in a run."""

_log = structlog.get_logger(__name__)


@dataclass(slots=True)
class _Allowance:
    """How much of a run's allowance is used; `in_time` says whether there is any left in time."""

    in_time: Callable[[], bool]
    fetched: int = 0
    unproven: int = 0

    @property
    def is_over(self) -> bool:
        return self.fetched >= MOST_FETCHED or self.unproven >= MOST_UNPROVEN or not self.in_time()


class Discovery:
    """Asks, verifies and notes. Remembers which peers were asked since this process started, and what they listed."""

    def __init__(
        self,
        publishing: FederationService,
        catalogue: CatalogueService,
        lost: LostVersions,
        path_of: Callable[[str, str], str],
        clock: Clock,
    ) -> None:
        """Compare with `catalogue` and note what is missing in `lost`; `path_of` gives the folder of kind and slug."""
        self._publishing = publishing
        self._catalogue = catalogue
        self._lost = lost
        self._path_of = path_of
        self._clock = clock
        self._tags: dict[Issuer, str] = {}

    def due(self, peer: Issuer) -> bool:
        """Tell whether a peer has not been asked since this process started."""
        return peer not in self._tags

    def ask(self, documents: PeerDocuments, peer: Issuer, in_time: Callable[[], bool]) -> OwnVersionsReport:
        """Ask one peer what it holds of this node, and note what is missing here."""
        origin = self._publishing.own.naming.origin
        try:
            answer = documents.held_lines(origin, self._tags.get(peer, ""))
            text = as_ascii(answer)
        except FetchFailed as error:
            if error.is_absence:
                # Other programs need not have this address.
                self._tags.setdefault(peer, "")
                return OwnVersionsReport()
            return self._unfinished(peer, OwnVersionsReport(failed=error.reason))
        if answer.unchanged:
            return OwnVersionsReport()
        count, found, failed = _Allowance(in_time), 0, ""
        try:
            for chain in self._chains(documents, peer, text, count):
                found += self._lost.add(chain)
        except FetchFailed as error:
            failed = error.reason
        asked = OwnVersionsReport(found=found, unproven=count.unproven, failed=failed, more=count.is_over)
        if failed or count.is_over:
            return self._unfinished(peer, asked)
        self._tags[peer] = answer.etag
        return self._told(peer, asked)

    def take(self, received: Iterable[ReceivedStatement], via: Issuer) -> int:
        """Note own versions that came in a list, as far as they are missing here; return how many are news."""
        found = []
        for one in received:
            claimed = one.claimed
            own = self._catalogue.versions(claimed.record_id)
            if lacks(own, claimed.ver, claimed.digest) and self._is_proven(one):
                found.append(self._version(claimed, one.token.text, via))
        return self._told(via, OwnVersionsReport(found=self._lost.add(found))).found

    def _unfinished(self, peer: Issuer, asked: OwnVersionsReport) -> OwnVersionsReport:
        """Have the peer asked again with the next run, whether it has news of its own or not."""
        self._tags.pop(peer, None)
        return self._told(peer, asked)

    def _told(self, peer: Issuer, asked: OwnVersionsReport) -> OwnVersionsReport:
        if asked.found or asked.unproven:
            _log.warning("recovery.own_versions", peer=peer.address, found=asked.found, unproven=asked.unproven)
        if asked.failed:
            _log.warning("recovery.not_asked", peer=peer.address, reason=asked.failed)
        return asked

    def _chains(
        self, documents: PeerDocuments, peer: Issuer, text: str, count: _Allowance
    ) -> Iterator[list[LostVersion]]:
        """Yield what the lines of a peer lead to, until the allowance is used."""
        self._publishing.held.catch_up()
        items = self._publishing.held.items.versions_of(OWN, 0)
        ours = {record_id: (ver, digest) for _seq, record_id, ver, digest in items}
        for sub, ver, digest in read_lines(text):
            if count.is_over:
                return
            found = self._publishing.own.find(sub)
            # Only lines that say something later or other than this node does lead anywhere.
            if found and ours.get(found[1]) != (ver, digest) and self._is_news(found[1], ver, digest):
                yield self._chain(documents, peer, sub, found[1], digest, count)

    def _is_news(self, record_id: str, ver: int, digest: str) -> bool:
        return not self._lost.knows((record_id, ver, digest)) and lacks(
            self._catalogue.versions(record_id), ver, digest
        )

    def _chain(
        self, documents: PeerDocuments, peer: Issuer, sub: str, record_id: str, digest: str, count: _Allowance
    ) -> list[LostVersion]:
        """Return the version with this digest and, as far as the peer has them, those before it that are missing."""
        own = self._catalogue.versions(record_id)
        found: list[LostVersion] = []
        wanted: str | None = digest
        while wanted:
            if count.is_over:
                # Whoever knows the newest does not ask for what lies before it, so they are noted together.
                return []
            one = self._fetched(documents, peer, sub, wanted, count)
            if one is None or not _goes_on(one, found, own):
                # Peers keep the last two versions only, so a chain ends somewhere.
                count.unproven += not found
                break
            found.append(one)
            known = {entry.digest for entry in own}
            wanted = None if one.statement.prev in known else one.statement.prev
        return found

    def _fetched(
        self, documents: PeerDocuments, peer: Issuer, sub: str, digest: str, count: _Allowance
    ) -> LostVersion | None:
        count.fetched += 1
        try:
            received = receive(documents.statement(digest, sub))
        except TokenRefused:
            return None
        except FetchFailed as error:
            if error.is_absence:
                return None
            raise
        claimed = received.claimed
        if (claimed.sub, claimed.digest) != (sub, digest) or not self._is_proven(received):
            return None
        return self._version(claimed, received.token.text, peer)

    def _is_proven(self, received: ReceivedStatement) -> bool:
        """Tell whether one of this node's own record keys, not known to be lost, signed it for this node."""
        own = self._publishing.own
        if (
            received.claimed.issuer not in (self._publishing.issuer, own.naming)
            or own.find(received.claimed.sub) is None
        ):
            return False
        try:
            received.verify(self._publishing.keys.ring(KeyRole.RECORD).published(), earlier=(own.naming,))
        except TokenRefused:
            return False
        return True

    def _version(self, claimed: Statement, jws: str, via: Issuer) -> LostVersion:
        try:
            path = self._path_of(claimed.kind, claimed.slug)
        except SchemaError:
            path = ""
        return LostVersion(
            record_id=claimed.record_id,
            ver=claimed.ver,
            digest=claimed.digest,
            path=path,
            via=via,
            found_at=self._clock(),
            jws=jws,
        )


def _goes_on(one: LostVersion, found: list[LostVersion], own: tuple[CatalogueEntry, ...]) -> bool:
    later = found[-1].statement.ver if found else None
    ver, digest = one.statement.ver, one.statement.digest
    return lacks(own, ver, digest) and (later is None or ver < later)
