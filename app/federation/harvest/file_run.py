"""The files that are missing: whom to ask for them now, and fetching them from the peer that a run asks.

They are named by records and listed by their node, fetched by the worker, and kept by hash.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, TypeAlias

import structlog
from sqlalchemy import Connection, and_, case, func, or_, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm.exc import StaleDataError
from sqlmodel import col

from app.database import Sessions
from app.documents.limits import FILE_LIMIT
from app.federation.fetching import KIB, Fetcher, FetchFailed, Limits, Wanted
from app.federation.harvest.file_rows import (
    AttemptRow,
    FileCounts,
    FileReason,
    FileRow,
    FileState,
    FileTally,
    WantedFile,
)
from app.federation.harvest.held_files import FileWrong, HeldFiles
from app.federation.harvest.models import ForeignRecord, Node, NodeState
from app.federation.harvest.nodes import Lease, Nodes
from app.federation.issuer import Issuer
from app.federation.listing.reading import Source
from app.records.file_store import StoreUnavailable
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
    col(FileRow.origin).not_in(select(col(Node.origin)).where(col(Node.state) == NodeState.BLOCKED)),
)
"""Files of the newest versions, and those of records that readers see."""

_NOT_HERE = col(FileRow.state).in_((FileState.WANTED, FileState.REFUSED))


class FileQueue:
    """The files that are missing."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def is_empty(self) -> bool:
        """Tell whether no file at all is missing; asked with every look at a peer."""
        with self._sessions.connected() as db:
            return db.scalar(select(col(FileRow.id)).where(_NOT_HERE).limit(1)) is None

    def due(self, peer: Issuer, origin: str, limit: int) -> tuple[WantedFile, ...]:
        """Return files of the records of `origin` to ask `peer` for."""
        failed = and_(col(AttemptRow.file_id) == col(FileRow.id), col(AttemptRow.peer) == peer)
        wanted = (
            select(
                col(FileRow.id),
                col(FileRow.origin),
                col(FileRow.record_id),
                col(FileRow.name),
                col(FileRow.sha256),
                col(FileRow.size),
            )
            .join(ForeignRecord, NEWEST)
            .outerjoin(AttemptRow, failed)
            .where(col(FileRow.state) == FileState.WANTED, VISIBLE, col(FileRow.origin) == origin)
            .where(or_(col(AttemptRow.next_at).is_(None), col(AttemptRow.next_at) <= self._clock()))
            .order_by(col(FileRow.id))
        )
        with self._sessions.connected() as db:
            return tuple(
                WantedFile(**row._mapping)  # noqa: SLF001 - the public way to a row as a mapping
                for row in db.execute(wanted.limit(limit))
            )

    def missing(self, origin: str) -> int:
        """Return how many files are not here, those that exceed a limit included."""
        counted = select(func.count()).select_from(FileRow).join(ForeignRecord, NEWEST)
        with self._sessions.connected() as db:
            return db.scalar(counted.where(_NOT_HERE, VISIBLE, col(FileRow.origin) == origin)) or 0

    def failed(self, wanted: WantedFile, peer: Issuer, reason: str) -> None:
        """Note that a peer could not give a file; it is asked again after a pause."""
        try:
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
        except (IntegrityError, StaleDataError):
            # Another process has noted the same just now, or its version was replaced and the row is gone.
            return

    def counts(self) -> Mapping[str, FileCounts]:
        """Return the counts of every origin that has files; those of records out of sight do not count."""
        shown = select(col(FileRow.origin), col(FileRow.state), func.count()).join(ForeignRecord, NEWEST).where(VISIBLE)
        with self._sessions.connected() as db:
            counted = _grouped(db.execute(shown.group_by(col(FileRow.origin), col(FileRow.state))))
            sizes, reasons = _sizes(db), _reasons(db)
        return {
            origin: FileCounts(
                held=counts.get(FileState.HELD, 0),
                size=sizes.get(origin, 0),
                missing=counts.get(FileState.WANTED, 0) + counts.get(FileState.REFUSED, 0),
                reasons=reasons.get(origin, {}),
            )
            for origin, counts in counted.items()
        }


def _pause(reason: str, tries: int) -> timedelta:
    if reason in {FileReason.ORIGIN_FULL, FileReason.NO_SPACE}:
        return ROOM_PAUSE
    factor: int = 1 << min(tries, _MOST_DOUBLINGS)
    return min(FIRST_PAUSE * factor, LONGEST_PAUSE)


