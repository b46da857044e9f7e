"""Takes what other nodes publish out of sight here, and brings it back; each step with a reason, none final."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from contextlib import suppress

from sqlalchemy import delete, select, update
from sqlmodel import Session, col

from app.catalogue import CatalogueService, State
from app.catalogue.foreign import restate
from app.database import Sessions
from app.federation.harvest.file_rows import FileRow, drop_files
from app.federation.harvest.foreign_records import ForeignRecordNotFound
from app.federation.harvest.holdings import held_of
from app.federation.harvest.models import (
    Audit,
    ForeignRecord,
    HeldVersion,
    KnownIssuer,
    ModerationEntry,
    Peer,
    PeerState,
)
from app.federation.harvest.peers import PeerNotFound, Peers
from app.federation.harvest.trust import IssuerNotKnown
from app.federation.issuer import Issuer
from app.shared.clock import Clock
from app.shared.errors import Invalid

LONGEST_REASON = 500
_HIDE = "hide"
_WITH_HUB = "block_with_hub"


class ReasonMissing(Invalid):
    """Every decision needs a reason of 1 to 500 characters."""

    message = "give a reason of 1 to 500 characters"


class Moderation:
    """The decisions. `actor` is the opaque name of a person; reasons are kept in this node only."""

    def __init__(
        self,
        sessions: Sessions,
        catalogue: CatalogueService,
        peers: Peers,
        follow: Callable[[], object],
        clock: Clock,
    ) -> None:
        """`follow` is called after each decision; from blocked `peers` nothing is fetched."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._peers = peers
        self.follow = follow
        self._clock = clock

    def hide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Take a record out of sight; it is not handed on either. Returns whether it was visible to moderators' eyes.

        Raises ForeignRecordNotFound, ReasonMissing and RepositoryBusy.
        """
        return self._set_hidden(origin, record_id, hidden=True, actor=actor, reason=reason)

    def unhide(self, origin: str, record_id: str, *, actor: str, reason: str) -> bool:
        """Show a record again; raises like `hide`."""
        return self._set_hidden(origin, record_id, hidden=False, actor=actor, reason=reason)

    def block(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Take all of a node out of sight and fetch nothing from it; return how many records that hides.

        So it goes with the nodes that are known by the word of this one alone.

        Raises IssuerNotKnown, ReasonMissing and RepositoryBusy.
        """
        return self._set_blocked(issuer, blocked=True, actor=actor, reason=reason)

    def unblock(self, issuer: Issuer, *, actor: str, reason: str) -> int:
        """Show a node's records again but for those hidden one by one, and fetch from a peer; raises like `block`."""
        return self._set_blocked(issuer, blocked=False, actor=actor, reason=reason)

    def distrust(self, origin: str, record_ids: Iterable[str]) -> int:
        """Take records out of sight whose signatures have lost their worth; a new signature brings them back."""
        wanted = tuple(record_ids)
        if not wanted:
            return 0
        with self._catalogue.appending(), self._sessions.begin() as db:
            marked = [row for one in wanted if (row := db.get(ForeignRecord, (origin, one)))]
            for row in marked:
                row.distrusted = True
            db.flush()
            return restate(db, origin, [row.record_id for row in marked], State.HIDDEN)

    def forget(self, origin: str) -> int:
        """Keep no text and no file of a node's records; return of how many. What it signs anew comes back."""
        with self._sessions.reading() as db:
            held = [one.record_id for one in held_of(db, origin)]
        self.distrust(origin, held)
        with self._sessions.begin() as db:
            db.execute(delete(HeldVersion).where(col(HeldVersion.origin) == origin))
            drop_files(db, col(FileRow.origin) == origin)
            # Compared anew when the node is heard of again, it lacks all of this.
            db.execute(update(KnownIssuer).where(col(KnownIssuer.origin) == origin).values(audit=Audit.UNKNOWN))
        return len(held)

    def log(self, limit: int = 200) -> tuple[ModerationEntry, ...]:
        """Return the latest decisions first."""
        newest = select(ModerationEntry).order_by(col(ModerationEntry.id).desc()).limit(limit)
        with self._sessions.reading() as db:
            return tuple(db.scalars(newest))

    def _set_hidden(self, origin: str, record_id: str, *, hidden: bool, actor: str, reason: str) -> bool:
        _check(reason)
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = db.get(ForeignRecord, (origin, record_id))
            if row is None:
                raise ForeignRecordNotFound(origin, record_id)
            changed = row.hidden != hidden
            if changed:
                row.hidden = hidden
                db.flush()
                # Of a node that has moved, both addresses may be known.
                named = select(col(KnownIssuer.blocked)).where(col(KnownIssuer.origin) == origin)
                _show(db, origin, [row], blocked=any(db.scalars(named)))
                self._note(db, actor, _HIDE if hidden else "unhide", f"{origin}/{record_id}", reason)
        self.follow()
        return changed

    def _set_blocked(self, issuer: Issuer, *, blocked: bool, actor: str, reason: str) -> int:
        _check(reason)
        changed = 0
        with self._catalogue.appending(), self._sessions.begin() as db:
            row = db.get(KnownIssuer, issuer)
            if row is None:
                raise IssuerNotKnown(issuer.address)
            if row.blocked != blocked:
                self._note(db, actor, "block" if blocked else "unblock", issuer.address, reason)
                changed = _block(db, row, blocked=blocked)
                for other in _known_by_it_alone(db, issuer, blocked=not blocked):
                    # Told apart from those blocked by themselves, which stay so when the hub comes back.
                    self._note(db, actor, _WITH_HUB if blocked else "unblock", other.issuer.address, issuer.address)
                    changed += _block(db, other, blocked=blocked)
            elif blocked and _last_decision(db, issuer.address) == _WITH_HUB:
                # Out of sight with its hub until now; by a decision of its own it stays so when the hub comes back.
                self._note(db, actor, "block", issuer.address, reason)
        with suppress(PeerNotFound):
            self._peers.change_state(issuer, PeerState.BLOCKED if blocked else PeerState.ACTIVE)
        self.follow()
        return changed

    def _note(self, db: Session, actor: str, action: str, about: str, reason: str) -> None:
        now, reason = self._clock(), reason.strip()
        db.add(ModerationEntry(at=now, actor=actor[:80], action=action, object=about, reason=reason))


