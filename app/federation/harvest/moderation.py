"""Takes what other nodes publish out of sight here, and brings it back; each step with a reason, none final."""

from collections.abc import Callable

from sqlalchemy import select
from sqlmodel import Session, col

from app.catalogue import CatalogueService, State
from app.catalogue.foreign import restate
from app.database import Sessions
from app.federation.harvest.foreign_records import ForeignRecordNotFound
from app.federation.harvest.intake import erase_all
from app.federation.harvest.models import ForeignRecord, Freshness, ModerationEntry, Node, NodeState
from app.federation.harvest.nodes import Nodes, known
from app.federation.issuer import Issuer
from app.shared.clock import Clock
from app.shared.errors import Invalid

LONGEST_REASON = 500


class ReasonMissing(Invalid):
    """Every decision needs a reason of 1 to 500 characters."""

    message = "give a reason of 1 to 500 characters"


class Moderation:
    """The decisions. `actor` is the opaque name of a person; reasons are kept in this node only."""

    def __init__(
        self, sessions: Sessions, catalogue: CatalogueService, nodes: Nodes, follow: Callable[[], object], clock: Clock
    ) -> None:
        """`follow` is called after each decision; from blocked `nodes` nothing is fetched."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._nodes = nodes
        self.follow = follow
        self._clock = clock

    def hide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Hide a record; return whether that is new. Raises ForeignRecordNotFound, ReasonMissing, RepositoryBusy."""
        return self._set_hidden(origin, record_id, hidden=True, actor=actor, reason=reason)

    def unhide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Show a record again; raises like `hide`."""
        return self._set_hidden(origin, record_id, hidden=False, actor=actor, reason=reason)

    def block(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Hide a node, fetch no more; count its records. Raises NodeNotKnown, ReasonMissing, RepositoryBusy."""
        return self._set_blocked(issuer, blocked=True, actor=actor, reason=reason)

    def unblock(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Show a node's records again but for those hidden one by one, and fetch from a peer; raises like `block`."""
        return self._set_blocked(issuer, blocked=False, actor=actor, reason=reason)

    def age(self) -> int:
        """Hide the records of nodes that fell silent, show them again, and forget those of nodes that are gone.

        Returns how many records changed. Raises RepositoryBusy.
        """
        changed = 0
        for node, fresh in self._nodes.aged():
            with self._catalogue.appending(), self._sessions.begin() as db:
                row = known(db, node.issuer)
                row.freshness = fresh
                db.flush()
                changed += _show(db, row)
                if fresh is Freshness.GONE:
                    changed += erase_all(db, row.origin)
                    row.taken = {}
        if changed:
            self.follow()
        return changed

    def remove(self, issuer: Issuer) -> None:
        """Forget a node with everything that is held of it; raises NodeNotKnown and RepositoryBusy."""
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = known(db, issuer)
            erase_all(db, row.origin)
            db.delete(row)
        self.follow()

    def log(self, limit: int = 200) -> tuple[ModerationEntry, ...]:
        """Return the latest decisions first."""
        newest = select(ModerationEntry).order_by(col(ModerationEntry.id).desc()).limit(limit)
        with self._sessions.reading() as db:
            return tuple(db.scalars(newest))

    def _set_hidden(self, origin: str, record_id: str, *, hidden: bool, actor: str, reason: str) -> bool:
        _check(reason)
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = db.get(ForeignRecord, (origin, record_id))
            node = db.scalar(select(Node).where(col(Node.origin) == origin))
            if row is None or node is None:
                raise ForeignRecordNotFound(origin, record_id)
            changed = row.hidden != hidden
            if changed:
                row.hidden = hidden
                db.flush()
                _show(db, node)
                self._note(db, actor, "hide" if hidden else "unhide", f"{origin}/{record_id}", reason)
        self.follow()
        return changed

    def _set_blocked(self, issuer: Issuer, *, blocked: bool, actor: str, reason: str) -> int:
        _check(reason)
        changed = 0
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = known(db, issuer)
            if (row.state is NodeState.BLOCKED) != blocked:
                row.state, row.next_at = (NodeState.BLOCKED if blocked else NodeState.ACTIVE), self._clock()
                db.flush()
                self._note(db, actor, "block" if blocked else "unblock", issuer.address, reason)
                changed = _show(db, row)
        self.follow()
        return changed

    def _note(self, db: Session, actor: str, action: str, about: str, reason: str) -> None:
        now, reason = self._clock(), reason.strip()
        db.add(ModerationEntry(at=now, actor=actor[:80], action=action, object=about, reason=reason))


def _show(db: Session, node: Node) -> int:
    """Bring the catalogue's rows of a node to what the flags say and return how many changed."""
    columns = select(col(ForeignRecord.record_id), col(ForeignRecord.hidden)).where(
        col(ForeignRecord.origin) == node.origin
    )
    states: dict[State, list[str]] = {State.HIDDEN: [], State.PUBLISHED: []}
    for record_id, hidden in db.execute(columns):
        states[State.HIDDEN if hidden or not node.visible else State.PUBLISHED].append(record_id)
    return sum(restate(db, node.origin, ids, state) for state, ids in states.items() if ids)


def _check(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise ReasonMissing