_WHY_REFUSED = case((col(FileRow.size) > FILE_LIMIT, FileReason.TOO_LARGE.value), else_=FileReason.TOO_MANY.value)
_Counts: TypeAlias = dict[str, int]


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


@dataclass(frozen=True, slots=True, kw_only=True)
class ForeignFiles:
    """`limit` is how many bytes the files of one origin may take; 0 fetches none."""

    held: HeldFiles
    queue: FileQueue
    limit: int


MOST_TROUBLES = 3
"""Files that may fail in a run because the peer or the line does not work; then nothing more is asked for."""

MOST_FAILURES = 5
"""Files that may fail in a run for whatever reason; then the others wait for the next run."""

_AT_ONCE = 200
_TROUBLES = frozenset({"unreachable", "deadline", "cut_off", "protocol"})
_NO_TLS = "tls"
"""How all codes begin that tell why there was no safe connection."""
FILE_SECONDS = 120.0
_log = structlog.get_logger(__name__)


class FileRun:
    """The files of one run. Each is kept as soon as it is there, so that the next run goes on from any point."""

    def __init__(
        self,
        files: ForeignFiles,
        lease: Lease,
        source: Source,
        fetcher: Fetcher,
        nodes: Nodes,
        seconds_left: Callable[[], float],
    ) -> None:
        """Ask `source` for the files of the node of a lease."""
        self._files = files
        self._lease = lease
        self._node = lease.node
        self._source = source
        self._fetcher = fetcher
        self._nodes = nodes
        self._seconds_left = seconds_left
        self._kept: set[tuple[str, int]] = set()
        self._tally = FileTally()

    def run(self) -> FileTally:
        """Fetch what is due and return what became of it; only the database may raise."""
        queue, tally = self._files.queue, self._tally
        if queue.is_empty():
            return tally
        used, failures, troubles = self._files.held.used(self._node.origin), 0, 0
        batch = queue.due(self._source.node, self._node.origin, _AT_ONCE) if self._files.limit else ()
        for wanted in batch:
            if (wanted.sha256, wanted.size) in self._kept:
                continue
            if self._seconds_left() <= 0:
                tally.interrupted = True
                break
            reason = self._fetched(wanted, used)
            if reason is None or not self._nodes.keep(self._lease):
                break
            if not reason:
                used += wanted.size
                continue
            queue.failed(wanted, self._source.node, reason)
            tally.reasons[reason] += 1
            troubles += reason in _TROUBLES or reason.startswith(_NO_TLS)
            failures += 1
            full = reason in (FileReason.ORIGIN_FULL, FileReason.NO_SPACE)
            if full or failures >= MOST_FAILURES or troubles >= MOST_TROUBLES:
                break
        tally.missing = queue.missing(self._node.origin)
        tally.interrupted |= len(batch) == _AT_ONCE and tally.arrived > 0
        return tally

    def _fetched(self, wanted: WantedFile, used: int) -> str | None:
        """Fetch and keep a file; return "", why that failed, or None where the store cannot be worked on now."""
        held = self._files.held
        try:
            if used + wanted.size > self._files.limit:
                return FileReason.ORIGIN_FULL
            if not held.store.has_room(wanted.size):
                return FileReason.NO_SPACE
            held.take(wanted, self._ask(wanted))
        except FetchFailed as error:
            return error.code
        except FileWrong as error:
            return error.reason
        except StoreUnavailable:
            return None
        except OSError as error:
            _log.warning("files.not_kept", error=type(error).__name__, errno=error.errno)
            return FileReason.NO_SPACE
        self._kept.add((wanted.sha256, wanted.size))
        self._tally.arrived += 1
        self._tally.size += wanted.size
        return ""

    def _ask(self, wanted: WantedFile) -> bytes:
        # Named by its hash, which the list has signed with the record: whoever gives it need not be trusted.
        url = f"{self._source.address}/targets/files/{wanted.record_id}/{wanted.sha256}.{wanted.sha256}"
        # What cannot be packed grows a little by packing.
        wire, seconds = wanted.size + wanted.size // 1000 + KIB, min(FILE_SECONDS, max(self._seconds_left(), 0.1))
        limits = Limits(wire=wire, inflated=wanted.size, seconds=seconds)
        return self._fetcher.fetch(Wanted(peer=self._source.node, url=url, limits=limits)).body
