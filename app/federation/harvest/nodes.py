"""The nodes whose lists this one reads: who may be asked, when next, by which process, and how fresh each list is."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from sqlalchemy import ColumnElement, CursorResult, func, or_, select, update
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.harvest.models import ForeignRecord, Freshness, ModerationEntry, Node, NodeState
from app.federation.issuer import Issuer
from app.federation.listing.reading import ListState
from app.shared.clock import Clock
from app.shared.errors import Conflict, NotFound
from app.shared.wording import N_

INTERVAL = timedelta(minutes=15)
"""Between two looks at a node that answers."""
DAILY_NEW = 20_000
"""Records taken from one node for the first time in a day; the rest follows on later days."""
LEASE = timedelta(minutes=5)
"""For how long a process that says nothing any more keeps others from a node."""
LONGEST_PAUSE = timedelta(hours=24)
_MOST_DOUBLINGS = 10


class NodeNotKnown(NotFound):
    """No list is read from this address."""

    address: str

    message = "no list is read from %(address)s. See: erfahrungsnetz peers list"


class NameTaken(Conflict):
    """Another node has the short name of `address`, as http://a.example and https://a.example would."""

    address: str

    message = N_("Another site is known under the name of %(address)s. Remove that one first.")


@dataclass(frozen=True, slots=True)
class Lease:
    """The right of this process to read the list of a node."""

    node: Node
    token: str


