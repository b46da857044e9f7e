"""The newest good version of every record, as offered to registries, with the time of its arrival.

Lists are in the order of change numbers, and the time never decreases from one number to the next. A harvester that
continues from the last time it has seen therefore misses nothing, even if a clock is wrong.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import ClassVar

import structlog
from sqlalchemy import Column, ColumnElement, Index, Integer, Select, String, and_, delete, func, select, tuple_
from sqlmodel import Field, Session, UTCDateTime, col

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.catalogue.agreement import Difference, compare
from app.catalogue.ledger import Progress, silent
from app.database import Sessions, Table
from app.database.table import EnumText
from app.shared.clock import Clock
from app.shared.errors import DomainError


class ItemRow(Table, table=True):
    """The newest good version (or withdrawal) of a record; `stamped_at` never decreases as `seq` increases."""

    __tablename__: ClassVar[str] = "federation_item"

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    seq: int = Field(sa_column=Column(Integer, nullable=False, unique=True))
    ver: int = Field(sa_column=Column(Integer, nullable=False))
    digest: str = Field(sa_column=Column(String(71), nullable=False))
    state: State = Field(sa_column=Column(EnumText(State, 16), nullable=False))
    kind: str = Field(sa_column=Column(String(64), nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class TopicRow(Table, table=True):
    """A topic that some version of a record had, so that harvesters of a topic learn when a record loses it."""

    __tablename__: ClassVar[str] = "federation_topic"
    __table_args__ = (Index(None, "topic"),)

    origin: str = Field(sa_column=Column(String(255), primary_key=True))
    record_id: str = Field(sa_column=Column(String(36), primary_key=True))
    topic: str = Field(sa_column=Column(String(80), primary_key=True))


class ItemPositionRow(Table, table=True):
    """How far the catalogue has been read: one row. `stamped_at` is the time given to the last change."""

    __tablename__: ClassVar[str] = "federation_position"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    generation: int = Field(sa_column=Column(Integer, nullable=False))
    seq: int = Field(sa_column=Column(Integer, nullable=False))
    stamped_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


@dataclass(frozen=True, slots=True, kw_only=True)
class HeldItem:
    """An `ItemRow`, with all topics that any version of the record had."""

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
        """Whether the record was withdrawn."""
        return self.state is State.WITHDRAWN


@dataclass(frozen=True, slots=True, kw_only=True)
class ItemSelection:
    """Conditions, None for no limit. `since` and `until` are inclusive; `up_to_seq` is the end of a list."""

    origin: str | None = None
    kind: str | None = None
    topic: str | None = None
    since: datetime | None = None
    until: datetime | None = None
    up_to_seq: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ListPosition:
    """How far the catalogue was read, and when that changed; a new `generation` invalidates all change numbers."""

    generation: int
    seq: int
    stamped_at: datetime


class ItemQueries:
    """Queries on the table of items; each sees one state of the database."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions

    def after(self, seq: int, selection: ItemSelection, limit: int) -> tuple[HeldItem, ...]:
        """Return up to `limit` selected items with a change number above `seq`, ascending."""
        with self._sessions.reading() as db:
            wanted = select(ItemRow).where(col(ItemRow.seq) > seq, *_conditions(selection))
            return _items(db, wanted.order_by(col(ItemRow.seq)).limit(limit))

    def extent(self, selection: ItemSelection) -> tuple[int, int]:
        """Return the number of selected items and their highest change number."""
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
        """Return the earliest time of arrival; None if there are no items."""
        with self._sessions.reading() as db:
            return db.scalar(select(func.min(col(ItemRow.stamped_at))))

    def origins(self) -> tuple[str, ...]:
        """Return the origins of all items, sorted; "" is this node."""
        return self._distinct(select(col(ItemRow.origin)).distinct())

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of all items, sorted."""
        return self._distinct(select(col(ItemRow.kind)).distinct())

    def topics(self) -> tuple[str, ...]:
        """Return every topic that a record has or had, sorted."""
        return self._distinct(select(col(TopicRow.topic)).distinct())

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
        HeldItem(**row.model_dump(), topics=tuple(topics.get((row.origin, row.record_id), ()))) for row in rows
    )


def _topics(db: Session, keys: set[tuple[str, str]]) -> dict[tuple[str, str], list[str]]:
    columns = (col(TopicRow.origin), col(TopicRow.record_id), col(TopicRow.topic))
    found: dict[tuple[str, str], list[str]] = {}
    wanted = select(*columns).where(tuple_(*columns[:2]).in_(keys)).order_by(columns[2])
    for origin, record_id, topic in db.execute(wanted):
        found.setdefault((origin, record_id), []).append(topic)
    return found


_CHUNK = 500
_START = ListPosition(generation=0, seq=0, stamped_at=datetime(1970, 1, 1, tzinfo=UTC))
_log = structlog.get_logger(__name__)


class Projection:
    """Copies changes from the catalogue to the table of items. Several processes may run it; each may be killed."""

    def __init__(self, sessions: Sessions, catalogue: CatalogueService, clock: Clock) -> None:
        """Read `catalogue`, write through `sessions` and take the time of arrival from `clock`."""
        self._sessions = sessions
        self._catalogue = catalogue
        self._clock = clock

    def position(self) -> ListPosition:
        """Return how far the catalogue has been read."""
        with self._sessions.reading() as db:
            return _read_position(db)

    def catch_up(self, progress: Progress = silent) -> ListPosition:
        """Take in every change since the last time and return the position reached."""
        position = self.position()
        last = self._catalogue.last_seq()
        if position.generation == self._catalogue.generation() and position.seq == last:
            return position
        while True:
            position = self._start_over_if_rebuilt(position)
            changes = self._catalogue.changes(position.seq, _CHUNK)
            if not changes:
                return position
            position = self._take_in(position, changes)
            progress(changes[-1].seq, max(last, changes[-1].seq))

    def disagreements(self) -> tuple[Difference, ...]:
        """Return the records offered in a version other than the catalogue's, as far as that has been read."""
        position = self.position()
        if position.generation != self._catalogue.generation():
            return ()
        newest = (entry for entry in self._catalogue.newest(position.seq) if entry.state is not State.HIDDEN)
        return tuple(compare(map(_version, newest), self._offered()))

    def _offered(self) -> Iterator[tuple[str, str]]:
        columns = (col(ItemRow.origin), col(ItemRow.record_id), col(ItemRow.ver), col(ItemRow.digest))
        with self._sessions.connected() as db:
            yield from (
                (f"{row[0]}/{row[1]}".lstrip("/"), f"{row[2]} {row[3]}") for row in db.execute(select(*columns))
            )

    def _start_over_if_rebuilt(self, position: ListPosition) -> ListPosition:
        generation = self._catalogue.generation()
        if position.generation == generation:
            return position
        fresh = ListPosition(generation=generation, seq=0, stamped_at=position.stamped_at)
        with self._sessions.begin() as db:
            reached = _read_position(db)
            if reached != position:
                # Another process has begun; go on from where it is.
                return reached
            db.execute(delete(ItemRow))
            db.execute(delete(TopicRow))
            _move(db, fresh)
        return fresh

    def _take_in(self, position: ListPosition, changes: Sequence[CatalogueEntry]) -> ListPosition:
        good = [entry for entry in changes if entry.state is not State.BROKEN]
        shown = [entry for entry in good if entry.state is not State.HIDDEN]
        topics = {(entry.origin, entry.id, topic) for entry in shown for topic in self._topics(entry)}
        with self._sessions.begin() as db:
            reached = _read_position(db)
            if reached != position:
                # Another process has done this part.
                return reached
            stamp = max(position.stamped_at, self._clock().replace(microsecond=0))
            _store_items(db, good, stamp)
            _store_topics(db, topics)
            reached = ListPosition(generation=position.generation, seq=changes[-1].seq, stamped_at=stamp)
            _move(db, reached)
            return reached

    def _topics(self, entry: CatalogueEntry) -> tuple[str, ...]:
        try:
            if entry.state is State.WITHDRAWN:
                return self._catalogue.withdrawal(entry).topics
            return self._catalogue.record(entry).topics
        except DomainError as error:
            # Offer it without topics; its next readable version is offered with them.
            _log.warning("federation.topics_unreadable", record=entry.id, ver=entry.ver, error=type(error).__name__)
            return ()


