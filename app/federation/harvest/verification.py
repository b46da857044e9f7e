"""Verifies received statements one by one, the cheap questions first: form, issuer, signature, sequence, record.

What fails, such as a bad signature, is answered with a line for `Quarantine`, which keeps each once with the reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import TypeAlias

from sqlalchemy import delete, func, select
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.harvest.holdings import Held, Key
from app.federation.harvest.models import KnownIssuer, Quarantined
from app.federation.harvest.record_list import ListItem
from app.federation.harvest.report import IngestOutcome, QuarantineReason
from app.federation.harvest.statement_reader import NotUnderstood, StatementReader
from app.federation.issuer import Issuer
from app.federation.jose import TokenRefused
from app.federation.service import FederationService
from app.federation.statement import (
    JWS_LIMIT,
    ReceivedStatement,
    Statement,
    Status,
    VerifiedStatement,
    receive,
)
from app.shared.clock import Clock
from app.shared.errors import NotFound

MOST_PER_PEER = 500
"""Kept of what one peer sends; the oldest make room."""


class QuarantinedNotFound(NotFound):
    """Nothing is set aside under this name."""

    name: str


class Quarantine:
    """The list of them."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def add(self, found: Iterable[Quarantined]) -> None:
        """Set statements aside that are not there yet."""
        wanted = {one.id: one for one in found}
        if not wanted:
            return
        with self._sessions.begin() as db:
            known = set(db.scalars(select(col(Quarantined.id)).where(col(Quarantined.id).in_(wanted))))
            added = [one for name, one in wanted.items() if name not in known]
            db.add_all(added)
            db.flush()
            for via in {one.via for one in added}:
                newest = select(col(Quarantined.id)).where(col(Quarantined.via) == via)
                surplus = db.scalars(newest.order_by(col(Quarantined.at).desc()).offset(MOST_PER_PEER)).all()
                if surplus:
                    db.execute(delete(Quarantined).where(col(Quarantined.id).in_(surplus)))

    def all(self, limit: int = 200) -> tuple[Quarantined, ...]:
        """Return the latest first."""
        newest = select(Quarantined).order_by(col(Quarantined.at).desc(), col(Quarantined.id))
        with self._sessions.reading() as db:
            return tuple(db.scalars(newest.limit(limit)))

    def count(self) -> int:
        """Return how many there are."""
        return sum(self.counts().values())

    def counts(self) -> Mapping[str, int]:
        """Return how many there are by the address of the node that sent them."""
        grouped = select(col(Quarantined.via), func.count().label("number")).group_by(col(Quarantined.via))
        with self._sessions.reading() as db:
            return {row.via: row.number for row in db.execute(grouped)}

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


def set_aside(
    jws: str, claimed: Statement | None, *, at: datetime, via: Issuer, reason: str, detail: str = ""
) -> Quarantined:
    """Return the entry for a string and what it claims; of one that is too large only its beginning is kept."""
    return Quarantined(
        id=sha256(jws.encode("utf-8", "surrogatepass")).hexdigest(),
        at=at,
        via=via.address,
        issuer=claimed.issuer.address if claimed else "",
        sub=claimed.sub[:300] if claimed else "",
        ver=claimed.ver if claimed else 0,
        reason=reason,
        detail=detail[:300],
        jws=jws if len(jws) <= JWS_LIMIT else jws[:1000],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A statement that may be believed. `origin` is the short name under which its record is listed.

    `superseded`: its key has a successor by now, so that whoever got hold of it may have dated the statement back.
    """

    verified: VerifiedStatement
    origin: str
    item: ListItem
    superseded: bool = False

    @property
    def withdraws(self) -> bool:
        """Tell whether it takes a record back."""
        return self.verified.statement.status is Status.WITHDRAWN

    @property
    def key(self) -> Key:
        """Return what names the record."""
        return (self.origin, self.verified.statement.record_id)


VerifiedItem: TypeAlias = Candidate | Quarantined | IngestOutcome
"""One item: a candidate, something set aside, or what becomes of it without storing anything."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenedItem:
    """An item that could be taken apart."""

    item: ListItem
    received: ReceivedStatement


class StatementVerifier:
    """Asks of each statement whether it may be believed, and whether there is anything to store."""

    def __init__(self, reader: StatementReader, publishing: FederationService, clock: Clock) -> None:
        self._reader = reader
        self._publishing = publishing
        self._clock = clock

    def open(self, item: ListItem, via: Issuer) -> OpenedItem | VerifiedItem:
        """Take an item apart; one that cannot be is set aside."""
        if item.jws is None:
            # Unsigned, so it withdraws nothing: the peer only does not offer the record any more.
            return IngestOutcome.UNCHANGED
        try:
            received = receive(item.jws)
        except TokenRefused as error:
            return set_aside(item.jws, None, at=self._clock(), via=via, reason=error.code, detail=error.about)
        opened = OpenedItem(item=item, received=received)
        if item.identifier != received.claimed.sub:
            return self._aside(opened, via, QuarantineReason.IDENTIFIER, item.identifier)
        return opened

    def validate(
        self, opened: OpenedItem, via: Issuer, known: Mapping[Issuer, KnownIssuer], held: Mapping[Key, Held]
    ) -> VerifiedItem:
        """Look at one item; `known` and `held` are what is known of its issuer and held of its record."""
        claimed = opened.received.claimed
        if claimed.issuer == self._publishing.issuer or self._publishing.own.find(claimed.sub) is not None:
            return IngestOutcome.OWN
        issuer = known.get(claimed.issuer)
        if issuer is None:
            return self._aside(opened, via, QuarantineReason.ISSUER_UNKNOWN, claimed.issuer.address)
        if issuer.blocked:
            return IngestOutcome.BLOCKED
        present = held.get((issuer.origin, claimed.record_id))
        # What is held already need not be verified again: nothing is stored for it.
        if present is not None and present.says(claimed) and not present.needs_renewal(issuer.record_keys):
            return IngestOutcome.UNCHANGED
        return self._verify(opened, via, issuer)

    def _verify(self, opened: OpenedItem, via: Issuer, issuer: KnownIssuer) -> VerifiedItem:
        if issuer.naming.record_id(opened.received.claimed.sub) is None:
            return self._aside(opened, via, "subject", opened.received.claimed.sub)
        try:
            now = self._clock()
            verified = opened.received.verify(issuer.record_keys, earlier=(issuer.naming,), now=now)
            self._reader.check(verified.statement)
        except TokenRefused as error:
            return self._aside(opened, via, error.code, error.about)
        except NotUnderstood as error:
            return self._aside(opened, via, error.reason, error.detail)
        ended = issuer.record_keys[verified.kid].expires_at
        return Candidate(
            verified=verified, origin=issuer.origin, item=opened.item, superseded=ended is not None and ended <= now
        )

    def _aside(self, opened: OpenedItem, via: Issuer, reason: str, detail: str) -> Quarantined:
        jws, claimed = opened.received.token.text, opened.received.claimed
        return set_aside(jws, claimed, at=self._clock(), via=via, reason=str(reason), detail=detail)
