"""Versions of this node's own records that peers hold and it lacks, as after a backup was restored.

The texts do not come back by themselves. What is published next gets a number above them, because the node would
otherwise say two things under one number.

What a peer lists is a hint that anybody could write. Believed is only what one of this node's own record keys signed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import timedelta

import structlog
from sqlalchemy import and_, delete, or_, select
from sqlmodel import col

from app.catalogue import CatalogueService
from app.catalogue.models import OWN, VersionRow
from app.database import Sessions
from app.federation.entity import read_lines
from app.federation.fetching import Fetcher, FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.models import PeerState
from app.federation.harvest.peers import Peers
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.keys import KeyRole
from app.federation.models import LostVersion
from app.federation.service import FederationService
from app.federation.statement import Statement, receive
from app.records.schema import SchemaError
from app.shared.clock import Clock

MOST_FETCHED = 2000
"""Statements fetched of one peer; more come with the next time."""
MAX_TIME = timedelta(minutes=2)
"""A peer that takes longer is asked for the rest with the next time; what it proved is noted."""
MOST_UNPROVEN = 20
"""A peer is not asked any further after this many hints that led to nothing."""
_log = structlog.get_logger(__name__)


class HigherVersions:
    """The list of these versions. A row counts no more once something here is above it."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def lacking(self) -> tuple[LostVersion, ...]:
        """Return the highest version of each record that others hold and that nothing here goes on from."""
        same = (col(VersionRow.origin) == OWN, col(VersionRow.record_id) == col(LostVersion.record_id))
        is_same = and_(col(VersionRow.ver) == col(LostVersion.ver), col(VersionRow.digest) == col(LostVersion.digest))
        passed = select(col(VersionRow.seq)).where(*same, or_(col(VersionRow.ver) > col(LostVersion.ver), is_same))
        with self._sessions.reading() as db:
            rows = db.scalars(select(LostVersion).where(~passed.exists()).order_by(col(LostVersion.ver)))
            return tuple({row.record_id: row for row in rows}.values())

    def least_numbers(self, paths: Collection[str]) -> Mapping[str, int]:
        """Return the number that the next version in some of these folders gets at least.

        It is not the next one: peers would take that for a version that goes on from the one that they hold.
        """
        return {one.path: one.ver + 2 for one in self.lacking() if one.path in paths}

    def knows(self, record_id: str, ver: int, digest: str) -> bool:
        """Tell whether a version is in the list."""
        with self._sessions.reading() as db:
            return db.get(LostVersion, (record_id, ver, digest)) is not None

    def note(self, found: LostVersion) -> None:
        """Put a version into the list."""
        with self._sessions.begin() as db:
            db.merge(found)

    def forget(self, record_id: str) -> None:
        """Take the versions of a record out of the list, with their texts."""
        with self._sessions.begin() as db:
            db.execute(delete(LostVersion).where(col(LostVersion.record_id) == record_id))


class PeerQuestions:
    """Asks the peers of this node which versions of its records they hold."""

    def __init__(
        self,
        fetcher: Fetcher,
        peers: Peers,
        publishing: FederationService,
        catalogue: CatalogueService,
        higher: HigherVersions,
        path_of: Callable[[str, str], str],
        clock: Clock,
    ) -> None:
        """Note in `higher` what `catalogue` lacks; `path_of` gives the folder of kind and slug."""
        self._fetcher = fetcher
        self._peers = peers
        self._publishing = publishing
        self._catalogue = catalogue
        self._higher = higher
        self._path_of = path_of
        self._clock = clock

    def ask(self) -> Mapping[str, str]:
        """Ask every active peer; return the addresses of those that could not say all of it now, and why."""
        active = [peer.issuer for peer in self._peers.all() if peer.state is PeerState.ACTIVE]
        return {peer.address: reason for peer in active if (reason := self._ask(peer))}

    def _ask(self, peer: Issuer) -> str:
        """Ask one peer; return why it could not say all, "" where it could."""
        documents, fetched, unproven, begun = PeerDocuments(self._fetcher, peer), 0, 0, self._clock()
        try:
            lines = read_lines(documents.lines(self._publishing.own.naming.origin))
            for sub, ver, digest in lines:
                if not self._is_news(sub, ver, digest):
                    continue
                if fetched == MOST_FETCHED:
                    return "more"
                if unproven == MOST_UNPROVEN:
                    _log.warning("federation.own_versions_unproven", peer=peer.address)
                    return "unproven"
                if self._clock() - begun > MAX_TIME:
                    return "deadline"
                fetched += 1
                claimed = self._proven(documents, sub, digest)
                if claimed is None:
                    unproven += 1
                else:
                    self._note(*claimed, peer)
        except FetchFailed as error:
            # Other programs need not have this address.
            return "" if error.is_absence else error.reason
        return ""

    def _is_news(self, sub: str, ver: int, digest: str) -> bool:
        found = self._publishing.own.find(sub)
        if found is None:
            return False
        own = self._catalogue.versions(found[1])
        is_higher = not own or ver > own[-1].ver or (ver == own[-1].ver and digest != own[-1].digest)
        return is_higher and not self._higher.knows(found[1], ver, digest)

    def _proven(self, documents: PeerDocuments, sub: str, digest: str) -> tuple[Statement, str] | None:
        """Return what the peer has under a digest and its text, None where no key of this node signed it for it."""
        own = self._publishing.own
        try:
            received = receive(documents.statement(digest, sub))
            received.verify(self._publishing.keys.ring(KeyRole.RECORD).published(), earlier=(own.naming,))
        except TokenRefused:
            return None
        except FetchFailed as error:
            if error.is_absence:
                return None
            raise
        claimed = received.claimed
        is_own = claimed.issuer in (self._publishing.issuer, own.naming)
        return (claimed, received.token.text) if is_own and (claimed.sub, claimed.digest) == (sub, digest) else None

    def _note(self, claimed: Statement, jws: str, via: Issuer) -> None:
        try:
            path = self._path_of(claimed.kind, claimed.slug)
        except SchemaError:
            path = ""
        found = LostVersion(
            record_id=claimed.record_id,
            ver=claimed.ver,
            digest=claimed.digest,
            path=path,
            via=via,
            found_at=self._clock(),
            jws=jws,
        )
        self._higher.note(found)
