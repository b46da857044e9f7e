"""Nodes that the operator wants to fetch from: who may be asked, when next, and by which process."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, or_, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.harvest.models import Peer, PeerState
from app.federation.issuer import Issuer
from app.shared.clock import Clock
from app.shared.errors import NotFound

INTERVAL = timedelta(minutes=15)
"""Between two looks at a peer that answers."""

DAILY_NEW = 20_000
"""New records taken from one origin in a day; the rest follows on later days."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPlace:
    """How far fetching from a peer has come: where the next request begins."""

    etag: str = ""
    seq: int = -1
    since: str = ""
    token: str = ""


LEASE = timedelta(minutes=5)
"""For how long a process that says nothing any more keeps others from a peer."""

LONGEST_PAUSE = timedelta(hours=24)
_MOST_DOUBLINGS = 10


class PeerNotFound(NotFound):
    """No peer has this address."""

    address: str

    message = (
        "%(address)s is no peer that is fetched from now: nobody added it, or it is paused or blocked. "
        "See: erfahrungsnetz peers list"
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """The right of this process to fetch from a peer, and where to begin."""

    peer: Peer
    token: str
    progress: ListPlace


class Peers:
    """Reads and writes the list. `jitter` gives numbers from 0 to 1 that spread the load."""

    def __init__(self, sessions: Sessions, clock: Clock, jitter: Callable[[], float]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._jitter = jitter

    def all(self) -> tuple[Peer, ...]:
        """Return all peers by address."""
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(Peer).order_by(col(Peer.issuer))))

    def get(self, issuer: Issuer) -> Peer:
        """Return one peer; raises PeerNotFound."""
        with self._sessions.reading() as db:
            return _known(db, issuer)

    def add(self, issuer: Issuer, *, hub: bool) -> Peer:
        """Add a peer, or change whether a known one is a hub; it is due at once."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = db.get(Peer, issuer) or Peer(
                issuer=issuer,
                hub=False,
                state=PeerState.ACTIVE,
                interval_s=int(INTERVAL.total_seconds()),
                daily_new=DAILY_NEW,
                added_at=now,
                next_at=now,
            )
            if row.hub != hub:
                # What it relays was not asked for so far, so the list is read from its beginning.
                row.since, row.token, row.seq = "", "", -1
            row.hub, row.state, row.next_at, row.failures, row.error = hub, PeerState.ACTIVE, now, 0, ""
            db.add(row)
            return row

    def change_state(self, issuer: Issuer, state: PeerState) -> Peer:
        """Fetch from a peer again or not; raises PeerNotFound."""
        with self._sessions.begin() as db:
            row = _known(db, issuer)
            row.state = state
            if state is PeerState.ACTIVE:
                row.next_at = self._clock()
            return row

    def limit(self, issuer: Issuer, daily_new: int) -> Peer:
        """Change how many new records of one origin are taken in a day; raises PeerNotFound."""
        with self._sessions.begin() as db:
            row = _known(db, issuer)
            row.daily_new = daily_new
            return row

    def remove(self, issuer: Issuer) -> None:
        """Forget a peer; what came from it stays. Raises PeerNotFound."""
        with self._sessions.begin() as db:
            db.delete(_known(db, issuer))

    def due(self) -> tuple[Issuer, ...]:
        """Return whom to ask now, the one that waits longest first."""
        now = self._clock()
        waiting = select(col(Peer.issuer)).where(
            col(Peer.state) == PeerState.ACTIVE, or_(col(Peer.next_at) <= now, _tried_later(now)), _free(now)
        )
        with self._sessions.reading() as db:
            return tuple(db.scalars(waiting.order_by(col(Peer.next_at))))

    def lease(self, issuer: Issuer) -> Lease | None:
        """Take the right to fetch from a peer; None while another process has it. Raises PeerNotFound."""
        now, token = self._clock(), uuid4().hex
        with self._sessions.begin() as db:
            row = _known(db, issuer)
            taken = update(Peer).where(col(Peer.issuer) == issuer, _free(now))
            done = db.execute(taken.values(lease=token, lease_until=now + LEASE, tried_at=now))
            if not isinstance(done, CursorResult) or done.rowcount != 1:
                return None
            db.refresh(row)
            progress = ListPlace(etag=row.etag, seq=row.seq, since=row.since, token=row.token)
            return Lease(peer=row, token=token, progress=progress)

    def save(self, lease: Lease, progress: ListPlace) -> bool:
        """Note how far fetching has come and keep the lease; False when another process has taken over."""
        until = self._clock() + LEASE
        with self._sessions.begin() as db:
            row = db.get(Peer, lease.peer.issuer)
            if row is None or row.lease != lease.token:
                return False
            row.etag, row.seq, row.since, row.token = progress.etag, progress.seq, progress.since, progress.token
            row.lease_until = until
        return True

    def finish(self, lease: Lease, error: str = "", *, again: bool = False) -> None:
        """Give the lease back and say when to come again: at once, after the usual time, or later after failures."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = db.get(Peer, lease.peer.issuer)
            if row is None or row.lease != lease.token:
                return
            row.lease, row.lease_until, row.error = "", None, error[:300]
            row.failures = row.failures + 1 if error else 0
            if not error:
                row.succeeded_at = now
            row.next_at = now if again else now + self._pause(row)

    def _pause(self, row: Peer) -> timedelta:
        usual = timedelta(seconds=row.interval_s)
        factor: int = 1 << min(row.failures, _MOST_DOUBLINGS)
        spread = 0.9 + 0.2 * self._jitter()
        return min(usual * factor, max(LONGEST_PAUSE, usual)) * spread


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Peer.lease_until).is_(None), col(Peer.lease_until) <= now, _tried_later(now))


def _tried_later(now: datetime) -> ColumnElement[bool]:
    """A clock that was once ahead must not keep a peer waiting until that time has come."""
    return col(Peer.tried_at) > now + LEASE


def _known(db: Session, issuer: Issuer) -> Peer:
    row = db.get(Peer, issuer)
    if row is None:
        raise PeerNotFound(issuer.address)
    return row
