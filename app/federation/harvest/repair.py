"""Fetches what is damaged of other nodes' records again, from whoever has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

import structlog
from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueService, State
from app.catalogue.foreign import restate
from app.catalogue.ledger import Progress
from app.database import Sessions
from app.federation.fetching import Fetcher, FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.holdings import drop_version
from app.federation.harvest.intake import StatementIntake
from app.federation.harvest.integrity import Fault, HeldFault
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer, PeerState
from app.federation.harvest.page import ListItem
from app.federation.harvest.peers import Peers
from app.federation.harvest.report import TAKEN
from app.federation.harvest.trust import Trust
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.statement import receive
from app.shared.clock import Clock

_QUOTA = 1_000_000
_log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class RepairReport:
    """How many records are as they should be again, and of which (origin, id) nobody had what is missing."""

    mended: int = 0
    left: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _Damage:
    """A record with faults: what was held of it last, as far as its tables still say it."""

    origin: str
    record_id: str
    digests: tuple[str, ...]
    older: tuple[int, ...]


class Repair:
    """Repairs what `Verifying` found. Nothing is taken away before what takes its place has been verified."""

    def __init__(
        self,
        sessions: Sessions,
        catalogue: CatalogueService,
        *,
        peers: Peers,
        trust: Trust,
        fetcher: Fetcher,
        intake: StatementIntake,
        clock: Clock,
    ) -> None:
        """Ask `peers` through `fetcher` and take what comes in through `intake`."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._peers = peers
        self._trust = trust
        self._fetcher = fetcher
        self._intake = intake
        self._clock = clock

    def run(self, faults: Iterable[HeldFault], show: Progress) -> RepairReport:
        """Repair what can be repaired; raises RepositoryBusy."""
        grouped: dict[tuple[str, str], list[HeldFault]] = {}
        for fault in faults:
            grouped.setdefault((fault.origin, fault.record_id), []).append(fault)
        mended, left = 0, []
        for number, ((origin, record_id), found) in enumerate(grouped.items(), start=1):
            if self._mend(self._damage(origin, record_id, found), found):
                mended += 1
            else:
                left.append((origin, record_id))
            show(number, len(grouped))
        return RepairReport(mended=mended, left=tuple(left))

    def _mend(self, damage: _Damage, faults: Sequence[HeldFault]) -> bool:
        if damage.older and all(fault.ver in damage.older for fault in faults):
            self._let_go(damage)
            return True
        offers = sorted(self._offered(damage), key=lambda offer: receive(offer[0]).claimed.ver, reverse=True)
        for jws, via in offers:
            if self._replaced(damage, jws, via):
                return True
        if all(fault.fault is Fault.ORPHAN_ENTRY for fault in faults):
            with self._catalogue.appending(), self._sessions.begin() as db:
                restate(db, damage.origin, [damage.record_id], State.HIDDEN)
        return False

    def _damage(self, origin: str, record_id: str, faults: Sequence[HeldFault]) -> _Damage:
        with self._sessions.reading() as db:
            row = db.get(ForeignRecord, (origin, record_id))
            columns = select(col(HeldVersion.digest)).where(
                col(HeldVersion.origin) == origin, col(HeldVersion.record_id) == record_id
            )
            digests = list(db.scalars(columns.order_by(col(HeldVersion.ver).desc())))
        entries = [entry.digest for entry in reversed(self._catalogue.versions(record_id, origin))]
        known = [row.digest] if row else []
        refused = {fault.ver for fault in faults if fault.fault in (Fault.STATEMENT_REFUSED, Fault.WRONG_ROW)}
        return _Damage(
            origin=origin,
            record_id=record_id,
            digests=tuple(dict.fromkeys([*known, *digests, *entries])),
            older=tuple(ver for ver in refused if row and ver < row.ver),
        )

    def _offered(self, damage: _Damage) -> Iterator[tuple[str, Issuer]]:
        """Yield verified statements about the record that peers still have."""
        speakers = [known for known in self._trust.all() if known.origin == damage.origin]
        if not speakers:
            return
        sub = speakers[0].naming.sub(damage.record_id)
        for peer in self._peers.all():
            if peer.state is PeerState.ACTIVE:
                documents = PeerDocuments(self._fetcher, peer.issuer)
                for digest in damage.digests:
                    jws = _fetched(documents, digest, sub)
                    if jws and _verifies(jws, {known.issuer: known for known in speakers}, sub, digest):
                        yield jws, peer.issuer

    def _replaced(self, damage: _Damage, jws: str, via: Issuer) -> bool:
        statement = receive(jws).claimed
        with self._sessions.reading() as db:
            row = db.get(ForeignRecord, (damage.origin, damage.record_id))
        if row and statement.ver < row.ver:
            return False
        item = ListItem(identifier=statement.sub, stamped_at=self._clock(), jws=jws)
        line = (statement.sub, statement.ver, statement.digest)
        tally = self._intake.take([item], via=via, know=self._trust.known, daily_new=_QUOTA, again=[line])
        if not any(tally.outcomes[outcome] for outcome in TAKEN):
            return False
        self._let_go(damage)
        _log.info("harvest.mended", origin=damage.origin, record=damage.record_id, peer=via.address)
        return True

    def _let_go(self, damage: _Damage) -> None:
        """Remove damaged versions before the newest, which are kept for comparisons alone."""
        with self._sessions.begin() as db:
            for ver in damage.older:
                drop_version(db, (damage.origin, damage.record_id), ver)


def _fetched(documents: PeerDocuments, digest: str, sub: str) -> str:
    try:
        return documents.statement(digest, sub)
    except FetchFailed:
        return ""


def _verifies(jws: str, speakers: Mapping[Issuer, KnownIssuer], sub: str, digest: str) -> bool:
    try:
        received = receive(jws)
        known = speakers.get(received.claimed.issuer)
        if known is None or (received.claimed.sub, received.claimed.digest) != (sub, digest):
            return False
        received.verify(known.record_keys, earlier=(known.naming,))
    except TokenRefused:
        return False
    return True
