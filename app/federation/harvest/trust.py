"""Which nodes are believed, with which keys, and what each said of itself last."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from typing import TypeAlias

from sqlalchemy import func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.entity import LIFETIME, EntityConfiguration, ReceivedConfiguration, receive
from app.federation.harvest.models import Audit, ForeignRecord, KnownIssuer, Peer
from app.federation.issuer import Issuer
from app.federation.jose import KeySet
from app.federation.statement import TOLERANCE
from app.shared.clock import Clock
from app.shared.errors import Conflict, NotFound

LONGEST_LIFE = 2 * LIFETIME
"""For so long after its date a configuration counts at most."""
LEFT_AFTER = timedelta(days=30)
"""For so long the texts of a node stay that is no peer and whose configuration has run out."""


class IssuerNotKnown(NotFound):
    """Nothing is known of the node at `address`."""

    address: str

    message = "nothing is known of %(address)s"


class TrustRefused(Conflict):
    """What a node says of itself is not believed.

    Codes: `issuer` (speaks of another node), `replayed` (older than what is known), `expired`, `future` (dated ahead of
    this node's clock), `origin_taken` (its short name belongs to another node), `keys_changed` (signed with a key that
    nobody vouches for).
    """

    code: str
    address: str

    message = "what %(address)s says of itself is not believed: %(code)s"


TrustUpdate: TypeAlias = tuple[KnownIssuer, tuple[str, ...]]
"""A node after its configuration was taken in, and codes for the operator.