def was_hidden(db: Session, origin: str, record_id: str) -> bool:
    """Tell whether the last decision about a record was to hide it, for a record whose own row is lost."""
    return _last_decision(db, f"{origin}/{record_id}") == _HIDE


def _block(db: Session, row: KnownIssuer, *, blocked: bool) -> int:
    row.blocked = blocked
    db.flush()
    records = db.scalars(select(ForeignRecord).where(col(ForeignRecord.origin) == row.origin)).all()
    return _show(db, row.origin, records, blocked=blocked)


def _known_by_it_alone(db: Session, hub: Issuer, *, blocked: bool) -> list[KnownIssuer]:
    """Return the nodes that only this hub introduced: those to block, or those that were blocked with it."""
    introduced = select(KnownIssuer).where(col(KnownIssuer.introduced_by) == hub, col(KnownIssuer.blocked) == blocked)
    rows = [row for row in db.scalars(introduced) if db.get(Peer, row.issuer) is None]
    return [row for row in rows if not blocked or _last_decision(db, row.issuer.address) == _WITH_HUB]


def _last_decision(db: Session, about: str) -> str | None:
    action = select(col(ModerationEntry.action)).where(col(ModerationEntry.object) == about)
    return db.scalar(action.order_by(col(ModerationEntry.id).desc()).limit(1))


def _show(db: Session, origin: str, rows: Iterable[ForeignRecord], *, blocked: bool) -> int:
    """Bring the catalogue's rows to what the flags say and return how many changed."""
    states: dict[State, list[str]] = {State.HIDDEN: [], State.PUBLISHED: []}
    for row in rows:
        out_of_sight = row.hidden or row.distrusted or blocked
        states[State.HIDDEN if out_of_sight else State.PUBLISHED].append(row.record_id)
    return sum(restate(db, origin, ids, state) for state, ids in states.items() if ids)


def _check(reason: str) -> None:
    if not 1 <= len(reason.strip()) <= LONGEST_REASON:
        raise ReasonMissing
