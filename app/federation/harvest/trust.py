# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Which nodes are believed, with which keys, and what each said of itself last."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import lru_cache

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.clock import Clock
from app.db import Sessions
from app.errors import Conflict, NotFound
from app.federation.entity import EntityConfiguration, ReceivedConfiguration, receive
from app.federation.harvest.models import ForeignRow, IssuerRow
from app.federation.issuer import Issuer
from app.federation.jose import KeySet

STALE_AFTER = timedelta(days=7)
GONE_AFTER = timedelta(days=180)


class Audit(StrEnum):
    """How what is held of a node compares with the state that it has signed.

    `behind`: something is missing here or the state known is older than what is held; it comes with a later run.
    `mismatch`: something is held that contradicts the state.
    """

    UNKNOWN = "unknown"
    OK = "ok"
    BEHIND = "behind"
    MISMATCH = "mismatch"


class NodeFreshness(StrEnum):
    """How long a node has not been heard of: the validity of its last configuration decides."""

    LIVE = "live"
    STALE = "stale"
    GONE = "gone"


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownIssuer:
    """What is known of a node. `federation_key` is the thumbprint for people to compare.

    `origin` is the short name under which the catalogue lists its records. `records` counts those held, withdrawn
    ones included, in lists of nodes; it is 0 where nobody asked for it. `introduced_by` is the hub that vouched for
    it, None when an operator pinned its key.
    """

    issuer: Issuer
    origin: str
    name: str
    federation_keys: KeySet
    record_keys: KeySet
    blocked: bool
    audit: Audit
    records: int
    known_since: datetime
    audited_at: datetime | None = None
    issued_at: datetime | None = None
    expires_at: datetime | None = None
    state_seq: int = 0
    state_count: int = 0
    state_root: str = ""
    moved_to: Issuer | None = None
    moved_from: Issuer | None = None
    introduced_by: Issuer | None = None
    configuration: str = ""

    @property
    def federation_key(self) -> str:
        """Return the thumbprint of the key that its configuration is signed with."""
        return next(iter(self.federation_keys), "")

    def freshness(self, now: datetime) -> NodeFreshness:
        """Tell whether the node has been heard of lately."""
        if self.expires_at is None or now - self.expires_at <= STALE_AFTER:
            return NodeFreshness.LIVE
        return NodeFreshness.STALE if now - self.expires_at <= GONE_AFTER else NodeFreshness.GONE


class IssuerNotKnown(NotFound):
    """Nothing is known of the node at `address`."""

    def __init__(self, address: str) -> None:
        super().__init__(address)
        self.address = address


class TrustRefused(Conflict):
    """What a node says of itself is not believed.

    Codes: `issuer` (speaks of another node), `replayed` (older than what is known), `expired`, `origin_taken` (its
    short name belongs to another node), `keys_changed` (signed with a key that nobody vouches for).
    """

    def __init__(self, code: str, address: str) -> None:
        super().__init__(code, address)
        self.code = code
        self.address = address


@dataclass(frozen=True, slots=True, kw_only=True)
class TrustUpdate:
    """What was learned from a configuration.

    `notices` are codes for the operator: `restored` (its change number fell), `moved`, `move_unproven`.
    """

    known: KnownIssuer
    notices: tuple[str, ...] = ()


