"""Which files are missing: whom to ask for them now, what to do after asking in vain, and how many of each node."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Connection, and_, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col

from app.database import Sessions
from app.documents.limits import FILE_LIMIT
from app.federation.harvest.files.models import AttemptRow, FileRow, FileState
from app.federation.harvest.files.values import FileCounts, FileReason, WantedFile
from app.federation.harvest.models import ForeignRecord, HeldVersion, KnownIssuer
from app.federation.issuer import Issuer
from app.shared.clock import Clock

FIRST_PAUSE = timedelta(minutes=15)
LONGEST_PAUSE = timedelta(hours=24)
ROOM_PAUSE = timedelta(hours=1)
"""Doubled with every attempt, at most a day; where only room is missing, it is looked for every hour."""

_MOST_DOUBLINGS = 10

NEWEST = and_(
    col(FileRow.origin) == col(ForeignRecord.origin),
    col(FileRow.record_id) == col(ForeignRecord.record_id),
    col(FileRow.ver) == col(ForeignRecord.ver),
)
VISIBLE = and_(
    ~col(ForeignRecord.withdrawn),
    ~col(ForeignRecord.hidden),
    ~col(ForeignRecord.distrusted),
    col(FileRow.origin).not_in(select(col(KnownIssuer.origin)).where(col(KnownIssuer.blocked))),
)
"""Files of the newest versions, and those of records that readers see."""

_SAME_STATEMENT = and_(
    col(HeldVersion.origin) == col(FileRow.origin),
    col(HeldVersion.record_id) == col(FileRow.record_id),
    col(HeldVersion.ver) == col(FileRow.ver),
)
_NOT_HERE = col(FileRow.state).in_((FileState.WANTED, FileState.REFUSED))


class FileQueue:
    """The files that are missing. `origin` is that of the peer's own records; None asks for those of all nodes."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def is_empty(self) -> bool:
        """Tell whether no file at all is missing; asked with every look at a peer."""
        with self._sessions.connected() as db:
            return db.scalar(select(col(FileRow.id)).where(_NOT_HERE).limit(1)) is None

    def due(self, peer: Issuer, origin: str | None, passed_over: Collection[str], limit: int) -> tuple[WantedFile, ...]:
        """Return files to ask `peer` for, those of origins `passed_over` left out."""
        failed = and_(col(AttemptRow.file_id) == col(FileRow.id), col(AttemptRow.peer) == peer)
        wanted = (
            select(
                col(FileRow.id),
                col(FileRow.origin),
                col(FileRow.record_id),
                col(ForeignRecord.digest),
                col(HeldVersion.via),
                col(FileRow.name),
                col(FileRow.sha256),
                col(FileRow.size),
            )
            .join(ForeignRecord, NEWEST)
            .join(HeldVersion, _SAME_STATEMENT)
            .outerjoin(AttemptRow, failed)
            .where(col(FileRow.state) == FileState.WANTED, VISIBLE, *_of(origin))
            .where(or_(col(AttemptRow.next_at).is_(None), col(AttemptRow.next_at) <= self._clock()))
            .where(col(FileRow.origin).not_in(passed_over))
            .order_by(col(FileRow.origin), col(FileRow.id))
        )
        with self._sessions.connected() as db:
            return tuple(
                WantedFile(**row._mapping)  # noqa: SLF001 - the public way to a row as a mapping
                for row in db.execute(wanted.limit(limit))
            )

    def missing(self, origin: str | None) -> int:
        """Return how many files are not here, those that exceed a limit included."""
        counted = select(func.count()).select_from(FileRow).join(ForeignRecord, NEWEST)
        with self._sessions.connected() as db:
            return db.scalar(counted.where(_NOT_HERE, VISIBLE, *_of(origin))) or 0

    def failed(self, wanted: WantedFile, peer: Issuer, reason: str) -> None:
        """Note that a peer could not give a file; it is asked again after a pause."""
        try:
            self._note(wanted, peer, reason)
        except (IntegrityError, StaleDataError):
            # Another process has noted the same just now, or its version was replaced and the row is gone.
            return

    def _note(self, wanted: WantedFile, peer: Issuer, reason: str) -> None:
        with self._sessions.begin() as db:
            if db.get(FileRow, wanted.id) is None:
                # Its version was replaced while it was fetched.
                return
            row = db.get(AttemptRow, (wanted.id, peer)) or AttemptRow(
                file_id=wanted.id, peer=peer, tries=0, reason=reason, next_at=self._clock()
            )
            row.tries, row.reason = row.tries + 1, reason[:32]
            row.next_at = self._clock() + _pause(reason, row.tries)
            db.add(row)

    def counts(self) -> Mapping[str, FileCounts]:
        """Return the counts of every origin that has files; those of records out of sight do not count."""
        with self._sessions.connected() as db:
            shown, sizes, reasons = _shown(db), _sizes(db), _reasons(db)
        return {
            origin: FileCounts(
                held=counts.get(FileState.HELD, 0),
                size=sizes.get(origin, 0),
                missing=counts.get(FileState.WANTED, 0) + counts.get(FileState.REFUSED, 0),
                reasons=reasons.get(origin, {}),
            )
            for origin, counts in shown.items()
        }


