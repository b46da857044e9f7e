"""Checks again everything that is held of other nodes: each statement, and that all tables say the same."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, exists, func, or_, select, tuple_
from sqlmodel import Session, col

from app.catalogue import State
from app.catalogue.ledger import Progress
from app.catalogue.models import OWN, VersionRow
from app.database import Sessions
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer
from app.federation.harvest.trust import Trust
from app.federation.jose import KeySet, TokenRefused
from app.federation.jose.errors import KeyCompromised
from app.federation.statement import ReceivedStatement, Status, receive


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

    def faulty(self) -> Mapping[str, int]:
        """Return how many faults there are by origin."""
        return Counter(one.origin for one in self.faults)


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
    except KeyCompromised as error:
        # Out of sight until somebody signs it anew, and that is known.
        if not (row.distrusted and row.newest == row.ver):
            yield fault(Fault.STATEMENT_REFUSED, error.code)
    except TokenRefused as error:
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
