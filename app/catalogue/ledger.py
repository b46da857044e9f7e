"""Rows of this node's own versions, their texts and the cursor, written together."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Select, delete, func, select, text, tuple_
from sqlmodel import Session, col

from app.catalogue.entry import State
from app.catalogue.models import OWN, CursorRow, VersionRow
from app.catalogue.texts import add as add_texts
from app.catalogue.texts import forget_withdrawn
from app.database import Sessions, in_parts
from app.records.record_reader import VersionText

# Every search runs this query, so it is built once and run without a session, which would take most of the time.
_GENERATION = select(col(CursorRow.generation)).where(col(CursorRow.source) == OWN)
Progress = Callable[[int, int], None]
"""Called with the number of versions done and their total."""


def silent(done: int, total: int) -> None:
    """Ignore the progress."""


@dataclass(slots=True, kw_only=True)
class Identities:
    """The record id at each place (kind, slug); both are permanent."""

    by_place: dict[tuple[str, str], str] = field(default_factory=dict)
    by_id: dict[str, tuple[str, str]] = field(default_factory=dict)

    def add(self, kind: str, slug: str, record_id: str) -> None:
        """Note that `record_id` is at this place, if neither is taken."""
        self.by_place.setdefault((kind, slug), record_id)
        self.by_id.setdefault(record_id, (kind, slug))

    def objection(self, kind: str, slug: str, record_id: str) -> tuple[str, dict[str, str]] | None:
        """Return code and parameters of why `record_id` must not be at this place; None if it may."""
        known = self.by_place.get((kind, slug))
        if known not in (None, record_id):
            return "id_changed", {"id": str(known)}
        owner = self.by_id.get(record_id)
        if owner is not None and owner != (kind, slug):
            return "id_taken", {"record": "/".join(owner)}
        return None


class Ledger:
    """The catalogue rows of origin "". Callers hold the lock `catalogue` while they write."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def cursor(self) -> CursorRow:
        """Return how far this node's own history has been read."""
        with self._sessions.reading() as db:
            return db.get(CursorRow, OWN) or CursorRow(source=OWN, position="", generation=0)

    def generation(self) -> int:
        """Return how often the rows were rebuilt."""
        with self._sessions.connected() as db:
            return db.scalar(_GENERATION) or 0

    def identities(self, places: Collection[tuple[str, str]], ids: Collection[str]) -> Identities:
        """Return what is known about the `places` (kind, slug) and the record `ids`."""
        known = Identities()
        with self._sessions.reading() as db:
            at_places = db.execute(_known().where(tuple_(col(VersionRow.kind), col(VersionRow.slug)).in_(places)))
            with_ids = db.execute(_known().where(col(VersionRow.record_id).in_(ids)))
            for kind, slug, record_id in [*at_places, *with_ids]:
                known.add(kind, slug, str(record_id))
        return known

    def append(self, versions: Sequence[VersionRow], position: str | None, texts: Mapping[str, VersionText]) -> bool:
        """Add missing versions with texts, move the cursor; return whether a record was ever withdrawn."""
        with self._sessions.begin() as db:
            present = _present(db, versions)
            db.add_all(version for version in versions if version.key not in present)
            add_texts(db, texts)
            withdrawn = _ever_withdrawn(db, {version.record_id for version in versions if version.record_id})
            forget_withdrawn(db, withdrawn)
            if position is not None:
                _move(db, position)
        return bool(withdrawn)

    def replace(self, versions: Sequence[VersionRow], position: str) -> dict[str, int]:
        """Make the rows equal to `versions`; return the counts `kept`, `added`, `removed`. The newest is renumbered."""
        with self._sessions.begin() as db:
            wanted = {version.key: version for version in versions[:-1]}
            rows = db.scalars(select(VersionRow).where(col(VersionRow.origin) == OWN)).all()
            right = {row.key for row in rows if row.key in wanted and _said(wanted[row.key]) == _said(row)}
            for row in rows:
                if row.key in right:
                    row.told = wanted[row.key].told
            db.flush()
            wrong = [row.seq for row in rows if row.key not in right]
            _delete(db, [seq for seq in wrong if seq is not None])
            db.add_all(version for version in versions if version.key not in right)
            _move(db, position, rebuilt=True)
        return {"kept": len(right), "added": len(versions) - len(right), "removed": len(wrong)}

    def raise_above(self, seq: int) -> None:
        """Move the newest row to the number after `seq`, so that later rows are higher; unless it already is."""
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


def _said(row: VersionRow) -> dict[str, object]:
    """Return the fields that describe the version itself; `told` is about other versions and may change alone."""
    return row.model_dump(exclude={"seq", "told"})


def _ever_withdrawn(db: Session, record_ids: Collection[str]) -> list[str]:
    mine = (col(VersionRow.origin) == OWN, col(VersionRow.state) == State.WITHDRAWN)
    asked = select(col(VersionRow.record_id)).where(*mine)
    parts = (db.scalars(asked.where(col(VersionRow.record_id).in_(part))) for part in in_parts(record_ids))
    return sorted({str(one) for found in parts for one in found})


def _raise_numbers(db: Session, seq: int) -> None:
    """Make the database number the next row above `seq`."""
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