def _of(origin: str | None) -> Iterator[ColumnElement[bool]]:
    if origin is not None:
        yield col(FileRow.origin) == origin


def _pause(reason: str, tries: int) -> timedelta:
    if reason in {FileReason.ORIGIN_FULL, FileReason.NO_SPACE}:
        return ROOM_PAUSE
    factor: int = 1 << min(tries, _MOST_DOUBLINGS)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


_WHY_REFUSED = case((col(FileRow.size) > FILE_LIMIT, FileReason.TOO_LARGE.value), else_=FileReason.TOO_MANY.value)
_Counts: TypeAlias = dict[str, int]


def _shown(db: Connection) -> Mapping[str, _Counts]:
    counted = select(col(FileRow.origin), col(FileRow.state), func.count()).join(ForeignRecord, NEWEST).where(VISIBLE)
    return _grouped(db.execute(counted.group_by(col(FileRow.origin), col(FileRow.state))).all())


def _sizes(db: Connection) -> _Counts:
    """Return the bytes on the disk, those of earlier versions and of records out of sight included."""
    held = select(col(FileRow.origin), col(FileRow.sha256), col(FileRow.size)).where(
        col(FileRow.state) == FileState.HELD
    )
    content = held.distinct().subquery()
    summed = select(content.c.origin, func.sum(content.c.size)).group_by(content.c.origin)
    return {row[0]: row[1] for row in db.execute(summed)}


def _reasons(db: Connection) -> Mapping[str, _Counts]:
    """Return why files are missing: what peers answered, and limits beyond which nobody is asked."""
    number = func.count(col(FileRow.id).distinct())
    tried = (
        select(col(FileRow.origin), col(AttemptRow.reason), number)
        .join(AttemptRow, col(AttemptRow.file_id) == col(FileRow.id))
        .join(ForeignRecord, NEWEST)
        .where(VISIBLE, col(FileRow.state) == FileState.WANTED)
        .group_by(col(FileRow.origin), col(AttemptRow.reason))
    )
    refused = (
        select(col(FileRow.origin), _WHY_REFUSED, number)
        .join(ForeignRecord, NEWEST)
        .where(VISIBLE, col(FileRow.state) == FileState.REFUSED)
        .group_by(col(FileRow.origin), _WHY_REFUSED)
    )
    return _grouped([*db.execute(tried), *db.execute(refused)])


def _grouped(rows: Iterable[Any]) -> Mapping[str, _Counts]:
    found: dict[str, _Counts] = {}
    for origin, name, number in rows:
        found.setdefault(origin, {})[name] = number
    return found
