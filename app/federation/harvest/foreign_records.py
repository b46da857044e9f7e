"""Texts and statements of other nodes' records: for the catalogue, their pages and those who fetch from here."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from dataclasses import dataclass
from operator import itemgetter
from typing import Any

from sqlalchemy import Select, select, tuple_
from sqlmodel import col

from app.catalogue import CatalogueEntry, RecordNotFound
from app.database import Sessions, in_parts
from app.federation.harvest.held_files import HeldFiles
from app.federation.harvest.models import ForeignRecord, Node
from app.federation.harvest.statement_reader import StatementReader
from app.federation.statement import read_payload
from app.federation.strict_json import StatementRefused
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
    """A record of another node with the node that it comes from."""

    record: ForeignRecord
    home: Node

    @property
    def sub(self) -> str:
        """Return its permanent address at home, where a canonical link leads."""
        return self.home.issuer.sub(self.record.record_id)

    @property
    def visible(self) -> bool:
        """Tell whether readers see the record."""
        return self.home.visible and not (self.record.withdrawn or self.record.hidden)


class ForeignLookup:
    """Answers by short name of the origin and record id, as they stand in the catalogue."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def entry(self, origin: str, record_id: str) -> ForeignEntry:
        """Return what is held of a record, hidden and withdrawn ones included; raises ForeignRecordNotFound."""
        same = (col(ForeignRecord.origin) == origin, col(ForeignRecord.record_id) == record_id)
        found = self._entries(select(ForeignRecord, Node).where(*same))
        if not found:
            raise ForeignRecordNotFound(origin, record_id)
        return found[0]

    def hidden(self) -> tuple[ForeignEntry, ...]:
        """Return the records that moderators took out of sight, by origin and id."""
        order = (col(ForeignRecord.origin), col(ForeignRecord.record_id))
        return self._entries(select(ForeignRecord, Node).where(col(ForeignRecord.hidden)).order_by(*order))

    def _entries(self, wanted: Select[*tuple[Any, ...]]) -> tuple[ForeignEntry, ...]:
        with self._sessions.reading() as db:
            rows = db.execute(wanted.join(Node, col(Node.origin) == col(ForeignRecord.origin))).all()
        return tuple(ForeignEntry(record=record, home=home) for record, home in rows)


_Key = tuple[str, str, int, str]
_REMEMBERED = 5 * 1024 * 1024
"""Bytes of payloads; a record that was read takes some three times as much."""


class ForeignTexts:
    """Gives the catalogue the records behind its rows; what was read is kept, because a version never changes."""

    def __init__(self, sessions: Sessions, reader: StatementReader, files: HeldFiles) -> None:
        self._sessions = sessions
        self._files = files
        self._reader = reader
        self._kept: Recent[_Key, tuple[Record | Withdrawn, int]] = Recent(_REMEMBERED, weigh=itemgetter(1))

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
        """Return a file of this version. Raises ForeignFileNotHeld; only the worker fetches, no reader."""
        return self._files.read(entry.origin, entry.id, entry.ver, name)

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        """Read several records with one query; those that cannot be read are left to `record`, which says why."""
        missing = [key for entry in entries if (key := _key(entry)) not in self._kept]
        for key, payload in self._payloads(missing).items():
            with suppress(InvalidRecord):
                self._kept.put(key, self._understood(key, payload))

    def _read(self, entry: CatalogueEntry) -> Record | Withdrawn:
        key = _key(entry)
        return self._kept.get(key, lambda: self._read_anew(key))[0]

    def _read_anew(self, key: _Key) -> tuple[Record | Withdrawn, int]:
        payload = self._payloads([key]).get(key)
        if payload is None:
            _origin, record_id, ver, _digest = key
            raise RecordNotFound(f"{record_id}/v/{ver}")
        return self._understood(key, payload)

    def _payloads(self, keys: Collection[_Key]) -> dict[_Key, str]:
        names, found = (col(ForeignRecord.origin), col(ForeignRecord.record_id)), dict[_Key, str]()
        columns = (*names, col(ForeignRecord.ver), col(ForeignRecord.digest), col(ForeignRecord.payload))
        for part in in_parts(sorted({key[:2] for key in keys})):
            # Do without a session, which would take as long as reading the record.
            with self._sessions.connected() as db:
                rows = db.execute(select(*columns).where(tuple_(*names).in_(part)))
                found |= {(origin, record_id, ver, digest): text for origin, record_id, ver, digest, text in rows}
        return {key: found[key] for key in keys if key in found}

    def _understood(self, key: _Key, payload: str) -> tuple[Record | Withdrawn, int]:
        # It was verified when it came in, and nobody but this program writes to the table.
        try:
            return self._reader.read(read_payload(payload.encode())), len(payload)
        except StatementRefused as error:
            path = "/".join(key[:2])
            raise InvalidRecord(path, (Problem(file=path, field="", code="statement_damaged"),)) from error


def _key(entry: CatalogueEntry) -> _Key:
    return entry.origin, entry.id, entry.ver, entry.digest
