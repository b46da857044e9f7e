# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Versions that came from other nodes: whoever receives them writes rows here and gives their texts."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import Row, delete, func, insert, select, tuple_, update
from sqlmodel import Session, col

from app.catalogue.entry import CatalogueEntry, RecordNotFound, State
from app.catalogue.models import OWN, VersionRow
from app.content.record import Record, Withdrawn
from app.errors import NotFound

_AT_ONCE = 300


class ForeignFileNotHeld(NotFound):
    """The file `name` of a record from elsewhere is not kept here; it lies at the record's home."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class ForeignRecords(Protocol):
    """Gives the texts behind rows that name an origin."""

    def record(self, entry: CatalogueEntry) -> Record:
        """Return the record of exactly this version; raises RecordNotFound when its text is not kept."""

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Return reason and successor of a withdrawn version; raises RecordNotFound for any other."""

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Return a file of exactly this version; raises ForeignFileNotHeld."""


class NoForeignRecords:
    """For a catalogue of own records only."""

    def record(self, entry: CatalogueEntry) -> Record:
        """Raise RecordNotFound."""
        raise RecordNotFound(f"{entry.id}/v/{entry.ver}")

    def withdrawal(self, entry: CatalogueEntry) -> Withdrawn:
        """Raise RecordNotFound."""
        raise RecordNotFound(f"{entry.id}/v/{entry.ver}")

    def file(self, entry: CatalogueEntry, name: str) -> bytes:
        """Raise ForeignFileNotHeld."""
        del entry
        raise ForeignFileNotHeld(name)


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignVersion:
    """A version of another node's record as a row shows it; `origin` is never empty."""

    origin: str
    record_id: str
    ver: int
    digest: str
    state: State
    at: datetime
    kind: str
    slug: str

    @property
    def key(self) -> tuple[str, str, int]:
        """Return what names the version."""
        return (self.origin, self.record_id, self.ver)


def append(db: Session, versions: Iterable[ForeignVersion]) -> None:
    """Add rows for versions within the caller's transaction; one that is there already is replaced by a newer row."""
    versions = tuple(versions)
    _forget(db, [version.key for version in versions])
    if versions:
        db.execute(insert(VersionRow), [_row(version) for version in versions])


def restate(db: Session, origin: str, record_ids: Collection[str], state: State) -> int:
    """Give all rows of these records a state, and the newest of each the next change number; return how many changed.

    Withdrawals and records that have the state are left as they are.
    """
    changed = 0
    wanted = sorted(record_ids)
    for start in range(0, len(wanted), _AT_ONCE):
        rows = _newest(db, origin, wanted[start : start + _AT_ONCE])
        other = [row for row in rows if row.state not in (state.value, State.WITHDRAWN.value)]
        _restate_earlier(db, origin, [row.record_id for row in other], state)
        append(db, (_version(row, state) for row in other))
        changed += len(other)
    return changed


def renumber(db: Session, origin: str, kind: str) -> bool:
    """Give the latest visible record of this origin and kind the next change number, within the caller's transaction.

    So whoever follows the catalogue looks again at what depends on such records. Tells whether there is any.
    """
    visible = select(col(VersionRow.record_id)).where(
        col(VersionRow.origin) == origin, col(VersionRow.kind) == kind, col(VersionRow.state) == State.PUBLISHED.value
    )
    record_id = db.scalar(visible.order_by(col(VersionRow.seq).desc()).limit(1))
    rows = _newest(db, origin, [record_id]) if record_id else ()
    append(db, (_version(row, State(row.state)) for row in rows))
    return bool(rows)


def _restate_earlier(db: Session, origin: str, record_ids: Sequence[str | None], state: State) -> None:
    rows = update(VersionRow).where(
        col(VersionRow.origin) == origin,
        col(VersionRow.record_id).in_(record_ids),
        col(VersionRow.state) != State.WITHDRAWN.value,
    )
    db.execute(rows.values(state=state.value).execution_options(synchronize_session=False))


def _forget(db: Session, keys: Sequence[tuple[str, str, int]]) -> None:
    columns = (col(VersionRow.origin), col(VersionRow.record_id), col(VersionRow.ver))
    for start in range(0, len(keys), _AT_ONCE):
        part = keys[start : start + _AT_ONCE]
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
    )
    joined = columns.join(newest, same[0] & same[1]).where(col(VersionRow.origin) == origin)
    return db.execute(joined.order_by(col(VersionRow.seq))).all()


def _version(row: Row[Any], state: State) -> ForeignVersion:
    return ForeignVersion(
        origin=row.origin,
        record_id=row.record_id,
        ver=row.ver,
        digest=row.digest,
        state=state,
        at=row.at,
        kind=row.kind,
        slug=row.slug,
    )


def _row(version: ForeignVersion) -> dict[str, object]:
    return {
        "origin": version.origin,
        "record_id": version.record_id,
        "ver": version.ver,
        "digest": version.digest,
        "state": version.state.value,
        "at": version.at,
        "kind": version.kind,
        "slug": version.slug,
    }
