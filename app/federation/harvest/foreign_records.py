"""What is held of single records of other nodes beside their texts, for their pages."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session, col

from app.database import Sessions
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer
from app.shared.errors import NotFound


class ForeignRecordNotFound(NotFound):
    """No record with this id came from the node called `origin`."""

    origin: str
    record_id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignEntry:
    """A record of another node with whom it comes from. `versions` are those kept, newest first: two at most."""

    record: ForeignRecord
    home: KnownIssuer
    versions: tuple[HeldVersion, ...]

    @property
    def sub(self) -> str:
        """Return its permanent address at home, where a canonical link leads."""
        return self.home.naming.sub(self.record.record_id)

    @property
    def visible(self) -> bool:
        """Tell whether readers see the record."""
        return not (self.record.withdrawn or self.record.hidden or self.record.distrusted or self.home.blocked)


class ForeignLookup:
    """Answers by short name of the origin and record id, as they stand in the catalogue."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def entry(self, origin: str, record_id: str) -> ForeignEntry:
        """Return what is known of a record, hidden and withdrawn ones included; raises ForeignRecordNotFound."""
        with self._sessions.reading() as db:
            row = db.get(ForeignRecord, (origin, record_id))
            found = _entry(db, row) if row else None
        if found is None:
            raise ForeignRecordNotFound(origin, record_id)
        return found

    def hidden(self) -> tuple[ForeignEntry, ...]:
        """Return the records that moderators took out of sight, by origin and id."""
        order = (col(ForeignRecord.origin), col(ForeignRecord.record_id))
        with self._sessions.reading() as db:
            rows = db.scalars(select(ForeignRecord).where(col(ForeignRecord.hidden)).order_by(*order)).all()
            return tuple(found for row in rows if (found := _entry(db, row)))


def _entry(db: Session, row: ForeignRecord) -> ForeignEntry | None:
    speakers = db.scalars(select(KnownIssuer).where(col(KnownIssuer.origin) == row.origin)).all()
    # Of a node that has moved, the new address speaks.
    home = next((one for one in speakers if not one.moved_to), speakers[0] if speakers else None)
    kept = (col(HeldVersion.origin) == row.origin, col(HeldVersion.record_id) == row.record_id)
    versions = db.scalars(select(HeldVersion).where(*kept).order_by(col(HeldVersion.ver).desc()))
    return ForeignEntry(record=row, home=home, versions=tuple(versions)) if home else None
