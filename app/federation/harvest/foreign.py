# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Texts and statements of other nodes' records, for the catalogue and for those who fetch from here."""

from __future__ import annotations

from functools import lru_cache

from sqlalchemy import select
from sqlmodel import col

from app.catalogue import CatalogueEntry, ForeignFileNotHeld, RecordNotFound, RecordWithdrawn, State
from app.content.record import Record, Withdrawn
from app.db import Sessions
from app.federation.harvest.page import unpack_way
from app.federation.harvest.tables import ForeignRow, IssuerRow, StatementRow
from app.federation.harvest.understanding import Understanding
from app.federation.held import Hop
from app.federation.issuer import Issuer, IssuerInvalid
from app.federation.statement import receive

_REMEMBERED = 1024


class HeldTexts:
    """Gives the catalogue the records behind its rows; what was read is kept, because a version never changes."""

    def __init__(self, sessions: Sessions, understanding: Understanding) -> None:
        """Read through `sessions` and understand as `understanding` does."""
        self._sessions = sessions
        self._understanding = understanding
        self._read = lru_cache(maxsize=_REMEMBERED)(self._read_anew)

    def record(self, entry: CatalogueEntry) -> Record:
        """Return the record of exactly this version; raises RecordNotFound and InvalidRecord."""
        found = self._read(entry.origin, entry.id, entry.ver, entry.digest)
        if isinstance(found, Withdrawn):
            raise RecordNotFound(f"{entry.id}/v/{entry.ver}")
        return found

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Return reason and successor of a withdrawn version; raises RecordNotFound for any other."""
        found = self._read(entry.origin, entry.id, entry.ver, entry.digest)
        if isinstance(found, Record):
            raise RecordNotFound(f"{entry.id}/v/{entry.ver}")
        return found

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Raise ForeignFileNotHeld: pictures stay at home, and no reader makes this node fetch something."""
        del entry
        raise ForeignFileNotHeld(name)

    def _read_anew(self, origin: str, record_id: str, ver: int, digest: str) -> Record | Withdrawn:
        with self._sessions.reading() as db:
            row = db.get(StatementRow, (origin, record_id, ver))
        if row is None or row.digest != digest:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        # It was verified when it came in, and nobody but this program writes to the table.
        return self._understanding.read(receive(row.jws).claimed)


class ForeignStatements:
    """Hands statements of other nodes on as they came."""

    def __init__(self, sessions: Sessions) -> None:
        """Read through `sessions`."""
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
        with self._sessions.reading() as db:
            record, row = db.get(ForeignRow, (origin, record_id)), db.get(StatementRow, (origin, record_id, ver))
        if record is None or record.hidden or record.distrusted:
            raise RecordNotFound(record_id)
        if record.withdrawn and ver != record.ver:
            raise RecordWithdrawn(_entry(record))
        if row is None:
            raise RecordNotFound(f"{record_id}/v/{ver}")
        return row.jws

    def hops(self, origin: str, record_id: str, ver: int) -> tuple[Hop, ...]:
        """Return the way it took here, the last station first."""
        with self._sessions.reading() as db:
            row = db.get(StatementRow, (origin, record_id, ver))
        return (way_of(row)) if row else ()

    def _home(self, origin: str) -> Issuer | None:
        if origin not in self._homes:
            columns = select(col(IssuerRow.address), col(IssuerRow.moved_from))
            with self._sessions.reading() as db:
                for address, moved_from in db.execute(columns.where(col(IssuerRow.origin) == origin)):
                    self._homes[origin] = Issuer(moved_from or address)
        return self._homes.get(origin)


def way_of(row: StatementRow) -> tuple[Hop, ...]:
    """Return the stations of a statement, the one it was fetched from first."""
    last = Hop(base_url=f"{row.via}/oai", harvested_at=row.received_at, stamped_at=row.stamped_at)
    return (last, *unpack_way(row.way))


def _entry(record: ForeignRow) -> CatalogueEntry:
    return CatalogueEntry(
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
