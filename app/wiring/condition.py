"""The health of a node, also of a damaged one: for `/healthz`, `/metrics`, `doctor` and the operators' page."""

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
from app.review.notices.notice import PROGRAM
from app.search.port import IndexDamaged, SearchUnavailable
from app.search.service import SearchService
from app.shared.errors import DomainError
from app.wiring.scheduler import FORGE
from app.wiring.services import Services

FULL = 32 * 1024 * 1024
"""Bytes free; below this, no write is sure to succeed."""
LOW = 512 * 1024 * 1024
"""Bytes free; below this, somebody should free disk space."""
LATE = timedelta(hours=2)
"""How long a message may wait or a job be overdue before somebody should check."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Disk:
    """The disk under the data folder; `free` in bytes."""

    free: int
    writable: bool

    @property
    def state(self) -> str:
        """Return ok, low, full or read_only."""
        if not self.writable:
            return "read_only"
        return "full" if self.free < FULL else "low" if self.free < LOW else "ok"


@dataclass(frozen=True, slots=True, kw_only=True)
class JobState:
    """A regular job: when it is due, whether late, and its `last` run (None: none recorded); `busy`: it runs now."""

    name: str
    next_at: datetime
    late: bool
    busy: bool
    last: LastResult | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Upkeep:
    """State of the background work: the number of `waiting` messages, the age `outbox` of the oldest, and all jobs."""

    outbox: timedelta
    waiting: int
    jobs: tuple[JobState, ...]

    @property
    def late(self) -> tuple[str, ...]:
        return tuple(job.name for job in self.jobs if job.late)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """How far derived stores follow change `change`; `meaning_missing` is None if the search compares words only."""

    change: int
    search_behind: int
    search_damaged: bool
    broken: int
    meaning: str
    meaning_missing: int | None


def disk_of(folder: Path) -> Disk:
    """Return the state of the disk under a folder, without writing to it."""
    found = os.statvfs(folder)
    writable = not found.f_flag & os.ST_RDONLY and os.access(folder, os.W_OK)
    return Disk(free=found.f_bavail * found.f_frsize, writable=writable)


def content_of(services: Services) -> Content:
    """Return the state of texts and search. Raises DatabaseError, and errors of the repository if it cannot be read."""
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
    """Return the last state of the shared file store by folder, without access; empty with one machine."""
    reached = services.own_files.was_reached() if services.own_files else None
    return {} if reached is None else {"files": "ok" if reached else "unreachable"}


def _is_damaged(search: SearchService) -> bool:
    try:
        search.readable()
    except (IndexDamaged, SearchUnavailable):
        return True
    return False


def upkeep_of(services: Services) -> Upkeep:
    """Return the state of the background work; raises DatabaseError. Without a mail server, messages may wait."""
    now, results = services.clock(), services.results.all()
    oldest, waiting = None, 0
    with services.sessions.reading() as db:
        if services.settings.smtp_host:
            found = select(func.min(col(Notice.at), type_=UTCDateTime()), func.count(col(Message.id)))
            due = found.join(Message, col(Message.notice_id) == col(Notice.id)).where(col(Message.due_at).is_not(None))
            due = due.where(~col(Notice.person).startswith(PROGRAM))
            oldest, waiting = db.execute(due).one()
        rows = db.scalars(select(JobRow).order_by(col(JobRow.name)))
        # The database still lists the job of a mirror that is no longer configured.
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
    """Return the findings of all parts, and by name the kind of error of each part that could not be examined."""
    found: list[Found] = []
    unreadable: dict[str, str] = {}
    for name, part in parts.items():
        try:
            found += [*part(services)]
        except (DomainError, SQLAlchemyError, OSError) as error:
            unreadable[name] = type(error).__name__
    return found, unreadable
