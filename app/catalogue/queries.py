"""Reads the catalogue: single versions, changes, and what is visible at one change number."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from sys import intern
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import aliased
from sqlmodel import col

from app.catalogue.entry import CatalogueEntry, State
from app.catalogue.models import OWN, CursorRow, VersionRow
from app.database import Sessions, in_parts


@dataclass(frozen=True, slots=True)
class Heads:
    """The visible version of every record at change number `seq`, in order of change; immutable."""

    seq: int
    entries: tuple[CatalogueEntry, ...]
    by_id: Mapping[str, Mapping[str, CatalogueEntry]]
    """By origin, then by identifier."""
    by_place: Mapping[tuple[str, str], Mapping[str, CatalogueEntry]]
    """By origin and kind, then by slug: a separate key for each record would take a sixth of the memory."""
    generation: int = -1

    @classmethod
    def of(cls, seq: int, entries: Iterable[CatalogueEntry], generation: int = -1) -> Heads:
        entries = tuple(entries)
        by_id: dict[str, dict[str, CatalogueEntry]] = {}
        by_place: dict[tuple[str, str], dict[str, CatalogueEntry]] = {}
        for entry in entries:
            by_id.setdefault(entry.origin, {})[entry.id] = entry
            by_place.setdefault((entry.origin, entry.kind), {})[entry.slug] = entry
        return cls(seq=seq, entries=entries, by_id=by_id, by_place=by_place, generation=generation)

    def get(self, record_id: str, origin: str = OWN) -> CatalogueEntry | None:
        return self.by_id.get(origin, {}).get(record_id)

    def elsewhere(self, entry: CatalogueEntry) -> tuple[CatalogueEntry, ...]:
        """Return other nodes' records with the same identifier, this node's own first."""
        found = (self.get(entry.id, origin) for origin in sorted(self.by_id.keys() - {entry.origin}))
        return tuple(one for one in found if one)

    def at(self, kind: str, slug: str, origin: str = OWN) -> CatalogueEntry | None:
        return self.by_place.get((origin, kind), {}).get(slug)


_COLUMNS = (
    col(VersionRow.seq),
    col(VersionRow.origin),
    col(VersionRow.record_id),
    col(VersionRow.ver),
    col(VersionRow.digest),
    col(VersionRow.state),
    col(VersionRow.at),
    col(VersionRow.kind),
    col(VersionRow.slug),
    col(VersionRow.problems),
    col(VersionRow.told),
)
_LAST = select(func.max(col(VersionRow.seq)))
_GOOD = col(VersionRow.state) != State.BROKEN


FEW = 2000
"""Up to this number of changes, reading the changes is faster than reading everything."""


_BATCH_SIZE = 500
"""Rows read at a time when all versions are read."""


class CatalogueQueries:
    """Queries on the table of versions; each sees one state of the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def last_seq(self, *conditions: ColumnElement[bool]) -> int:
        """Return the last change number among versions that meet the conditions."""
        # Every request runs this query, so do without a session, which would take most of the time.
        with self._sessions.connected() as db:
            return db.scalar(_LAST.where(*conditions) if conditions else _LAST) or 0

    def state(self) -> tuple[int, int]:
        """Return the last change number, and how often the catalogue was rebuilt."""
        generation = select(col(CursorRow.generation)).where(col(CursorRow.source) == OWN).scalar_subquery()
        with self._sessions.connected() as db:
            seq, built = db.execute(select(_LAST.scalar_subquery(), generation)).one()
        return seq or 0, built or 0

    def version_count(self) -> int:
        """Return the number of versions listed, including those of withdrawn records."""
        with self._sessions.connected() as db:
            return db.scalar(select(func.count()).select_from(VersionRow)) or 0

    def published(self) -> tuple[int, str]:
        """Return the last change number, and how far the own history was read."""
        position = select(col(CursorRow.position)).where(col(CursorRow.source) == OWN).scalar_subquery()
        with self._sessions.connected() as db:
            seq, reached = db.execute(select(_LAST.scalar_subquery(), position)).one()
        return seq or 0, reached or ""

    def newest_good(self, *conditions: ColumnElement[bool]) -> CatalogueEntry | None:
        """Return the newest version that meets the conditions and is not broken."""
        newest_first = select(VersionRow).where(*conditions, _GOOD).order_by(col(VersionRow.ver).desc())
        found = self._entries(newest_first.limit(1))
        return found[0] if found else None

    def heads(self, *conditions: ColumnElement[bool]) -> tuple[CatalogueEntry, ...]:
        """Return the newest good version of every visible record, in order of change."""
        return self._in_order(select(VersionRow).where(*_shown(), *conditions))

    def heads_at(self, seq: int, generation: int, before: Heads) -> Heads:
        """Return what is visible at `seq`, reading only changes since `before` of this generation."""
        follows = before.generation == generation and before.seq < seq
        changed = self.changes(before.seq, FEW + 1) if follows else ()
        if not follows or len(changed) > FEW:
            return Heads.of(seq, self.heads(), generation)
        keys = {(entry.origin, entry.id) for entry in changed if entry.id}
        kept = [entry for entry in before.entries if (entry.origin, entry.id) not in keys]
        # Include the origins, so that the index of the table is used.
        among = col(VersionRow.origin).in_({origin for origin, _record_id in keys})
        for part in in_parts({record_id for _origin, record_id in keys}):
            found = self.heads(among, col(VersionRow.record_id).in_(part))
            kept += [entry for entry in found if (entry.origin, entry.id) in keys]
        return Heads.of(seq, sorted(kept, key=lambda entry: entry.seq), generation)

    def visible_part(
        self, order: ColumnElement[Any], limit: int, skip: int, *conditions: ColumnElement[bool]
    ) -> tuple[CatalogueEntry, ...]:
        """Return up to `limit` visible versions that meet the conditions, in this order."""
        return self._entries(select(VersionRow).where(*_shown(), *conditions).order_by(order).limit(limit).offset(skip))

    def newest(self, up_to: int) -> Iterator[CatalogueEntry]:
        """Yield the newest good version of every record up to a change number, in that order and read in batches."""
        seq = 0
        within = col(VersionRow.seq) <= up_to
        while part := self._in_order(
            select(VersionRow).where(_GOOD, within, col(VersionRow.seq) > seq, ~_followed(up_to)).limit(_BATCH_SIZE)
        ):
            yield from part
            seq = part[-1].seq

    def visible_counts(self, *conditions: ColumnElement[bool]) -> dict[str, int]:
        """Count the visible versions that meet the conditions by origin."""
        counted = select(col(VersionRow.origin), func.count()).where(*_shown(), *conditions)
        with self._sessions.reading() as db:
            return {row[0]: row[1] for row in db.execute(counted.group_by(col(VersionRow.origin)))}

    def changes(self, after_seq: int, limit: int) -> tuple[CatalogueEntry, ...]:
        """Return up to `limit` versions with a change number above `after_seq`, ascending."""
        return self._in_order(select(VersionRow).where(col(VersionRow.seq) > after_seq).limit(limit))

    def broken(self) -> tuple[CatalogueEntry, ...]:
        """Return broken versions without a later good version."""
        later = aliased(VersionRow)
        mended = (
            select(col(later.seq))
            .where(
                col(later.origin) == col(VersionRow.origin),
                col(later.kind) == col(VersionRow.kind),
                col(later.slug) == col(VersionRow.slug),
                col(later.ver) > col(VersionRow.ver),
                col(later.state) != State.BROKEN,
            )
            .exists()
        )
        return self._in_order(select(VersionRow).where(~_GOOD, ~mended))

    def matching(self, *conditions: ColumnElement[bool]) -> tuple[CatalogueEntry, ...]:
        """Return all versions that meet the conditions, in order of change."""
        return self._in_order(select(VersionRow).where(*conditions))

    def _in_order(self, statement: Select[VersionRow]) -> tuple[CatalogueEntry, ...]:
        return self._entries(statement.order_by(col(VersionRow.seq)))

    def _entries(self, statement: Select[VersionRow]) -> tuple[CatalogueEntry, ...]:
        # Read plain columns without a session: ten thousand mapped objects would take four times as long.
        with self._sessions.connected() as db:
            return tuple(_entry(row) for row in db.execute(statement.with_only_columns(*_COLUMNS)))