They are `restored` (its change number fell), `moved` and `move_unproven`.
"""


class Trust:
    """Keeps what is known of other nodes. Who may be known is decided by operators, and by hubs that they chose."""

    def __init__(self, sessions: Sessions, own: Issuer, clock: Clock) -> None:
        """Keep rows through `sessions`; nobody else is believed to be `own`."""
        self._sessions = sessions
        self._own = own
        self._clock = clock

    def known(self, issuer: Issuer) -> KnownIssuer | None:
        """Return what is known of a node."""
        with self._sessions.reading() as db:
            return db.get(KnownIssuer, issuer)

    def all(self) -> tuple[KnownIssuer, ...]:
        """Return all known nodes by address."""
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(KnownIssuer).order_by(col(KnownIssuer.issuer))))

    def departed(self) -> frozenset[str]:
        """Return the origins of nodes that are no peers and from which nothing was heard for `LEFT_AFTER`."""
        limit = self._clock() - LEFT_AFTER
        with self._sessions.reading() as db:
            chosen = frozenset(db.scalars(select(col(Peer.issuer))))
        every = self.all()
        heard = {one.origin for one in every if one.issuer in chosen or (one.expires_at or one.known_since) > limit}
        return frozenset(one.origin for one in every) - heard

    def record_counts(self) -> Mapping[str, int]:
        """Return how many records are held of each origin, withdrawn ones included."""
        counted = select(col(ForeignRecord.origin), func.count()).group_by(col(ForeignRecord.origin))
        with self._sessions.reading() as db:
            return {name: number for name, number in db.execute(counted)}  # noqa: C416 - rows are no pairs

    def pin(self, received: ReceivedConfiguration, kid: str) -> None:
        """Believe the node that signed with the key `kid`, which an operator has compared; raises TrustRefused.

        A node that is known already gets this key in place of those trusted so far.
        """
        self._take(received, received.own_key(kid), introduced_by=None)

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

    def introduced_since(self, hub: Issuer, since: datetime) -> int:
        """Return how many nodes became known by the word of a hub since a moment."""
        counted = select(func.count()).select_from(KnownIssuer)
        by_it = (col(KnownIssuer.introduced_by) == hub, col(KnownIssuer.known_since) > since)
        with self._sessions.reading() as db:
            return db.scalar(counted.where(*by_it)) or 0

    def audited(self, issuer: Issuer, audit: Audit) -> None:
        """Note how what is held compares with what the node has signed."""
        with self._sessions.begin() as db:
            row = db.get(KnownIssuer, issuer)
            if row is not None:
                row.audit, row.audited_at = audit, self._clock()

    def _take(self, received: ReceivedConfiguration, keys: KeySet, *, introduced_by: Issuer | None) -> TrustUpdate:
        received.verify(keys)
        claimed = received.claimed
        if claimed.issuer == self._own:
            raise TrustRefused("issuer", claimed.issuer.address)
        now = self._clock()
        if claimed.issued_at > now + TOLERANCE:
            raise TrustRefused("future", claimed.issuer.address)
        if _until(claimed.issued_at, claimed.expires_at) <= now:
            raise TrustRefused("expired", claimed.issuer.address)
        with self._sessions.begin() as db:
            old = db.get(KnownIssuer, claimed.issuer)
            dated = None if old is None or is_dated_ahead(old, now) else old.issued_at
            if dated is not None and claimed.issued_at < dated:
                raise TrustRefused("replayed", claimed.issuer.address)
            # Where its records got their names, if the node there has said where it went.
            before = claimed.moved_from and db.get(KnownIssuer, claimed.moved_from)
            lineage = before.naming if before and before.moved_to == claimed.issuer else None
            origin = (lineage or claimed.issuer).origin
            _refuse_namesake(db, origin, claimed)
            notices = tuple(_notices(old, claimed, lineage))
            row = old or KnownIssuer(issuer=claimed.issuer, origin=origin, federation_keys=KeySet(), known_since=now)
            # Those that were ever declared lost stay listed: that cannot be taken back.
            lost = [key for key in row.record_keys.values() if key.compromised]
            row.record_keys = KeySet([*claimed.record_keys.values(), *lost])
            row.origin, row.moved_from, row.introduced_by = origin, lineage, introduced_by
            _write(row, claimed, received.token.text)
            db.add(row)
            return row, notices


def is_dated_ahead(known: KnownIssuer, now: datetime) -> bool:
    """Tell whether what is known was taken in while a clock was wrong: its date must not keep the right one out."""
    return known.issued_at is not None and known.issued_at > now + TOLERANCE


def is_expired(known: KnownIssuer, now: datetime) -> bool:
    """Tell whether what a node said of itself last is too old, whatever it said of that: its state may be frozen."""
    return known.issued_at is None or known.expires_at is None or _until(known.issued_at, known.expires_at) <= now


def _until(issued_at: datetime, expires_at: datetime) -> datetime:
    return min(expires_at, issued_at + LONGEST_LIFE)


def _notices(old: KnownIssuer | None, claimed: EntityConfiguration, lineage: Issuer | None) -> Iterator[str]:
    if old is not None and claimed.state.seq < old.state_seq:
        yield "restored"
    if claimed.moved_to is not None and (old is None or old.moved_to is None):
        yield "moved"
    if claimed.moved_from is not None and lineage is None:
        yield "move_unproven"


def _refuse_namesake(db: Session, origin: str, claimed: EntityConfiguration) -> None:
    """Two nodes must not share a short name, as http://a.example and https://a.example would."""
    same = {claimed.issuer, claimed.moved_from}
    rows = db.scalars(select(KnownIssuer).where(col(KnownIssuer.origin) == origin)).all()
    if any(row.issuer not in same and row.moved_to != claimed.issuer for row in rows):
        raise TrustRefused("origin_taken", claimed.issuer.address)


def _write(row: KnownIssuer, claimed: EntityConfiguration, jws: str) -> None:
    row.name, row.configuration, row.moved_to = claimed.name, jws, claimed.moved_to
    row.federation_keys = claimed.federation_keys
    if row.state_root != claimed.state.root:
        # What was found about another state says nothing about this one.
        row.audit = Audit.UNKNOWN
    row.issued_at, row.expires_at = claimed.issued_at, _until(claimed.issued_at, claimed.expires_at)
    row.state_seq, row.state_count, row.state_root = claimed.state.seq, claimed.state.count, claimed.state.root
