# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps the rows of this node's own versions, and the cursor with them, equal to what git has published.

May run at any time, twice, and be killed anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence

import structlog
from sqlalchemy import Select, delete, func, select, text, tuple_
from sqlmodel import Session, col

from app.catalogue.assessment import Assessor, Identities
from app.catalogue.models import OWN, CursorRow, VersionRow
from app.content.history import VersionRef
from app.content.service import ContentService
from app.db import Sessions, in_parts


class Ledger:
    """The rows of origin "" in the catalogue. Callers hold the lock `catalogue` while they write."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def cursor(self) -> CursorRow:
        """Return how far the own history has been read."""
        with self._sessions.reading() as db:
            return db.get(CursorRow, OWN) or CursorRow(source=OWN, position="", generation=0)

    def identities(self, places: Collection[tuple[str, str]], ids: Collection[str]) -> Identities:
        """Return what is known of the `places` (kind, slug) and of the record `ids`."""
        known = Identities()
        with self._sessions.reading() as db:
            at_places = db.execute(_known().where(tuple_(col(VersionRow.kind), col(VersionRow.slug)).in_(places)))
            with_ids = db.execute(_known().where(col(VersionRow.record_id).in_(ids)))
            for kind, slug, record_id in [*at_places, *with_ids]:
                known.add(kind, slug, str(record_id))
        return known

    def append(self, versions: Sequence[VersionRow], position: str | None) -> None:
        """Add the versions that are not there yet, and move the cursor to `position` with them."""
        with self._sessions.begin() as db:
            present = _present(db, versions)
            db.add_all(version for version in versions if version.key not in present)
            if position is not None:
                _move(db, position)

    def replace(self, versions: Sequence[VersionRow], position: str) -> dict[str, int]:
        """Make the rows equal to `versions` and count them: `kept` with their change numbers, `added` and `removed`.

        The newest is always written again, so that the last change number rises even if rows only vanish.
        """
        with self._sessions.begin() as db:
            wanted = {version.key: version.model_dump(exclude={"seq"}) for version in versions[:-1]}
            rows = db.scalars(select(VersionRow).where(col(VersionRow.origin) == OWN)).all()
            right = {row.key for row in rows if wanted.get(row.key) == row.model_dump(exclude={"seq"})}
            wrong = [row.seq for row in rows if row.key not in right]
            _delete(db, [seq for seq in wrong if seq is not None])
            db.add_all(version for version in versions if version.key not in right)
            _move(db, position, rebuilt=True)
        return {"kept": len(right), "added": len(versions) - len(right), "removed": len(wrong)}

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


def _present(db: Session, versions: Sequence[VersionRow]) -> set[tuple[str, str, int]]:
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
    for part in in_parts(numbers):
        db.execute(delete(VersionRow).where(col(VersionRow.seq).in_(part)))
    db.expunge_all()


Progress = Callable[[int, int], None]
"""Called with the number of versions done and their total."""

_CHUNK = 200
_log = structlog.get_logger(__name__)


def silent(done: int, total: int) -> None:
    """Report to nobody."""


class CatchUp:
    """Reads what git has published since the cursor and appends it.

    Rows and cursor move in one transaction per chunk. A killed run repeats at most one chunk, and a
    version that has its row already is passed over.
    """

    def __init__(self, content: ContentService, ledger: Ledger) -> None:
        self._content = content
        self._ledger = ledger
        self._assessor = Assessor(content)

    def run(self, progress: Progress = silent) -> bool:
        """Append everything new and return whether anything was; builds anew when history was rewritten."""
        if self._ledger.cursor().position == self._content.head():
            return False
        with self._content.exclusive("catalogue"):
            head, position = self._content.head(), self._ledger.cursor().position
            pending = self._content.versions_since(position or None, head)
            if pending is None:
                _log.warning("catalogue.history_rewritten", position=position, head=head)
                self._rebuild(head, progress)
            elif position != head:
                self._append(pending, head, progress)
        return True

    def rebuild(self, progress: Progress = silent) -> None:
        """Read all versions again and mend every row that is wrong, missing or too many."""
        with self._content.exclusive("catalogue"):
            self._rebuild(self._content.head(), progress)

    def expected(self, head: str, progress: Progress = silent) -> list[VersionRow]:
        """Return what the catalogue ought to hold at `head`, from git alone."""
        versions = self._content.versions_since(None, head) or ()
        identities = Identities()
        assessed: list[VersionRow] = []
        for start in range(0, len(versions), _CHUNK):
            readings = [self._assessor.read(version) for version in versions[start : start + _CHUNK]]
            assessed.extend(self._assessor.judge(readings, identities))
            progress(len(assessed), len(versions))
        return assessed

    def _append(self, pending: Sequence[VersionRef], head: str, progress: Progress) -> None:
        for start in range(0, len(pending), _CHUNK):
            end = min(start + _CHUNK, len(pending))
            self._ledger.append(self._assessed(pending[start:end]), _complete(pending, start, end, head))
            progress(end, len(pending))
        if not pending:
            self._ledger.append((), head)

    def _assessed(self, chunk: Sequence[VersionRef]) -> list[VersionRow]:
        readings = [self._assessor.read(version) for version in chunk]
        places = {(self._content.kind_of(version.path), version.path.partition("/")[2]) for version in chunk}
        ids = {reading.record_id for reading in readings if reading.record_id is not None}
        return self._assessor.judge(readings, self._ledger.identities(places, ids))

    def _rebuild(self, head: str, progress: Progress) -> None:
        done = self._ledger.replace(self.expected(head, progress), head)
        _log.warning("catalogue.rebuilt", **done)


def _complete(pending: Sequence[VersionRef], start: int, end: int, head: str) -> str | None:
    """Return the last commit of which no version comes after `end`; None when the chunk completes none."""
    if end == len(pending):
        return head
    following = pending[end].commit
    done = (version.commit for version in reversed(pending[start:end]) if version.commit != following)
    return next(done, None)
