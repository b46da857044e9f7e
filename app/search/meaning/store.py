"""Passages and vectors in the database: stored, missing and no longer needed ones."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from sqlalchemy import delete, exists, func, insert, select, update
from sqlmodel import Session, col

from app.database import Sessions, in_parts
from app.search.meaning.passages import Passage
from app.search.models import MeaningRow, PassageRow, VectorRow
from app.search.port import Cursor


class State(NamedTuple):
    """The model of the passages, their position in the catalogue, and the number of changes to vectors."""

    model: str
    cursor: Cursor
    changes: int


class VectorStore:
    """Stores passages and vectors. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def state(self) -> State:
        """Return the current state."""
        with self._sessions.reading() as db:
            row = db.get(MeaningRow, 1) or MeaningRow()
        return State(row.model, Cursor(row.seq, row.generation), row.changes)

    def begin(self, model: str) -> None:
        """Delete all passages; keep vectors, which the same texts will need, unless they are of another model."""
        with self._sessions.begin() as db:
            row = db.get(MeaningRow, 1) or MeaningRow()
            db.execute(delete(PassageRow))
            if row.model != model:
                db.execute(delete(VectorRow))
            row.model, row.seq, row.generation, row.changes = model, 0, 0, row.changes + 1
            db.add(row)

    def sweep(self) -> None:
        """Delete vectors that no passage needs."""
        with self._sessions.begin() as db:
            db.execute(delete(VectorRow).where(~exists().where(col(PassageRow.key) == col(VectorRow.key))))

    def follow(self, passages: Mapping[str, Sequence[Passage]], cursor: Cursor | None, model: str) -> None:
        """Replace the passages of records and delete unused vectors (withdrawn texts) in one transaction."""
        with self._sessions.begin() as db:
            before = _keys(db, passages)
            for uids in in_parts(passages):
                db.execute(delete(PassageRow).where(col(PassageRow.uid).in_(uids)))
            rows = [
                {"uid": uid, "position": position, "part": one.part, "key": one.key(model)}
                for uid, found in passages.items()
                for position, one in enumerate(found)
            ]
            if rows:
                db.execute(insert(PassageRow), rows)
            _forget(db, before - {row["key"] for row in rows})
            _changed(db, **(cursor._asdict() if cursor else {}))

    def uids(self) -> frozenset[str]:
        """Return the records that have passages."""
        with self._sessions.reading() as db:
            return frozenset(db.execute(select(col(PassageRow.uid)).distinct()).scalars())

    def missing(self, limit: int) -> list[tuple[str, bytes]]:
        """Return uid and key of passages without a vector, the most informative of each record first."""
        lacking = (
            select(col(PassageRow.uid), col(PassageRow.key))
            .where(~exists().where(col(VectorRow.key) == col(PassageRow.key)))
            .order_by(col(PassageRow.position), col(PassageRow.uid))
            .limit(limit)
        )
        with self._sessions.reading() as db:
            return [(uid, key) for uid, key in db.execute(lacking)]

    def add(self, vectors: Mapping[bytes, bytes]) -> None:
        """Store vectors by key; skip keys that are stored already or that no passage needs any more."""
        with self._sessions.begin() as db:
            for keys in in_parts(vectors):
                known = set(db.execute(select(col(VectorRow.key)).where(col(VectorRow.key).in_(keys))).scalars())
                needed = set(db.execute(select(col(PassageRow.key)).where(col(PassageRow.key).in_(keys))).scalars())
                rows = [{"key": key, "vector": vectors[key]} for key in needed - known]
                if rows:
                    db.execute(insert(VectorRow), rows)
            _changed(db)

    def progress(self) -> tuple[int, int]:
        """Return the number of passages that have a vector, and that of all passages."""
        both = (
            select(func.count(), func.count(col(VectorRow.key)))
            .select_from(PassageRow)
            .outerjoin(VectorRow, col(VectorRow.key) == col(PassageRow.key))
        )
        with self._sessions.reading() as db:
            everything, done = db.execute(both).one()
        return int(done), int(everything)

    def rows(self) -> Iterator[tuple[str, bytes]]:
        """Yield uid and vector of each passage that has one, ordered by record and position."""
        joined = (
            select(col(PassageRow.uid), col(VectorRow.vector))
            .join(VectorRow, col(VectorRow.key) == col(PassageRow.key))
            .order_by(col(PassageRow.uid), col(PassageRow.position))
        )
        with self._sessions.reading() as db:
            yield from ((uid, vector) for uid, vector in db.execute(joined.execution_options(yield_per=10_000)))

    def parts(self, uids: Iterable[str]) -> Mapping[str, Sequence[str]]:
        """Return, in the order of `rows`, the part of each passage of these records that has a vector."""
        joined = (
            select(col(PassageRow.uid), col(PassageRow.part))
            .join(VectorRow, col(VectorRow.key) == col(PassageRow.key))
            .order_by(col(PassageRow.uid), col(PassageRow.position))
        )
        found: dict[str, list[str]] = defaultdict(list)
        with self._sessions.reading() as db:
            for some in in_parts(uids):
                for uid, part in db.execute(joined.where(col(PassageRow.uid).in_(some))):
                    found[uid].append(part)
        return found


def _keys(db: Session, uids: Iterable[str]) -> set[bytes]:
    found: set[bytes] = set()
    for part in in_parts(uids):
        found.update(db.execute(select(col(PassageRow.key)).where(col(PassageRow.uid).in_(part))).scalars())
    return found


def _forget(db: Session, keys: set[bytes]) -> None:
    for part in in_parts(keys):
        unused = ~exists().where(col(PassageRow.key) == col(VectorRow.key))
        db.execute(delete(VectorRow).where(col(VectorRow.key).in_(part), unused))


def _changed(db: Session, **values: int) -> None:
    db.execute(update(MeaningRow).values(changes=col(MeaningRow.changes) + 1, **values))
