# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What is held of single records of other nodes beside their texts, for their pages."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import select
from sqlmodel import Session, col

from app.db import Sessions
from app.errors import NotFound
from app.federation.harvest.foreign_texts import way_of
from app.federation.harvest.models import ForeignRow, IssuerRow, StatementRow
from app.federation.held import Hop
from app.federation.issuer import Issuer


class ForeignRecordNotFound(NotFound):
    """No record with this id came from the node called `origin`."""

    def __init__(self, origin: str, record_id: str) -> None:
        super().__init__(origin, record_id)
        self.origin = origin
        self.record_id = record_id


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldVersion:
    """A version whose signed statement is kept. `way` are the stations it took, the last one first."""

    ver: int
    digest: str
    issued_at: datetime
    received_at: datetime
    via: Issuer
    way: tuple[Hop, ...]
    jws: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEntry:
    """A record of another node. `sub` is its permanent address at home, where a canonical link leads.

    `versions` are those that are kept, newest first: two at most. `hidden`: taken out of sight by a moderator,
    `blocked`: together with all of its issuer, `distrusted`: until its signature is renewed.
    """

    origin: str
    record_id: str
    sub: str
    issuer: Issuer
    issuer_name: str
    kind: str
    slug: str
    ver: int
    digest: str
    withdrawn: bool
    hidden: bool
    blocked: bool
    distrusted: bool
    first_at: datetime
    versions: tuple[HeldVersion, ...]

    @property
    def visible(self) -> bool:
        """Tell whether readers see the record."""
        return not (self.withdrawn or self.hidden or self.blocked or self.distrusted)


class ForeignLookup:
    """Answers by short name of the origin and record id, as they stand in the catalogue."""

    def __init__(self, sessions: Sessions) -> None:
        """Read through `sessions`."""
        self._sessions = sessions

    def entry(self, origin: str, record_id: str) -> ForeignEntry:
        """Return what is known of a record, hidden and withdrawn ones included; raises ForeignRecordNotFound."""
        with self._sessions.reading() as db:
            row = db.get(ForeignRow, (origin, record_id))
            issuer = _issuer(db, origin)
            if row is None or issuer is None:
                raise ForeignRecordNotFound(origin, record_id)
            return _entry(row, issuer, _versions(db, row))

    def hidden(self) -> tuple[ForeignEntry, ...]:
        """Return the records that moderators took out of sight, by origin and id."""
        order = (col(ForeignRow.origin), col(ForeignRow.record_id))
        with self._sessions.reading() as db:
            rows = db.scalars(select(ForeignRow).where(col(ForeignRow.hidden)).order_by(*order)).all()
            found = ((row, _issuer(db, row.origin)) for row in rows)
            return tuple(_entry(row, issuer, _versions(db, row)) for row, issuer in found if issuer)


def _issuer(db: Session, origin: str) -> IssuerRow | None:
    """Return who speaks for an origin now: of a node that has moved, the new address."""
    rows = db.scalars(select(IssuerRow).where(col(IssuerRow.origin) == origin)).all()
    return next((row for row in rows if not row.moved_to), rows[0] if rows else None)


def _versions(db: Session, row: ForeignRow) -> tuple[HeldVersion, ...]:
    kept = select(StatementRow).where(
        col(StatementRow.origin) == row.origin, col(StatementRow.record_id) == row.record_id
    )
    return tuple(
        HeldVersion(
            ver=one.ver,
            digest=one.digest,
            issued_at=one.issued_at,
            received_at=one.received_at,
            via=Issuer(one.via),
            way=way_of(one.via, one.received_at, one.stamped_at, one.way),
            jws=one.jws,
        )
        for one in db.scalars(kept.order_by(col(StatementRow.ver).desc()))
    )


def _entry(row: ForeignRow, issuer: IssuerRow, versions: tuple[HeldVersion, ...]) -> ForeignEntry:
    home = Issuer(issuer.moved_from or issuer.address)
    return ForeignEntry(
        origin=row.origin,
        record_id=row.record_id,
        sub=home.sub(row.record_id),
        issuer=Issuer(issuer.address),
        issuer_name=issuer.name,
        kind=row.kind,
        slug=row.slug,
        ver=row.ver,
        digest=row.digest,
        withdrawn=row.withdrawn,
        hidden=row.hidden,
        blocked=issuer.blocked,
        distrusted=row.distrusted,
        first_at=row.first_at,
        versions=versions,
    )
