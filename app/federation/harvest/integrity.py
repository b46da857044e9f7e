"""Checks again everything that is held of other nodes, each statement and that all tables say the same.

What is damaged is fetched again, from whoever has it.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

import structlog
from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlmodel import Session, col

from app.catalogue import CatalogueService, State
from app.catalogue.foreign import restate
from app.catalogue.ledger import Progress
from app.catalogue.models import OWN, VersionRow
from app.database import Sessions
from app.federation.fetching import Fetcher, FetchFailed
from app.federation.harvest.documents import PeerDocuments
from app.federation.harvest.holdings import drop_version
from app.federation.harvest.intake import StatementIntake
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer, PeerState
from app.federation.harvest.peers import Peers
from app.federation.harvest.record_list import ListItem
from app.federation.harvest.report import TAKEN
from app.federation.harvest.trust import Trust
from app.federation.issuer import Issuer
from app.federation.jose import KeySet, TokenRefused
from app.federation.statement import ReceivedStatement, Status, receive
from app.shared.clock import Clock


class Fault(StrEnum):
    """One way in which statement, record row and catalogue can disagree, or a statement can be worth nothing.

    `statement_refused`: it does not verify; `wrong_row`: it says something else than its row. `newest_missing`: the
    record's newest version has no statement; `record_behind`: there is a later statement than the record row knows.
    `catalogue_missing` and `catalogue_differs` compare record row and catalogue, its state included. What belongs to
    nothing else is an orphan.
    """

    STATEMENT_REFUSED = "statement_refused"
    WRONG_ROW = "wrong_row"
    NEWEST_MISSING = "newest_missing"
    RECORD_BEHIND = "record_behind"
    CATALOGUE_MISSING = "catalogue_missing"
    CATALOGUE_DIFFERS = "catalogue_differs"
    ORPHAN_STATEMENT = "orphan_statement"
    ORPHAN_RECORD = "orphan_record"
    ORPHAN_ENTRY = "orphan_entry"


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldFault:
    """One fault; `detail` is a code or what was found, `ver` 0 where it is about the record as a whole."""

    fault: Fault
    origin: str
    record_id: str
    ver: int = 0
    detail: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class IntegrityReport:
    """What a check found: `statements` counts those checked by origin, `seconds` is how long that took."""

    faults: tuple[HeldFault, ...] = ()
    statements: Mapping[str, int] = field(default_factory=dict)
    seconds: float = 0.0

    @property
    def total(self) -> int:
        """Return how many statements were checked."""
        return sum(self.statements.values())

    @property
    def per_second(self) -> int:
        """Return how many statements were checked in a second."""
        return round(self.total / self.seconds) if self.seconds else 0


_AT_ONCE = 500
_SAME_RECORD = and_(
    col(ForeignRecord.origin) == col(HeldVersion.origin), col(ForeignRecord.record_id) == col(HeldVersion.record_id)
)


def check_integrity(sessions: Sessions, trust: Trust, show: Progress) -> IntegrityReport:
    """Check everything and return what is wrong; nothing is changed. `trust` knows the keys."""
    start = time.monotonic()
    known = {one.issuer: one for one in trust.all()}
    faults: list[HeldFault] = []
    counted: Counter[str] = Counter()
    with sessions.reading() as db:
        total = db.scalar(select(func.count()).select_from(HeldVersion)) or 0
        for rows in _pages(db):
            for row in rows:
                counted[row.origin] += 1
                faults += _of_statement(row, known.get(row.issuer))
            show(sum(counted.values()), total)
        faults += _of_records(db)
        faults += _orphans(db)
    return IntegrityReport(
        faults=tuple(faults), statements=dict(sorted(counted.items())), seconds=time.monotonic() - start
    )


def _of_statement(row: Row[Any], known: KnownIssuer | None) -> Iterator[HeldFault]:
    """Yield what is wrong with one statement of the node `known`."""

    def fault(kind: Fault, detail: str) -> HeldFault:
        return HeldFault(fault=kind, origin=row.origin, record_id=row.record_id, ver=row.ver, detail=detail)

    try:
        received = receive(row.jws)
    except TokenRefused as error:
        yield fault(Fault.STATEMENT_REFUSED, error.code)
        return
    other = _other(row, received)
    if other:
        yield fault(Fault.WRONG_ROW, other)
        return
    try:
        received.verify(known.record_keys if known else KeySet(), earlier=(known.naming,) if known else ())
    except TokenRefused as error:
        if error.code == "key_compromised" and row.distrusted and row.newest == row.ver:
            # Out of sight until somebody signs it anew, and that is known.
            return
        yield fault(Fault.STATEMENT_REFUSED, error.code)


def _pages(db: Session) -> Iterator[Sequence[Row[Any]]]:
    key = (col(HeldVersion.origin), col(HeldVersion.record_id), col(HeldVersion.ver))
    columns: Select[*tuple[Any, ...]] = select(
        *key,
        col(HeldVersion.digest),
        col(HeldVersion.issuer),
        col(HeldVersion.kid),
        col(HeldVersion.jws),
        col(ForeignRecord.ver).label("newest"),
        col(ForeignRecord.distrusted).label("distrusted"),
        col(ForeignRecord.kind).label("kind"),
        col(ForeignRecord.slug).label("slug"),
        col(ForeignRecord.withdrawn).label("withdrawn"),
    ).outerjoin(ForeignRecord, _SAME_RECORD)
    after: tuple[str, str, int] | None = None
    while True:
        later = columns.where(tuple_(*key) > after) if after else columns
        rows = db.execute(later.order_by(*key).limit(_AT_ONCE)).all()
        if not rows:
            return
        yield rows
        after = (rows[-1].origin, rows[-1].record_id, rows[-1].ver)


def _other(row: Row[Any], received: ReceivedStatement) -> str:
    """Return in which column a row says something else than its statement, "" where it says the same."""
    claimed = received.claimed
    pairs = {
        "record_id": (row.record_id, claimed.record_id),
        "ver": (row.ver, claimed.ver),
        "digest": (row.digest, claimed.digest),
        "issuer": (row.issuer, claimed.issuer),
        "kid": (row.kid, received.token.kid),
    }
    if row.newest == row.ver:
        pairs |= {
            "kind": (row.kind, claimed.kind),
            "slug": (row.slug, claimed.slug),
            "withdrawn": (row.withdrawn, claimed.status is Status.WITHDRAWN),
        }
    return next((name for name, (held, said) in pairs.items() if held != said), "")


def _of_records(db: Session) -> Iterator[HeldFault]:
    newest = and_(
        _SAME_RECORD,
        col(HeldVersion.ver) == col(ForeignRecord.ver),
        col(HeldVersion.digest) == col(ForeignRecord.digest),
    )
    # Nothing but this is kept of those of nodes that left.
    without = select(ForeignRecord).where(~exists().where(newest), ~col(ForeignRecord.distrusted))
    yield from _found(db, without, Fault.NEWEST_MISSING)
    behind = select(ForeignRecord).where(exists().where(_SAME_RECORD, col(HeldVersion.ver) > col(ForeignRecord.ver)))
    yield from _found(db, behind, Fault.RECORD_BEHIND)
    entry = and_(
        col(VersionRow.origin) == col(ForeignRecord.origin), col(VersionRow.record_id) == col(ForeignRecord.record_id)
    )
    missing = select(ForeignRecord).where(~exists().where(entry, col(VersionRow.ver) == col(ForeignRecord.ver)))
    yield from _found(db, missing, Fault.CATALOGUE_MISSING)
    differs = exists().where(
        entry,
        or_(
            and_(col(VersionRow.ver) == col(ForeignRecord.ver), _contradicts()),
            col(VersionRow.ver) > col(ForeignRecord.ver),
        ),
    )
    yield from _found(db, select(ForeignRecord).where(differs), Fault.CATALOGUE_DIFFERS)


def _contradicts() -> ColumnElement[bool]:
    """Return the condition for a row of the catalogue that says something else than the record row."""
    blocked = exists().where(col(KnownIssuer.origin) == col(ForeignRecord.origin), col(KnownIssuer.blocked))
    hidden = or_(col(ForeignRecord.hidden), col(ForeignRecord.distrusted), blocked)
    state = col(VersionRow.state)
    right = or_(
        and_(col(ForeignRecord.withdrawn), state == State.WITHDRAWN),
        and_(~col(ForeignRecord.withdrawn), hidden, state == State.HIDDEN),
        and_(~col(ForeignRecord.withdrawn), ~hidden, state == State.PUBLISHED),
    )
    same = (
        (VersionRow.digest, ForeignRecord.digest),
        (VersionRow.kind, ForeignRecord.kind),
        (VersionRow.slug, ForeignRecord.slug),
    )
    return or_(~right, *(col(ours) != col(theirs) for ours, theirs in same))


def _orphans(db: Session) -> Iterator[HeldFault]:
    homeless = ~exists().where(col(KnownIssuer.origin) == col(ForeignRecord.origin))
    yield from _found(db, select(ForeignRecord).where(homeless), Fault.ORPHAN_RECORD)
    columns = select(col(HeldVersion.origin), col(HeldVersion.record_id), col(HeldVersion.ver))
    for row in db.execute(columns.where(~exists().where(_SAME_RECORD))):
        yield HeldFault(fault=Fault.ORPHAN_STATEMENT, origin=row.origin, record_id=row.record_id, ver=row.ver)
    same = and_(
        col(VersionRow.origin) == col(ForeignRecord.origin), col(VersionRow.record_id) == col(ForeignRecord.record_id)
    )
    entries = select(col(VersionRow.origin), col(VersionRow.record_id)).distinct()
    for row in db.execute(entries.where(col(VersionRow.origin) != OWN, ~exists().where(same))):
        yield HeldFault(fault=Fault.ORPHAN_ENTRY, origin=row.origin, record_id=row.record_id or "")


def _found(db: Session, wanted: Select[ForeignRecord], fault: Fault) -> Iterator[HeldFault]:
    for row in db.scalars(wanted.order_by(col(ForeignRecord.origin), col(ForeignRecord.record_id))):
        yield HeldFault(fault=fault, origin=row.origin, record_id=row.record_id, ver=row.ver, detail=row.digest)


_QUOTA = 1_000_000
_log = structlog.get_logger(__name__)


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

    def run(self, faults: Iterable[HeldFault], show: Progress) -> tuple[int, list[tuple[str, str]]]:
        """Repair what can be repaired; raises RepositoryBusy.

        Returns how many records are as they should be again, and of which (origin, id) nobody had what is missing.
        """
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
        return mended, left

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
                    jws = _offer(documents, digest, sub, {known.issuer: known for known in speakers})
                    if jws:
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


def _offer(documents: PeerDocuments, digest: str, sub: str, speakers: Mapping[Issuer, KnownIssuer]) -> str:
    """Return the statement that a peer has if it verifies, "" otherwise."""
    try:
        received = receive(documents.statement(digest, sub))
        known = speakers.get(received.claimed.issuer)
        if known is None or (received.claimed.sub, received.claimed.digest) != (sub, digest):
            return ""
        received.verify(known.record_keys, earlier=(known.naming,))
    except (FetchFailed, TokenRefused):
        return ""
    return received.token.text
