"""What is held of other nodes' records, asked in bulk, and which versions are kept.

Kept are the newest and the one before; of a withdrawn record the withdrawal alone.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from sqlalchemy import ColumnElement, and_, delete, func, or_, select, tuple_
from sqlmodel import Session, col

from app.database import in_parts
from app.federation.harvest.file_rows import FileRow, drop_files
from app.federation.harvest.models import ForeignRecord, HeldVersion
from app.federation.jose import KeySet
from app.federation.statement import Statement

Key: TypeAlias = tuple[str, str]
"""Origin and record id."""

NEWEST = and_(
    col(HeldVersion.origin) == col(ForeignRecord.origin),
    col(HeldVersion.record_id) == col(ForeignRecord.record_id),
    col(HeldVersion.ver) == col(ForeignRecord.ver),
)
"""What joins the statement about its newest version to a record."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """The newest accepted version of a record; `kid` is the key its statement was signed with."""

    origin: str
    record_id: str
    ver: int
    digest: str
    kid: str
    kind: str
    slug: str
    issued_at: datetime
    withdrawn: bool
    distrusted: bool

    def says(self, statement: Statement) -> bool:
        """Tell whether a statement is about this very version."""
        return self.ver == statement.ver and self.digest == statement.digest

    def contradicted_by(self, statement: Statement) -> bool:
        """Tell whether an issuer has said two things: the same version twice, or a next one that follows another."""
        return statement.ver == self.ver or (statement.ver == self.ver + 1 and statement.prev != self.digest)

    def needs_renewal(self, keys: KeySet) -> bool:
        """Tell whether the signature held has lost its worth."""
        key = keys.get(self.kid)
        return self.distrusted or (key is not None and key.compromised)


def held_records(db: Session, keys: Collection[Key]) -> Mapping[Key, Held]:
    """Return what is held of these records."""
    found: dict[Key, Held] = {}
    for part in in_parts(sorted(keys)):
        within = tuple_(col(ForeignRecord.origin), col(ForeignRecord.record_id)).in_(part)
        found |= {(held.origin, held.record_id): held for held in _held(db, within)}
    return found


def held_of(db: Session, origin: str) -> tuple[Held, ...]:
    """Return everything held of one origin."""
    return tuple(_held(db, col(ForeignRecord.origin) == origin))


def untrusted_records(db: Session, origin: str, kids: Collection[str]) -> tuple[str, ...]:
    """Return the ids of records that are signed with one of these keys, or that were taken out of sight for it."""
    lost = or_(col(HeldVersion.kid).in_(kids), col(ForeignRecord.distrusted))
    found = select(col(ForeignRecord.record_id)).join(HeldVersion, NEWEST)
    return tuple(db.scalars(found.where(col(ForeignRecord.origin) == origin, lost)))


def slugs_taken(db: Session, origin: str, slugs: Collection[str]) -> Mapping[str, str]:
    """Return which record holds which of these readable names."""
    found: dict[str, str] = {}
    for part in in_parts(sorted(slugs)):
        columns = select(col(ForeignRecord.slug), col(ForeignRecord.record_id)).where(
            col(ForeignRecord.origin) == origin, col(ForeignRecord.slug).in_(part)
        )
        found |= {name: record_id for name, record_id in db.execute(columns)}  # noqa: C416 - rows are no pairs
    return found


def new_since(db: Session, origin: str, since: datetime) -> int:
    """Return how many records of an origin came in for the first time since a moment."""
    counted = select(func.count()).select_from(ForeignRecord)
    return db.scalar(counted.where(col(ForeignRecord.origin) == origin, col(ForeignRecord.first_at) >= since)) or 0


def _held(db: Session, condition: object) -> list[Held]:
    columns = select(
        col(ForeignRecord.origin),
        col(ForeignRecord.record_id),
        col(ForeignRecord.ver),
        col(ForeignRecord.digest),
        col(HeldVersion.kid),
        col(ForeignRecord.kind),
        col(ForeignRecord.slug),
        col(HeldVersion.issued_at),
        col(ForeignRecord.withdrawn),
        col(ForeignRecord.distrusted),
    )
    rows = db.execute(columns.join(HeldVersion, NEWEST).where(condition))  # type: ignore[arg-type] # any condition
    return [Held(**row._mapping) for row in rows]  # noqa: SLF001 - the public way to a row as a mapping


def make_room(db: Session, records: Iterable[tuple[Key, int | None, int]]) -> None:
    """Remove versions with their files, and what has the number of the one coming in.

    Of each record are given its key, the version that stays beside the one coming in, None for none, and the number
    of that one.
    """
    for part in in_parts(records):
        statements = or_(*(_surplus(HeldVersion, *one) for one in part))
        db.execute(delete(HeldVersion).where(statements).execution_options(synchronize_session=False))
        drop_files(db, or_(*(_surplus(FileRow, *one) for one in part)))


def drop_statement(db: Session, key: Key, ver: int) -> None:
    """Remove the statement about one version; its files stay noted."""
    same = and_(col(HeldVersion.origin) == key[0], col(HeldVersion.record_id) == key[1], col(HeldVersion.ver) == ver)
    db.execute(delete(HeldVersion).where(same).execution_options(synchronize_session=False))


def drop_version(db: Session, key: Key, ver: int) -> None:
    """Remove one version with its files."""
    drop_statement(db, key, ver)
    drop_files(db, and_(col(FileRow.origin) == key[0], col(FileRow.record_id) == key[1], col(FileRow.ver) == ver))


def _surplus(
    table: type[HeldVersion] | type[FileRow], key: Key, beside: int | None, coming: int
) -> ColumnElement[bool]:
    other = col(table.ver) != (-1 if beside is None else beside)
    return and_(col(table.origin) == key[0], col(table.record_id) == key[1], or_(other, col(table.ver) == coming))
