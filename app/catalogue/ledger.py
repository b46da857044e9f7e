# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Writes the catalogue's rows for this node's own versions, and the cursor with them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, delete, func, select, text, tuple_
from sqlmodel import Session, col

from app.catalogue.assessment import Assessed, Identities
from app.catalogue.models import OWN, CursorRow, VersionRow
from app.db import Sessions

_DELETED_AT_ONCE = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Cursor:
    """`position` is the last commit whose versions are all in the catalogue; None before the first.

    `generation` counts how often the catalogue was built anew because history had been rewritten.
    """

    position: str | None = None
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacement:
    """How many rows a rebuild kept, added and removed."""

    kept: int
    added: int
    removed: int


class Ledger:
    """The rows of origin "" in the catalogue. Callers hold the lock `catalogue` while they write."""

    def __init__(self, sessions: Sessions) -> None:
        """Write through `sessions`."""
        self._sessions = sessions

    def cursor(self) -> Cursor:
        """Return how far the own history has been read."""
        with self._sessions.reading() as db:
            row = db.get(CursorRow, OWN)
        return Cursor() if row is None else Cursor(position=row.position, generation=row.generation)

    def identities(self, places: Collection[tuple[str, str]], ids: Collection[str]) -> Identities:
        """Return what is known of the `places` (kind, slug) and of the record `ids`."""
        known = Identities()
        with self._sessions.reading() as db:
            at_places = db.execute(_known().where(tuple_(col(VersionRow.kind), col(VersionRow.slug)).in_(places)))
            with_ids = db.execute(_known().where(col(VersionRow.record_id).in_(ids)))
            for kind, slug, record_id in [*at_places, *with_ids]:
                known.add(kind, slug, str(record_id))
        return known

    def append(self, versions: Sequence[Assessed], position: str | None) -> None:
        """Add the versions that are not there yet, and move the cursor to `position` with them."""
        with self._sessions.begin() as db:
            present = _present(db, versions)
            db.add_all(_row(version) for version in versions if version.key not in present)
            if position is not None:
                _move(db, position)

    def replace(self, versions: Sequence[Assessed], position: str) -> Replacement:
        """Make the rows equal to `versions`; rows that are right keep their change numbers.

        The newest is always written again, so that the last change number rises even if rows only vanish.
        """
        with self._sessions.begin() as db:
            wanted = {version.key: version for version in versions[:-1]}
            rows = db.scalars(select(VersionRow).where(col(VersionRow.origin) == OWN)).all()
            right = {_key(row) for row in rows if _same(row, wanted.get(_key(row)))}
            wrong = [row.seq for row in rows if _key(row) not in right]
            _delete(db, [seq for seq in wrong if seq is not None])
            db.add_all(_row(version) for version in versions if version.key not in right)
            _move(db, position, rebuilt=True)
        return Replacement(kept=len(right), added=len(versions) - len(right), removed=len(wrong))

    def raise_above(self, seq: int) -> None:
        """Give the newest row the next number above `seq`, and all later ones higher numbers; nothing if it has one."""
        newest = select(VersionRow).where(col(VersionRow.origin) == OWN).order_by(col(VersionRow.seq).desc()).limit(1)
        with self._sessions.begin() as db:
            if (db.scalar(select(func.max(col(VersionRow.seq)))) or 0) > seq:
                return
            row = db.scalars(newest).first()
            values = row.model_dump(exclude={"seq"}) if row else None
            _delete(db, [row.seq] if row and row.seq is not None else [])
            _raise_numbers(db, seq)
            if values is not None:
                db.add(VersionRow(**values))


def _raise_numbers(db: Session, seq: int) -> None:
    """Let the database give the next row a number above `seq`."""
    if db.get_bind().dialect.name == "sqlite":
        db.execute(text("DELETE FROM sqlite_sequence WHERE name = 'catalogue_version'"))
        db.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES ('catalogue_version', :seq)"), {"seq": seq})
    else:
        db.execute(text("SELECT setval(pg_get_serial_sequence('catalogue_version', 'seq'), :seq)"), {"seq": seq})


def _known() -> Select[str, str, str | None]:
    columns = (col(VersionRow.kind), col(VersionRow.slug), col(VersionRow.record_id))
    return select(*columns).where(col(VersionRow.origin) == OWN, col(VersionRow.record_id).is_not(None)).distinct()


def _present(db: Session, versions: Sequence[Assessed]) -> set[tuple[str, str, int]]:
    columns = (col(VersionRow.kind), col(VersionRow.slug), col(VersionRow.ver))
    keys = [version.key for version in versions]
    found = db.execute(select(*columns).where(col(VersionRow.origin) == OWN, tuple_(*columns).in_(keys)))
    return {(kind, slug, ver) for kind, slug, ver in found}


def _move(db: Session, position: str, *, rebuilt: bool = False) -> None:
    row = db.get(CursorRow, OWN) or CursorRow(source=OWN, position=position, generation=0)
    row.position = position
    row.generation += int(rebuilt)
    db.add(row)


def _delete(db: Session, numbers: list[int]) -> None:
    for start in range(0, len(numbers), _DELETED_AT_ONCE):
        part = numbers[start : start + _DELETED_AT_ONCE]
        db.execute(delete(VersionRow).where(col(VersionRow.seq).in_(part)))
    db.expunge_all()


def _key(row: VersionRow) -> tuple[str, str, int]:
    return (row.kind, row.slug, row.ver)


def _same(row: VersionRow, version: Assessed | None) -> bool:
    return version is not None and _row(version).model_dump(exclude={"seq"}) == row.model_dump(exclude={"seq"})


def _row(version: Assessed) -> VersionRow:
    return VersionRow(
        origin=OWN,
        record_id=version.record_id,
        ver=version.ver,
        digest=version.digest,
        state=version.state.value,
        at=version.at,
        kind=version.kind,
        slug=version.slug,
        problems=version.problems,
    )