class Trust:
    """Keeps what is known of other nodes. Who may be known is decided by operators, and by hubs that they chose."""

    def __init__(self, sessions: Sessions, own: Issuer, clock: Clock) -> None:
        """Keep rows through `sessions`; nobody else is believed to be `own`."""
        self._sessions = sessions
        self._own = own
        self._clock = clock

    def known(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node, without counting its records."""
        with self._sessions.reading() as db:
            row = db.get(IssuerRow, issuer.address)
        return _known(row, 0) if row else None

    def all(self) -> tuple[KnownIssuer, ...]:
        """Return all known nodes by address."""
        with self._sessions.reading() as db:
            rows = db.scalars(select(IssuerRow).order_by(col(IssuerRow.address))).all()
            counted = select(col(ForeignRow.origin), func.count()).group_by(col(ForeignRow.origin))
            counts: dict[str, int] = {name: number for name, number in db.execute(counted)}  # noqa: C416 - rows are no pairs
        return tuple(_known(row, counts.get(row.origin, 0)) for row in rows)

    def pin(self, received: ReceivedConfiguration, kid: str) -> TrustUpdate:
        """Believe the node that signed with the key `kid`, which an operator has compared; raises TrustRefused.

        A node that is known already gets this key in place of those trusted so far.
        """
        return self._take(received, received.own_key(kid), introduced_by=None)

    def introduce(self, jws: str, keys: KeySet, hub: Issuer) -> TrustUpdate:
        """Believe a node with these federation keys on the word of `hub`; raises TokenRefused and TrustRefused.

        Keys of a node that is known already are never replaced in this way.
        """
        received = receive(jws)
        if self.known(received.claimed.issuer) is not None:
            return self.take(jws)
        return self._take(received, keys, introduced_by=hub)

    def take(self, jws: str, issuer: Issuer | None = None) -> TrustUpdate:
        """Take in what a known node says of itself; raises TokenRefused, TrustRefused and IssuerNotKnown.

        `issuer` is the one that was asked.
        """
        received = receive(jws)
        if issuer is not None and received.claimed.issuer != issuer:
            raise TrustRefused("issuer", received.claimed.issuer.address)
        known = self.known(received.claimed.issuer)
        if known is None:
            raise IssuerNotKnown(received.claimed.issuer.address)
        if received.token.kid not in known.federation_keys:
            raise TrustRefused("keys_changed", known.issuer.address)
        return self._take(received, known.federation_keys, introduced_by=known.introduced_by)

    def audited(self, issuer: Issuer, audit: Audit) -> None:
        """Note how what is held compares with what the node has signed."""
        with self._sessions.begin() as db:
            row = db.get(IssuerRow, issuer.address)
            if row is not None:
                row.audit, row.audited_at = audit.value, self._clock()

    def _take(self, received: ReceivedConfiguration, keys: KeySet, *, introduced_by: Issuer | None) -> TrustUpdate:
        received.verify(keys)
        claimed = received.claimed
        if claimed.issuer == self._own:
            raise TrustRefused("issuer", claimed.issuer.address)
        if claimed.expires_at <= self._clock():
            raise TrustRefused("expired", claimed.issuer.address)
        with self._sessions.begin() as db:
            row = db.get(IssuerRow, claimed.issuer.address)
            old = _known(row, 0) if row else None
            if row is not None and row.issued_at is not None and claimed.issued_at < row.issued_at:
                raise TrustRefused("replayed", claimed.issuer.address)
            lineage = self._lineage(db, claimed)
            origin = (lineage or claimed.issuer).origin
            _refuse_namesake(db, origin, claimed)
            row = row or IssuerRow(address=claimed.issuer.address, origin=origin, keys="", known_since=self._clock())
            _write(row, claimed, received.token.text, introduced_by)
            row.origin, row.moved_from = origin, lineage.address if lineage else ""
            row.record_keys = json.dumps(_record_keys(claimed, old).as_jwks())
            db.add(row)
            db.flush()
            return _update(_known(row, 0), old, claimed)

    def _lineage(self, db: Session, claimed: EntityConfiguration) -> Issuer | None:
        """Return where the node's records got their names, if the node there has said where it went."""
        before = claimed.moved_from and db.get(IssuerRow, claimed.moved_from.address)
        if not before or before.moved_to != claimed.issuer.address:
            return None
        return Issuer(before.moved_from or before.address)


def _update(known: KnownIssuer, old: KnownIssuer | None, claimed: EntityConfiguration) -> TrustUpdate:
    notices = []
    if old is not None and claimed.state.seq < old.state_seq:
        notices.append("restored")
    if claimed.moved_to is not None and (old is None or old.moved_to is None):
        notices.append("moved")
    if claimed.moved_from is not None and known.moved_from is None:
        notices.append("move_unproven")
    return TrustUpdate(known=known, notices=tuple(notices))


def _record_keys(claimed: EntityConfiguration, old: KnownIssuer | None) -> KeySet:
    """Return the keys listed now, and those that were ever declared lost: that cannot be taken back."""
    lost = [key for key in old.record_keys.values() if key.compromised] if old else []
    return KeySet([*claimed.record_keys.values(), *lost])


def _refuse_namesake(db: Session, origin: str, claimed: EntityConfiguration) -> None:
    """Two nodes must not share a short name, as http://a.example and https://a.example would."""
    names = {claimed.issuer.address, *(issuer.address for issuer in (claimed.moved_from,) if issuer)}
    rows = db.scalars(select(IssuerRow).where(col(IssuerRow.origin) == origin)).all()
    if any(row.address not in names and row.moved_to != claimed.issuer.address for row in rows):
        raise TrustRefused("origin_taken", claimed.issuer.address)


def _write(row: IssuerRow, claimed: EntityConfiguration, jws: str, introduced_by: Issuer | None) -> None:
    row.name = claimed.name
    row.keys = json.dumps(claimed.federation_keys.as_jwks())
    row.configuration = jws
    if row.state_root != claimed.state.root:
        # What was found about another state says nothing about this one.
        row.audit = Audit.UNKNOWN.value
    row.issued_at, row.expires_at = claimed.issued_at, claimed.expires_at
    row.state_seq, row.state_count, row.state_root = claimed.state.seq, claimed.state.count, claimed.state.root
    row.moved_to = claimed.moved_to.address if claimed.moved_to else ""
    row.introduced_by = introduced_by.address if introduced_by else ""


def _known(row: IssuerRow, records: int) -> KnownIssuer:
    return KnownIssuer(
        issuer=Issuer(row.address),
        origin=row.origin,
        name=row.name,
        federation_keys=_keys(row.keys),
        record_keys=_keys(row.record_keys),
        blocked=row.blocked,
        audit=Audit(row.audit),
        records=records,
        known_since=row.known_since,
        audited_at=row.audited_at,
        issued_at=row.issued_at,
        expires_at=row.expires_at,
        state_seq=row.state_seq,
        state_count=row.state_count,
        state_root=row.state_root,
        moved_to=_issuer(row.moved_to),
        moved_from=_issuer(row.moved_from),
        introduced_by=_issuer(row.introduced_by),
        configuration=row.configuration,
    )


@lru_cache(maxsize=512)
def _keys(packed: str) -> KeySet:
    return KeySet.from_jwks(json.loads(packed)) if packed else KeySet()


def _issuer(address: str) -> Issuer | None:
    return Issuer(address) if address else None