def _shown() -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the newest good version of a record that is not withdrawn."""
    return col(VersionRow.state) == State.PUBLISHED, ~_followed()


def _followed(up_to: int | None = None) -> ColumnElement[bool]:
    """Return the condition for versions with a later good version, up to a change number."""
    later = aliased(VersionRow)
    same = (col(later.origin) == col(VersionRow.origin), col(later.record_id) == col(VersionRow.record_id))
    newer = col(later.ver) > col(VersionRow.ver), col(later.state) != State.BROKEN
    within = () if up_to is None else (col(later.seq) <= up_to,)
    return select(col(later.seq)).where(*same, *newer, *within).exists()


def by_id(record_id: str, origin: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for one record."""
    return (col(VersionRow.origin) == origin, col(VersionRow.record_id) == record_id)


def by_place(kind: str, slug: str, origin: str) -> tuple[ColumnElement[bool], ...]:
    """Return the conditions for the record at a readable address."""
    return (col(VersionRow.origin) == origin, col(VersionRow.kind) == kind, col(VersionRow.slug) == slug)


def with_digest(digest: str) -> ColumnElement[bool]:
    """Return the condition for versions with this content."""
    return col(VersionRow.digest) == digest


def from_here() -> ColumnElement[bool]:
    """Return the condition for this node's own versions."""
    return col(VersionRow.origin) == OWN


def of_kinds(kinds: Collection[str]) -> ColumnElement[bool]:
    """Return the condition for versions of these kinds."""
    return col(VersionRow.kind).in_(sorted(kinds))


def good() -> ColumnElement[bool]:
    """Return the condition for versions that are not broken."""
    return _GOOD


def _entry(row: Row[*tuple[Any, ...]]) -> CatalogueEntry:
    return CatalogueEntry(
        seq=row.seq,
        # Intern the texts that thousands of rows share.
        origin=intern(row.origin),
        id=row.record_id or "",
        ver=row.ver,
        digest=row.digest,
        state=row.state,
        at=row.at,
        kind=intern(row.kind),
        slug=row.slug,
        problems=row.problems,
        told=row.told,
    )
