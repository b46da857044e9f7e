"""Follows the catalogue and keeps, for every record, the newest good version with the time it came in.

The times never fall while change numbers rise, and rows appear in the order of both. Whoever has seen everything
up to a time and asks again from that time on therefore misses nothing, whatever the clocks say.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TypeAlias

import structlog
from sqlalchemy import delete, select, tuple_
from sqlmodel import Session, col

from app.catalogue import CatalogueEntry, CatalogueService, State
from app.catalogue.ledger import Progress, silent
from app.database import Sessions
from app.federation.held.items import ListPosition
from app.federation.models import ItemPositionRow, ItemRow, TopicRow
from app.shared.clock import Clock
from app.shared.errors import DomainError

_CHUNK = 500
_START = ListPosition(generation=0, seq=0, stamped_at=datetime(1970, 1, 1, tzinfo=UTC))
_Key: TypeAlias = tuple[str, str]
_log = structlog.get_logger(__name__)


class Projection:
    """A cursor on the catalogue. May run at any time, in several processes, and be killed anywhere."""

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
            # It is then offered without topics, and once more with them when its next version can be read.
            _log.warning("federation.topics_unreadable", record=entry.id, ver=entry.ver, error=type(error).__name__)
            return ()


def _read_position(db: Session) -> ListPosition:
    row = db.get(ItemPositionRow, 1)
    return ListPosition(generation=row.generation, seq=row.seq, stamped_at=row.stamped_at) if row else _START


def _move(db: Session, position: ListPosition) -> None:
    row = db.get(ItemPositionRow, 1) or ItemPositionRow(id=1, generation=0, seq=0, stamped_at=position.stamped_at)
    row.generation, row.seq, row.stamped_at = position.generation, position.seq, position.stamped_at
    db.add(row)


def _store_items(db: Session, entries: Sequence[CatalogueEntry], stamp: datetime) -> None:
    newest: dict[_Key, CatalogueEntry] = {}
    for entry in entries:
        known = newest.get((entry.origin, entry.id))
        if known is None or entry.ver >= known.ver:
            newest[entry.origin, entry.id] = entry
    rows = _present(db, newest)
    for key, entry in newest.items():
        row = rows.get(key)
        if entry.state is State.HIDDEN:
            # What is not shown here is not handed on either.
            if row is not None:
                db.delete(row)
        elif row is None:
            db.add(_row(entry, stamp))
        elif entry.ver >= row.ver:
            row.seq, row.ver, row.digest = entry.seq, entry.ver, entry.digest
            row.state, row.kind, row.stamped_at = entry.state, entry.kind, stamp
    db.flush()


def _present(db: Session, keys: Mapping[_Key, CatalogueEntry]) -> dict[_Key, ItemRow]:
    where = tuple_(col(ItemRow.origin), col(ItemRow.record_id)).in_(keys)
    return {(row.origin, row.record_id): row for row in db.scalars(select(ItemRow).where(where))}


def _row(entry: CatalogueEntry, stamp: datetime) -> ItemRow:
    return ItemRow(
        origin=entry.origin,
        record_id=entry.id,
        seq=entry.seq,
        ver=entry.ver,
        digest=entry.digest,
        state=entry.state,
        kind=entry.kind,
        stamped_at=stamp,
    )


def _store_topics(db: Session, topics: set[tuple[str, str, str]]) -> None:
    columns = (col(TopicRow.origin), col(TopicRow.record_id), col(TopicRow.topic))
    records = {(origin, record_id) for origin, record_id, _topic in topics}
    known = db.execute(select(*columns).where(tuple_(*columns[:2]).in_(records)))
    missing = topics - {(origin, record_id, topic) for origin, record_id, topic in known}
    db.add_all(TopicRow(origin=origin, record_id=record_id, topic=topic) for origin, record_id, topic in missing)
