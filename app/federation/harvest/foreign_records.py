"""Texts and statements of other nodes' records: for the catalogue, their pages and those who fetch from here."""

from __future__ import annotations

from dataclasses import dataclass
from operator import itemgetter

from sqlalchemy import select
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, RecordNotFound, RecordWithdrawn, State
from app.database import Sessions
from app.federation.harvest.held_files import HeldFiles
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer
from app.federation.harvest.statement_reader import StatementReader
from app.federation.held import Hop
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.jose import TokenRefused
from app.federation.statement import receive
from app.records.problem import InvalidRecord, Problem
from app.records.record import Record, Withdrawn
from app.shared.errors import NotFound
from app.shared.kept import Recent


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


_REMEMBERED = 5 * 1024 * 1024
"""Bytes of statements; a record that was read takes some three times as much."""


class ForeignTexts:
    """Gives the catalogue the records behind its rows; what was read is kept, because a version never changes."""

    def __init__(self, sessions: Sessions, reader: StatementReader, files: HeldFiles) -> None:
        self._sessions = sessions
        self._files = files
        self._reader = reader
        self._kept: Recent[tuple[str, str, int, str], tuple[Record | Withdrawn, int]] = Recent(
            _REMEMBERED, weigh=itemgetter(1)
        )

    def record(self, entry: CatalogueEntry) -> Record:
        """Return the record of exactly this version; raises RecordNotFound and InvalidRecord."""
        found = self._read(entry)
        if isinstance(found, Withdrawn):
            raise RecordNotFound(f"{entry.id}/v/{entry.ver}")
        return found

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Return reason and successor of a withdrawn version; raises RecordNotFound for any other."""
        found = self._read(entry)
        if isinstance(found, Record):
            raise RecordNotFound(f"{entry.id}/v/{entry.ver}")
        return found

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of exactly this version if it is here; raises ForeignFileNotHeld.

        No reader makes this node fetch something: the worker has done so, or will.
        """
        return self._files.read(entry.origin, entry.id, entry.ver, name)

    def _read(self, entry: CatalogueEntry) -> Record | Withdrawn:
        key = entry.origin, entry.id, entry.ver, entry.digest
        return self._kept.get(key, lambda: self._read_anew(*key))[0]

    def _read_anew(self, origin: str, record_id: str, ver: int, digest: str) -> tuple[Record | Withdrawn, int]:
        with self._sessions.reading() as db:
            row = db.get(HeldVersion, (origin, record_id, ver))
        if row is None or row.digest != digest:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        # It was verified when it came in, and nobody but this program writes to the table.
        try:
            return self._reader.read(receive(row.jws).claimed), len(row.jws)
        except TokenRefused as error:
            path = f"{origin}/{record_id}"
            raise InvalidRecord(path, (Problem(file=path, field="", code="statement_damaged"),)) from error


class ForeignStatements:
    """Hands statements of other nodes on as they came."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._homes: dict[str, Issuer] = {}

    def sub(self, origin: str, record_id: str) -> str:
        """Return the global name of a record; raises RecordNotFound for an origin that nobody is known under."""
        home = self._home(origin)
        if home is None:
            raise RecordNotFound(record_id)
        return home.sub(record_id)

    def find(self, sub: str) -> tuple[str, str] | None:
        """Return (origin, record id) of a global name; None when no node is known by it."""
        try:
            issuer = Issuer.parse(sub.rpartition("/r/")[0])
        except IssuerInvalid:
            return None
        record_id = issuer.record_id(sub)
        return (issuer.origin, record_id) if record_id and self._home(issuer.origin) == issuer else None

    def jws(self, origin: str, record_id: str, ver: int) -> str:
        """Return a statement as it was received; raises RecordNotFound and RecordWithdrawn.

        What is hidden here is not handed on.
        """
        held = self._held(origin, record_id, ver)
        if held is None:
            self._explain(origin, record_id, ver)
            raise RecordNotFound(f"{record_id}/v/{ver}")
        return held.jws

    def hops(self, origin: str, record_id: str, ver: int) -> tuple[Hop, ...]:
        """Return the way it took here, the last station first."""
        held = self._held(origin, record_id, ver)
        return held.way if held else ()

    def _held(self, origin: str, record_id: str, ver: int) -> HeldVersion | None:
        """Return one version if it may be handed on."""
        same = (col(ForeignRecord.origin) == origin) & (col(ForeignRecord.record_id) == record_id)
        wanted = (
            select(HeldVersion)
            .join(ForeignRecord, same)
            .where(
                col(HeldVersion.origin) == origin,
                col(HeldVersion.record_id) == record_id,
                col(HeldVersion.ver) == ver,
                ~col(ForeignRecord.hidden),
                ~col(ForeignRecord.distrusted),
                ~col(ForeignRecord.withdrawn) | (col(ForeignRecord.ver) == ver),
            )
        )
        with self._sessions.reading() as db:
            return db.scalar(wanted)

    def _explain(self, origin: str, record_id: str, ver: int) -> None:
        with self._sessions.reading() as db:
            record = db.get(ForeignRecord, (origin, record_id))
        if record is not None and record.withdrawn and not record.hidden and ver != record.ver:
            raise RecordWithdrawn(
                CatalogueEntry(
                    seq=0,
                    origin=record.origin,
                    id=record.record_id,
                    ver=record.ver,
                    digest=record.digest,
                    state=State.WITHDRAWN,
                    at=record.first_at,
                    kind=record.kind,
                    slug=record.slug,
                )
            )

    def _home(self, origin: str) -> Issuer | None:
        if origin not in self._homes:
            with self._sessions.reading() as db:
                for known in db.scalars(select(KnownIssuer).where(col(KnownIssuer.origin) == origin)):
                    self._homes[origin] = known.naming
        return self._homes.get(origin)
