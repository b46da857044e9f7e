"""Statements that `verification` did not believe or understand, set aside with the reason; each kept once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from hashlib import sha256

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.harvest.models import Quarantined
from app.federation.harvest.report import QuarantineReason
from app.federation.issuer import Issuer
from app.federation.statement import JWS_LIMIT, Statement, Status
from app.shared.errors import NotFound

MOST_PER_PEER = 500
"""Kept of what one peer sends; the oldest make room."""


class QuarantinedNotFound(NotFound):
    """Nothing is set aside under this name."""

    name: str


def fingerprint(jws: str) -> str:
    """Return what names a received string."""
    return sha256(jws.encode("utf-8", "surrogatepass")).hexdigest()


class Quarantine:
    """The list of them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, found: Iterable[Quarantined]) -> int:
        """Set statements aside and return how many were not there yet."""
        wanted = {one.id: one for one in found}
        if not wanted:
            return 0
        with self._sessions.begin() as db:
            known = set(db.scalars(select(col(Quarantined.id)).where(col(Quarantined.id).in_(wanted))))
            added = [one for name, one in wanted.items() if name not in known]
            db.add_all(added)
            db.flush()
            for via in {one.via for one in added}:
                _make_room(db, via)
        return len(added)

    def all(self, limit: int = 200) -> tuple[Quarantined, ...]:
        """Return the latest first."""
        newest = select(Quarantined).order_by(col(Quarantined.at).desc(), col(Quarantined.id))
        with self._sessions.reading() as db:
            return tuple(db.scalars(newest.limit(limit)))

    def count(self) -> int:
        """Return how many there are."""
        with self._sessions.reading() as db:
            return db.scalar(select(func.count()).select_from(Quarantined)) or 0

    def counts(self) -> Mapping[str, int]:
        """Return how many there are by the address of the node that sent them."""
        grouped = select(col(Quarantined.via), func.count().label("number")).group_by(col(Quarantined.via))
        with self._sessions.reading() as db:
            return {row.via: row.number for row in db.execute(grouped)}

    def get(self, name: str) -> Quarantined:
        """Return one; raises QuarantinedNotFound."""
        with self._sessions.reading() as db:
            row = db.get(Quarantined, name)
        if row is None:
            raise QuarantinedNotFound(name)
        return row

    def drop(self, name: str) -> None:
        """Forget one; raises QuarantinedNotFound. It comes back if a peer sends it again."""
        with self._sessions.begin() as db:
            row = db.get(Quarantined, name)
            if row is None:
                raise QuarantinedNotFound(name)
            db.delete(row)

    def forget(self, sub: str) -> None:
        """Forget what was set aside about a record, and what may be about it because it could not be read."""
        with self._sessions.begin() as db:
            db.execute(delete(Quarantined).where(col(Quarantined.sub).in_((sub, ""))))

    def waiting_for(self, issuer: str) -> tuple[Quarantined, ...]:
        """Return what was set aside because its issuer was not known."""
        waiting = select(Quarantined).where(
            col(Quarantined.issuer) == issuer, col(Quarantined.reason) == QuarantineReason.ISSUER_UNKNOWN.value
        )
        with self._sessions.reading() as db:
            return tuple(db.scalars(waiting))


def settle(db: Session, settled: Iterable[Statement]) -> None:
    """Forget what was set aside about records up to the version that has been accepted now.

    A contradiction stays as evidence, until the record is withdrawn and its texts have to go.
    """
    accepted = {one.sub: one for one in settled}
    found = select(Quarantined).where(col(Quarantined.sub).in_(accepted))
    for row in db.scalars(found).all():
        now = accepted[row.sub]
        stays = row.reason == QuarantineReason.EQUIVOCATION and now.status is not Status.WITHDRAWN
        if row.ver <= now.ver and not stays:
            db.delete(row)


def _make_room(db: Session, via: str) -> None:
    newest = select(col(Quarantined.id)).where(col(Quarantined.via) == via)
    surplus = db.scalars(newest.order_by(col(Quarantined.at).desc()).offset(MOST_PER_PEER)).all()
    if surplus:
        db.execute(delete(Quarantined).where(col(Quarantined.id).in_(surplus)))


def set_aside(
    jws: str, claimed: Statement | None, *, at: datetime, via: Issuer, reason: str, detail: str = ""
) -> Quarantined:
    """Return the entry for a string and what it claims; of one that is too large only its beginning is kept."""
    return Quarantined(
        id=fingerprint(jws),
        at=at,
        via=via.address,
        issuer=claimed.issuer.address if claimed else "",
        sub=claimed.sub[:300] if claimed else "",
        ver=claimed.ver if claimed else 0,
        reason=reason,
        detail=detail[:300],
        jws=jws if len(jws) <= JWS_LIMIT else jws[:1000],
    )
