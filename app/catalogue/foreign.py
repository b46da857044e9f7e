"""Versions from other nodes: the code that receives them adds rows here and supplies their texts."""

import dataclasses
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Protocol

from sqlalchemy import Row, delete, func, select, tuple_, update
from sqlmodel import Session, col

from app.catalogue.entry import CatalogueEntry, RecordNotFound, State
from app.catalogue.models import OWN, VersionRow
from app.database import in_parts
from app.records.record import Record, Withdrawn
from app.shared.errors import NotFound


class ForeignFileNotHeld(NotFound):
    """The file `name` of another node's record is not stored here; its home node has it."""

    name: str


class ForeignRecords(Protocol):
    """Supplies the texts of rows from other nodes."""

    def record(self, entry: CatalogueEntry) -> Record:
        """Return the record of exactly this version; raises RecordNotFound if its text is not stored."""

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        """Load several records together, so that `record` need not look each up."""

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Return reason and successor of a withdrawn version; raises RecordNotFound for any other."""

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of exactly this version; raises ForeignFileNotHeld."""


CONFIRMED, TOLD_CONFIRMED = "confirmed", "confirmed_elsewhere"
"""Keys of the day on which a municipality confirmed a record: by this node, and as claimed by another."""


def as_told(record: Record, origin: str) -> Record:
    """Return another node's record with its confirmation by a municipality marked as that node's claim."""
    if record.confirmed is None:
        return dataclasses.replace(record, origin=origin)
    data = {TOLD_CONFIRMED if name == CONFIRMED else name: value for name, value in record.data.items()}
    return dataclasses.replace(record, origin=origin, confirmed=None, data=data)


class NoForeignRecords:
    """Used by a catalogue of own records only."""

    def record(self, entry: CatalogueEntry) -> Record:
        raise RecordNotFound(f"{entry.id}/v/{entry.ver}")

    def read_ahead(self, entries: Iterable[CatalogueEntry]) -> None:
        del entries

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        raise RecordNotFound(f"{entry.id}/v/{entry.ver}")

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        del entry
        raise ForeignFileNotHeld(name)


def append(db: Session, versions: Iterable[VersionRow]) -> None:
    """Add rows for versions in the caller's transaction; an existing row of a version is replaced by the new one."""
    versions = tuple(versions)
    _forget(db, [(version.origin, version.record_id, version.ver) for version in versions])
    db.add_all(versions)
    db.flush()


def replace(db: Session, versions: Sequence[VersionRow]) -> None:
    """Make these the only versions of their records, within the caller's transaction."""
    columns = (col(VersionRow.origin), col(VersionRow.record_id))
    for part in in_parts([(version.origin, version.record_id) for version in versions]):
        db.execute(delete(VersionRow).where(tuple_(*columns).in_(part), col(VersionRow.origin) != OWN))
    db.flush()
    db.add_all(versions)
    db.flush()


def restate(db: Session, origin: str, record_ids: Collection[str], state: State) -> int:
    """Set the state of all versions except withdrawals, renumber the newest of each record; return their number."""
    changed = 0
    for part in in_parts(sorted(record_ids)):
        rows = _newest(db, origin, part)
        other = [row for row in rows if row.state not in (state, State.WITHDRAWN)]
        _restate_earlier(db, origin, [row.record_id for row in other], state)
        append(db, (_version(row, state) for row in other))
        changed += len(other)
    return changed


def erase(db: Session, origin: str, record_ids: Collection[str]) -> None:
    """Delete records, except a hidden row with id and kind that tells the catalogue's followers of it."""
    for part in in_parts(sorted(record_ids)):
        rows = _newest(db, origin, part)
        columns = (col(VersionRow.origin) == origin, col(VersionRow.record_id).in_(part))
        db.execute(delete(VersionRow).where(*columns).execution_options(synchronize_session=False))
        gone = [_version(row, State.HIDDEN) for row in rows]
        for version in gone:
            # The digest and the slug could reveal what the record said.
            version.digest, version.slug = "", str(version.record_id)
        append(db, gone)


def renumber(db: Session, origin: str, kind: str) -> bool:
    """Renumber the latest visible record in the caller's transaction, so that readers look again; return if any."""
    visible = select(col(VersionRow.record_id)).where(
        col(VersionRow.origin) == origin, col(VersionRow.kind) == kind, col(VersionRow.state) == State.PUBLISHED
    )
    record_id = db.scalar(visible.order_by(col(VersionRow.seq).desc()).limit(1))
    rows = _newest(db, origin, [record_id]) if record_id else ()
    append(db, (_version(row, row.state) for row in rows))
    return bool(rows)


def _restate_earlier(db: Session, origin: str, record_ids: Sequence[str | None], state: State) -> None:
    rows = update(VersionRow).where(
        col(VersionRow.origin) == origin,
        col(VersionRow.record_id).in_(record_ids),
        col(VersionRow.state) != State.WITHDRAWN,
    )
    db.execute(rows.values(state=state).execution_options(synchronize_session=False))


def _forget(db: Session, keys: Sequence[tuple[str, str | None, int]]) -> None:
    columns = (col(VersionRow.origin), col(VersionRow.record_id), col(VersionRow.ver))
    for part in in_parts(keys):
        db.execute(delete(VersionRow).where(tuple_(*columns).in_(part), col(VersionRow.origin) != OWN))
    db.flush()


def _newest(db: Session, origin: str, record_ids: Sequence[str]) -> Sequence[Row[Any]]:
    newest = (
        select(func.max(col(VersionRow.ver)).label("ver"), col(VersionRow.record_id))
        .where(col(VersionRow.origin) == origin, col(VersionRow.record_id).in_(record_ids))
        .group_by(col(VersionRow.record_id))
        .subquery()
    )
    same = (col(VersionRow.record_id) == newest.c.record_id, col(VersionRow.ver) == newest.c.ver)
    columns = select(
        col(VersionRow.origin),
        col(VersionRow.record_id),
        col(VersionRow.ver),
        col(VersionRow.digest),
        col(VersionRow.state),
        col(VersionRow.at),
        col(VersionRow.kind),
        col(VersionRow.slug),
        col(VersionRow.told),
    )
    joined = columns.join(newest, same[0] & same[1]).where(col(VersionRow.origin) == origin)
    return db.execute(joined.order_by(col(VersionRow.seq))).all()


def _version(row: Row[Any], state: State) -> VersionRow:
    return VersionRow(**{**row._mapping, "state": state})  # noqa: SLF001 - the public way to a row as a mapping
