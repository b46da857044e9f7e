"""What is offered to others, and which part of it somebody wants.

Every list is in the order of change and read by position, however long it is.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, func, select, tuple_
from sqlmodel import Session, col

from app.catalogue import State
from app.database import Sessions
from app.federation.models import ItemRow, TopicRow


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """The newest good version of one record.

    `seq` is its change number here, `stamped_at` (UTC) when this node took it in: neither ever falls from one item
    to the next. `origin` is "" for this node's own records. `topics` are all that any version of the record had.
    """

    seq: int
    origin: str
    record_id: str
    ver: int
    digest: str
    state: State
    kind: str
    stamped_at: datetime
    topics: tuple[str, ...] = ()

    @property
    def withdrawn(self) -> bool:
        """Tell whether the record was withdrawn."""
        return self.state is State.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSelection:
    """A part of what is held; whatever is None does not restrict. `since` and `until` include their moment.

    `up_to_seq` leaves out what changed after a list was begun.
    """

    origin: str | None = None
    kind: str | None = None
    topic: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    up_to_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPosition:
    """How far the catalogue has been read, and the time given to its last change.

    `generation` rises when the catalogue was built anew; everything known by change number is then void.
    """

    generation: int
    seq: int
    stamped_at: datetime


class ItemQueries:
    """Questions to the table of items; each sees one state of the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def after(self, seq: int, selection: ItemSelection, limit: int) -> tuple[HeldItem, ...]:
        """Return up to `limit` selected items with a change number above `seq`, ascending."""
        with self._sessions.reading() as db:
            wanted = select(ItemRow).where(col(ItemRow.seq) > seq, *_conditions(selection))
            return _items(db, wanted.order_by(col(ItemRow.seq)).limit(limit))

    def extent(self, selection: ItemSelection) -> tuple[int, int]:
        """Return how many items are selected, and the last of their change numbers."""
        with self._sessions.reading() as db:
            counted = select(func.count(), func.max(col(ItemRow.seq))).where(*_conditions(selection))
            number, last = db.execute(counted).one()
            return number, last or 0

    def get(self, origin: str, record_id: str) -> HeldItem | None:
        """Return the item of one record."""
        with self._sessions.reading() as db:
            wanted = select(ItemRow).where(col(ItemRow.origin) == origin, col(ItemRow.record_id) == record_id)
            return next(iter(_items(db, wanted)), None)

    def earliest(self) -> datetime | None:
        """Return the lowest time of arrival, None when nothing is held."""
        with self._sessions.reading() as db:
            return db.scalar(select(func.min(col(ItemRow.stamped_at))))

    def origins(self) -> tuple[str, ...]:
        """Return every origin of which something is held, sorted; "" for this node's own records."""
        return self._distinct(select(col(ItemRow.origin)).distinct())

    def kinds(self) -> tuple[str, ...]:
        """Return every kind of record that is held, sorted."""
        return self._distinct(select(col(ItemRow.kind)).distinct())

    def topics(self) -> tuple[str, ...]:
        """Return every topic that a held record has or had, sorted."""
        return self._distinct(select(col(TopicRow.topic)).distinct())

    def versions_of(self, origin: str, after_seq: int) -> Sequence[tuple[int, str, int, str]]:
        """Return (seq, record id, version, digest) of the items of one origin that changed after `after_seq`."""
        columns = (col(ItemRow.seq), col(ItemRow.record_id), col(ItemRow.ver), col(ItemRow.digest))
        wanted = select(*columns).where(col(ItemRow.origin) == origin, col(ItemRow.seq) > after_seq)
        with self._sessions.reading() as db:
            return [(row[0], row[1], row[2], row[3]) for row in db.execute(wanted)]

    def _distinct(self, wanted: Select[str]) -> tuple[str, ...]:
        with self._sessions.reading() as db:
            return tuple(sorted(db.scalars(wanted)))


def _conditions(selection: ItemSelection) -> Iterable[ColumnElement[bool]]:
    if selection.origin is not None:
        yield col(ItemRow.origin) == selection.origin
    if selection.kind is not None:
        yield col(ItemRow.kind) == selection.kind
    if selection.topic is not None:
        same = and_(col(TopicRow.origin) == col(ItemRow.origin), col(TopicRow.record_id) == col(ItemRow.record_id))
        yield select(col(TopicRow.topic)).where(same, col(TopicRow.topic) == selection.topic).exists()
    if selection.since is not None:
        yield col(ItemRow.stamped_at) >= selection.since
    if selection.until is not None:
        yield col(ItemRow.stamped_at) <= selection.until
    if selection.up_to_seq is not None:
        yield col(ItemRow.seq) <= selection.up_to_seq


def _items(db: Session, wanted: Select[ItemRow]) -> tuple[HeldItem, ...]:
    rows = db.scalars(wanted).all()
    topics = _topics(db, {(row.origin, row.record_id) for row in rows})
    return tuple(
        HeldItem(
            seq=row.seq,
            origin=row.origin,
            record_id=row.record_id,
            ver=row.ver,
            digest=row.digest,
            state=row.state,
            kind=row.kind,
            stamped_at=row.stamped_at,
            topics=tuple(topics.get((row.origin, row.record_id), ())),
        )
        for row in rows
    )


def _topics(db: Session, keys: set[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    columns = (col(TopicRow.origin), col(TopicRow.record_id), col(TopicRow.topic))
    found: dict[tuple[str, str], list[str]] = {}
    wanted = select(*columns).where(tuple_(*columns[:2]).in_(keys)).order_by(columns[2])
    for origin, record_id, topic in db.execute(wanted):
        found.setdefault((origin, record_id), []).append(topic)
    return found
