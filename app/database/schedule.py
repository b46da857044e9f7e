"""What a node does by itself now and then, once however many of its processes go round."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

from sqlalchemy import Column, ColumnElement, CursorResult, String, or_, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, UTCDateTime, col

from app.database.last_results import DUTY, LastResult, note
from app.database.sessions import Sessions
from app.database.table import Table
from app.shared.clock import Clock

_LONGEST = timedelta(days=2)
"""No job rests longer than this, so a time further ahead was written while the clock of the machine was wrong."""


class JobRow(Table, table=True):
    """A job of the node: when it is due, and which process is at it (`lease`, "" for none) until when."""

    __tablename__: ClassVar[str] = "node_duty"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    lease: str = Field(default="", sa_column=Column(String(32), nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """Something to do: `following` gives the next time from the moment it was done.

    A process that says nothing for `lease` counts as dead, and another one takes its place. After an error it is tried
    again in `retry`; of what is dear, up to `longest_retry`, the later the longer it did not go well. Nothing of this
    may be longer than two days.
    """

    name: str
    following: Callable[[datetime], datetime]
    lease: timedelta
    retry: timedelta = timedelta(minutes=5)
    longest_retry: timedelta | None = None


class Schedule:
    """Gives each job to one process at a time. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Keep the times through `sessions`."""
        self._sessions = sessions
        self._clock = clock

    def run(self, job: Job, deed: Callable[[], object]) -> bool:
        """Do `deed` if its time has come and nobody else is at it; tell whether it was done. Raises what it raises."""
        self._know(job)
        lease = self._taken(job)
        if lease is None:
            return False
        reason = "ended"
        try:
            deed()
            reason = ""
        except Exception as error:
            reason = type(error).__name__
            raise
        finally:
            self._give_back(job, lease, reason)
        return True

    def free(self) -> None:
        """Take all jobs from whoever had them; the processes are known to have ended."""
        self._sessions.beside(lambda db: db.execute(update(JobRow).values(lease="", lease_until=None)))

    def _know(self, job: Job) -> None:
        with self._sessions.reading() as db:
            if db.get(JobRow, job.name) is not None:
                return
        try:
            with self._sessions.begin() as db:
                db.add(JobRow(name=job.name, next_at=self._clock()))
        except IntegrityError:
            # Another process has just noted the same.
            return

    def _taken(self, job: Job) -> str | None:
        now, lease = self._clock(), uuid4().hex
        free = update(JobRow).where(col(JobRow.name) == job.name, _is_due(now), _is_free(now))

        def take(db: Session) -> str | None:
            done = db.execute(free.values(lease=lease, lease_until=now + job.lease))
            return lease if isinstance(done, CursorResult) and done.rowcount == 1 else None

        # Of two who take it at once the database lets one come after the other, who then finds it taken.
        return self._sessions.beside(take)

    def _give_back(self, job: Job, lease: str, reason: str) -> None:
        now = self._clock()
        mine = update(JobRow).where(col(JobRow.name) == job.name, col(JobRow.lease) == lease)

        def give_back(db: Session) -> None:
            next_at = now + _pause(db, job, now) if reason else job.following(now)
            done = db.execute(mine.values(lease="", lease_until=None, next_at=next_at))
            # Whoever took the place of a process that was slow tells how it went.
            if isinstance(done, CursorResult) and done.rowcount == 1:
                note(db, f"{DUTY}{job.name}", now, reason)

        self._sessions.beside(give_back)


def _pause(db: Session, job: Job, now: datetime) -> timedelta:
    last = db.get(LastResult, f"{DUTY}{job.name}")
    if job.longest_retry is None or last is None or last.done_at is None:
        return job.retry
    return max(job.retry, min((now - last.done_at) / 4, job.longest_retry))


def _is_due(now: datetime) -> ColumnElement[bool]:
    return or_(col(JobRow.next_at) <= now, col(JobRow.next_at) > now + _LONGEST)


def _is_free(now: datetime) -> ColumnElement[bool]:
    until = col(JobRow.lease_until)
    return or_(until.is_(None), until <= now, until > now + _LONGEST)