def _version(entry: CatalogueEntry) -> tuple[str, str]:
    return f"{entry.origin}/{entry.id}".lstrip("/"), f"{entry.ver} {entry.digest}"


def _read_position(db: Session) -> ListPosition:
    row = db.get(ItemPositionRow, 1)
    return ListPosition(generation=row.generation, seq=row.seq, stamped_at=row.stamped_at) if row else _START


def _move(db: Session, position: ListPosition) -> None:
    row = db.get(ItemPositionRow, 1) or ItemPositionRow(id=1, generation=0, seq=0, stamped_at=position.stamped_at)
    row.generation, row.seq, row.stamped_at = position.generation, position.seq, position.stamped_at
    db.add(row)


def _store_items(db: Session, entries: Sequence[CatalogueEntry], stamp: datetime) -> None:
    newest: dict[tuple[str, str], CatalogueEntry] = {}
    for entry in entries:
        known = newest.get((entry.origin, entry.id))
        if known is None or entry.ver >= known.ver:
            newest[entry.origin, entry.id] = entry
    same = tuple_(col(ItemRow.origin), col(ItemRow.record_id)).in_(newest)
    rows = {(row.origin, row.record_id): row for row in db.scalars(select(ItemRow).where(same))}
    for key, entry in newest.items():
        row = rows.get(key)
        if entry.state is State.HIDDEN:
            # Records that are hidden here are not offered either.
            if row is not None:
                db.delete(row)
        elif row is None:
            db.add(
                ItemRow(
                    origin=entry.origin,
                    record_id=entry.id,
                    seq=entry.seq,
                    ver=entry.ver,
                    digest=entry.digest,
                    state=entry.state,
                    kind=entry.kind,
                    stamped_at=stamp,
                )
            )
        elif entry.ver >= row.ver:
            row.seq, row.ver, row.digest = entry.seq, entry.ver, entry.digest
            row.state, row.kind, row.stamped_at = entry.state, entry.kind, stamp
    db.flush()


def _store_topics(db: Session, topics: set[tuple[str, str, str]]) -> None:
    columns = (col(TopicRow.origin), col(TopicRow.record_id), col(TopicRow.topic))
    records = {(origin, record_id) for origin, record_id, _topic in topics}
    known = db.execute(select(*columns).where(tuple_(*columns[:2]).in_(records)))
    missing = topics - {(origin, record_id, topic) for origin, record_id, topic in known}
    db.add_all(TopicRow(origin=origin, record_id=record_id, topic=topic) for origin, record_id, topic in missing)
