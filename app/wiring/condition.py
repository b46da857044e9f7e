"""How a node is, however ill: for `/healthz`, `/metrics`, `doctor` and the operators' page."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import UTCDateTime, col

from app.database.jobs import DUTY, JobRow, LastResult
from app.review.models import Message, Notice
from app.search.port import IndexDamaged, SearchUnavailable
from app.search.service import SearchService
from app.shared.errors import DomainError
from app.wiring.scheduler import FORGE
from app.wiring.services import Services

FULL = 32 * 1024 * 1024
"""Bytes; with less than this free nothing can be relied on to be written."""
LOW = 512 * 1024 * 1024
"""Bytes; with less than this free somebody should make room."""
LATE = timedelta(hours=2)
"""So long may a message wait or a job be overdue before somebody should look."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk under the data folder; `free` in bytes."""

    free: int
    writable: bool

    @property
    def state(self) -> str:
        """One word: ok, low, full or read_only."""
        if not self.writable:
            return "read_only"
        return "full" if self.free < FULL else "low" if self.free < LOW else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """Something that the node does now and then: when it is due next, whether it is late, and how it went last.

    `last` is None where that was not kept yet; `busy` tells whether a process is at it.
    """

    name: str
    next_at: datetime
    late: bool
    busy: bool
    last: LastResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """What goes on by itself: `waiting` messages, the oldest of which is as old as `outbox`, and all jobs by name."""

    outbox: timedelta
    waiting: int
    jobs: tuple[JobState, ...]

    @property
    def late(self) -> tuple[str, ...]:
        """The jobs that nobody has done in time."""
        return tuple(job.name for job in self.jobs if job.late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How search and what is derived follow the texts, whose last change is number `change`.

    `meaning` is off, ok or unavailable; `meaning_missing` counts the passages without a vector and the changes not
    looked at yet, and is None where the search goes by words alone.
    """

    change: int
    search_behind: int
    search_damaged: bool
    broken: int
    meaning: str
    meaning_missing: int | None


def disk_of(folder: Path) -> Disk:
    """Look at the disk under a folder without writing to it."""
    found = os.statvfs(folder)
    writable = not found.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK)
    return Disk(free=found.f_bavail * found.f_frsize, writable=writable)


def content_of(services: Services) -> Content:
    """Look at texts and search. Raises DatabaseError, and what the repository raises where it cannot be read."""
    services.projections.head()
    last = services.catalogue.last_seq()
    meaning = services.meaning()
    compares = "off" if meaning is None else "unavailable" if meaning.questions.trouble else "ok"
    return Content(
        change=last,
        search_behind=last - services.search.cursor(),
        search_damaged=_is_damaged(services.search),
        broken=len(services.catalogue.problems()),
        meaning=compares,
        meaning_missing=meaning.lacking() if meaning else None,
    )


def files_of(services: Services) -> Mapping[str, str]:
    """Say whether pictures and files were reached where all machines find them, without asking now.

    Nothing where one machine serves, and before the first look of this process.
    """
    reached = services.own_files.was_reached() if services.own_files else None
    return {} if reached is None else {"files": "ok" if reached else "unreachable"}


def _is_damaged(search: SearchService) -> bool:
    try:
        search.readable()
    except (IndexDamaged, SearchUnavailable):
        return True
    return False


def upkeep_of(services: Services) -> Upkeep:
    """Look at what goes on by itself; without a mail server messages are meant to wait. Raises DatabaseError."""
    now, results = services.clock(), services.results.all()
    oldest, waiting = None, 0
    with services.sessions.reading() as db:
        if services.settings.smtp_host:
            found = select(func.min(col(Notice.at), type_=UTCDateTime()), func.count(col(Message.id)))
            due = found.join(Message, col(Message.notice_id) == col(Notice.id)).where(col(Message.due_at).is_not(None))
            oldest, waiting = db.execute(due).one()
        rows = db.scalars(select(JobRow).order_by(col(JobRow.name)))
        # The times of a mirror that was given up stay in the database.
        jobs = [row for row in rows if row.name != FORGE.name or services.settings.mirror_url]
    states = (
        JobState(
            name=row.name,
            next_at=row.next_at,
            late=row.next_at < now - LATE,
            busy=row.lease_until is not None and row.lease_until > now,
            last=results.get(f"{DUTY}{row.name}"),
        )
        for row in jobs
    )
    return Upkeep(outbox=now - oldest if oldest else timedelta(), waiting=waiting, jobs=tuple(states))


Found = TypeVar("Found")


def looked_at(
    services: Services, parts: Mapping[str, Callable[[Services], Iterable[Found]]]
) -> tuple[list[Found], dict[str, str]]:
    """Return what all parts find, and by name the kind of error of each part that could not be looked at."""
    found: list[Found] = []
    unreadable: dict[str, str] = {}
    for name, part in parts.items():
        try:
            found += [*part(services)]
        except (DomainError, SQLAlchemyError, OSError) as error:
            unreadable[name] = type(error).__name__
    return found, unreadable