class Nodes:
    """Reads and writes the list. `jitter` gives numbers from 0 to 1 that spread the load."""

    def __init__(self, sessions: Sessions, clock: Clock, jitter: Callable[[], float]) -> None:
        self._sessions = sessions
        self._clock = clock
        self._jitter = jitter

    def all(self) -> tuple[Node, ...]:
        """Return all nodes by address."""
        with self._sessions.reading() as db:
            return tuple(db.scalars(select(Node).order_by(col(Node.issuer))))

    def get(self, issuer: Issuer) -> Node:
        """Return one node; raises NodeNotKnown."""
        with self._sessions.reading() as db:
            return known(db, issuer)

    def at(self, origin: str) -> Node | None:
        """Return the node with a short name."""
        with self._sessions.reading() as db:
            return db.scalar(select(Node).where(col(Node.origin) == origin))

    def record_counts(self) -> Mapping[str, int]:
        """Return how many records are held of each origin, withdrawn ones included."""
        counted = select(col(ForeignRecord.origin), func.count()).group_by(col(ForeignRecord.origin))
        with self._sessions.reading() as db:
            return {name: number for name, number in db.execute(counted)}  # noqa: C416 - rows are no pairs

    def add(
        self,
        issuer: Issuer,
        root: str,
        *,
        association: Issuer | None = None,
        mirror: bool = False,
        name: str = "",
        trusted: bool | None = None,
        daily_new: int | None = None,
    ) -> Node:
        """Read the list of a node whose first root has the SHA-256 `root` from now on; it is due at once.

        What an operator enters (`association` None) takes precedence over what associations say. `trusted` and
        `daily_new` change nothing where they are None. Raises NameTaken.
        """
        now = self._clock()
        with self._sessions.begin() as db:
            row = db.get(Node, issuer)
            if row is None:
                if db.scalar(select(col(Node.issuer)).where(col(Node.origin) == issuer.origin)):
                    raise NameTaken(issuer.address)
                is_blocked = last_decisions(db, [issuer.address]).get(issuer.address) == "block"
                row = Node(
                    issuer=issuer,
                    origin=issuer.origin,
                    root=root,
                    association=association,
                    # A node that was blocked and removed comes back blocked.
                    state=NodeState.BLOCKED if is_blocked else NodeState.ACTIVE,
                    daily_new=DAILY_NEW,
                    added_at=now,
                    next_at=now,
                )
            elif association is None or row.association is not None:
                if row.root != root:
                    # Trust begins anew, so the list is read from its beginning.
                    row.root, row.taken, row.list_version, row.list_sha256 = root, {}, 0, ""
                row.association = association
            row.mirror, row.name = mirror, name or row.name
            row.next_at, row.failures, row.error = now, 0, ""
            row.trusted = row.trusted if trusted is None else trusted
            row.daily_new = row.daily_new if daily_new is None else daily_new
            db.add(row)
            return row

    def change(self, issuer: Issuer, **values: object) -> Node:
        """Set what is decided about a node: state, daily_new, organisations, trusted; raises NodeNotKnown."""
        with self._sessions.begin() as db:
            row = known(db, issuer)
            for name, value in values.items():
                setattr(row, name, value)
            if values.get("state") is NodeState.ACTIVE:
                row.next_at = self._clock()
            return row

    def inherit(self, issuer: Issuer) -> None:
        """Let the operator trust the successor of an association without that one's word, before it is removed."""
        named = update(Node).where(col(Node.association) == issuer, col(Node.trusted))
        with self._sessions.begin() as db:
            db.execute(named.values(association=None))

    def due(self) -> tuple[Issuer, ...]:
        """Return whom to ask now, the one that waits longest first."""
        now = self._clock()
        waiting = select(col(Node.issuer)).where(
            col(Node.state) == NodeState.ACTIVE, or_(col(Node.next_at) <= now, _tried_later(now)), _free(now)
        )
        with self._sessions.reading() as db:
            return tuple(db.scalars(waiting.order_by(col(Node.next_at))))

    def lease(self, issuer: Issuer) -> Lease | None:
        """Take the right to read a list; None while another process has it. Raises NodeNotKnown."""
        now, token = self._clock(), uuid4().hex
        with self._sessions.begin() as db:
            row = known(db, issuer)
            taken = update(Node).where(col(Node.issuer) == issuer, _free(now))
            done = db.execute(taken.values(lease=token, lease_until=now + LEASE, tried_at=now))
            if not isinstance(done, CursorResult) or done.rowcount != 1:
                return None
            db.refresh(row)
            return Lease(row, token)

    def confirm(self, lease: Lease, state: ListState) -> bool:
        """Note the newest valid list, and keep the lease; False when another process has taken over."""
        return self._save(lease, list_version=state.version, list_sha256=state.sha256, confirmed_until=state.expires)

    def keep(self, lease: Lease) -> bool:
        """Keep the lease for another while; False when another process has taken over."""
        return self._save(lease)

    def call(self, lease: Lease, name: str) -> None:
        """Note what a node calls itself."""
        self._save(lease, name=name)

    def took(self, lease: Lease, taken: Mapping[str, int]) -> bool:
        """Note up to which numbers the parts of the list are taken in, and keep the lease like `confirm`."""
        return self._save(lease, taken=dict(taken))

    def _save(self, lease: Lease, **values: object) -> bool:
        until = self._clock() + LEASE
        with self._sessions.begin() as db:
            row = db.get(Node, lease.node.issuer)
            if row is None or row.lease != lease.token:
                return False
            for name, value in {**values, "lease_until": until}.items():
                setattr(row, name, value)
        return True

    def finish(self, lease: Lease, error: str = "", *, again: bool = False) -> None:
        """Give the lease back and say when to come again: at once, after the usual time, or later after failures."""
        now = self._clock()
        with self._sessions.begin() as db:
            row = db.get(Node, lease.node.issuer)
            if row is None or row.lease != lease.token:
                return
            row.lease, row.lease_until, row.error = "", None, error[:300]
            row.failures = row.failures + 1 if error else 0
            if not error:
                row.succeeded_at = now
            row.next_at = now if again else now + self._pause(row)

    def aged(self) -> tuple[tuple[Node, Freshness], ...]:
        """Return the nodes whose list has another age by now than is noted, with the present one."""
        now = self._clock()
        return tuple((one, fresh) for one in self.all() if (fresh := one.freshness_at(now)) is not one.freshness)

    def _pause(self, row: Node) -> timedelta:
        factor: int = 1 << min(row.failures, _MOST_DOUBLINGS)
        return min(INTERVAL * factor, LONGEST_PAUSE) * (0.9 + 0.2 * self._jitter())


def last_decisions(db: Session, about: Collection[str]) -> dict[str, str]:
    """Return what moderators decided last about records ("origin/id") and nodes (their addresses)."""
    columns = (col(ModerationEntry.object), col(ModerationEntry.action))
    found = select(*columns).where(col(ModerationEntry.object).in_(about)).order_by(col(ModerationEntry.id))
    return {thing: action for thing, action in db.execute(found)}  # noqa: C416 - rows are no pairs


def known(db: Session, issuer: Issuer) -> Node:
    """Return the row of a node; raises NodeNotKnown."""
    row = db.get(Node, issuer)
    if row is None:
        raise NodeNotKnown(issuer.address)
    return row


def _free(now: datetime) -> ColumnElement[bool]:
    return or_(col(Node.lease_until).is_(None), col(Node.lease_until) <= now, _tried_later(now))


def _tried_later(now: datetime) -> ColumnElement[bool]:
    """A clock that was once ahead must not keep a node waiting until that time has come."""
    return col(Node.tried_at) > now + LEASE
