"""Regular jobs of a node: when each is due, which process runs it, and how the last run went."""

import secrets
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import ClassVar
from uuid import uuid4

import structlog
from sqlalchemy import Column, CursorResult, String, or_, select, update
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, UTCDateTime, col

from app.database.sessions import Sessions
from app.database.table import Table
from app.database.trouble import PASSING, quick_check
from app.database.writer import RENEWED
from app.shared.clock import Clock, utc_now
from app.shared.errors import DomainError

DATABASE = "database"
MAIL = "mail"
DUTY = "duty:"
SIGN_IN = "sign_in:"
CLAIM = "claim:"
"""Prefixes of the names of results: for jobs, for identity providers, and for claims that these send."""
_OFTEN = timedelta(minutes=1)
"""The same result is not stored again within this time, because strangers can begin a sign-in as often as they like."""
_log = structlog.get_logger(__name__)


class LastResult(Table, table=True):
    """The last attempt at something, why it failed (`reason`, a code; "" after success), and the last success."""

    __tablename__: ClassVar[str] = "node_last_result"

    name: str = Field(sa_column=Column(String(100), primary_key=True))
    tried_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    reason: str = Field(default="", sa_column=Column(String(64), nullable=False))


def note(db: Session, name: str, at: datetime, reason: str = "") -> None:
    """Store a result within the caller's transaction."""
    row = db.get(LastResult, name) or LastResult(name=name, tried_at=at)
    row.tried_at, row.reason = at, reason[:64]
    row.done_at = row.done_at if reason else at
    db.add(row)


class LastResults:
    """The last results of jobs, sign-ins and checks. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def note(self, name: str, reason: str = "") -> None:
        """Store a result, unless the same was stored within the last minute."""
        now = self._clock()
        with self._sessions.reading() as db:
            known = db.get(LastResult, name)
        if known is not None and known.reason == reason and now - known.tried_at < _OFTEN:
            return
        try:
            self._sessions.beside(lambda db: note(db, name, now, reason))
        except IntegrityError:
            # Another process has just inserted the first one.
            return

    def all(self) -> Mapping[str, LastResult]:
        with self._sessions.reading() as db:
            return {row.name: row for row in db.scalars(select(LastResult))}


def check_database(sessions: Sessions, results: LastResults) -> None:
    """Let the database check its file, and store the result."""
    if damage := next(iter(quick_check(sessions)), ""):
        _log.error("database.damaged", said=damage)
    results.note(DATABASE, "damaged" if damage else "")


_LONGEST = timedelta(days=2)
"""Every job is due within this time; a later time was stored while the machine's clock was wrong."""


class JobRow(Table, table=True):
    """A job of the node: when it is due, and which process runs it (`lease`, "" for none) until when."""

    __tablename__: ClassVar[str] = "node_duty"

    name: str = Field(sa_column=Column(String(32), primary_key=True))
    next_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    lease: str = Field(default="", sa_column=Column(String(32), nullable=False))
    lease_until: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A regular job; `following` returns the next time after a run at the given time. No time may exceed two days.

    After its `lease`, a process counts as dead. Failed jobs are retried after `retry`, later up to `longest_retry`.
    """

    name: str
    following: Callable[[datetime], datetime]
    lease: timedelta
    retry: timedelta = timedelta(minutes=5)
    longest_retry: timedelta | None = None


class Schedule:
    """Gives each job to one process at a time. Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        self._sessions = sessions
        self._clock = clock

    def run(self, job: Job, deed: Callable[[], object]) -> bool:
        """Call `deed` if the job is due and no process runs it; return whether it ran. Raises the errors of `deed`."""
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
        """Release all jobs; call this only if the processes that held them have ended."""
        self._sessions.beside(lambda db: db.execute(update(JobRow).values(lease="", lease_until=None)))

    def _know(self, job: Job) -> None:
        with self._sessions.reading() as db:
            if db.get(JobRow, job.name) is not None:
                return
        try:
            with self._sessions.begin() as db:
                db.add(JobRow(name=job.name, next_at=self._clock()))
        except IntegrityError:
            # Another process has just inserted the same job.
            return

    def _taken(self, job: Job) -> str | None:
        now, lease = self._clock(), uuid4().hex
        next_at, until = col(JobRow.next_at), col(JobRow.lease_until)
        is_due = or_(next_at <= now, next_at > now + _LONGEST)
        is_free = or_(until.is_(None), until <= now, until > now + _LONGEST)
        free = update(JobRow).where(col(JobRow.name) == job.name, is_due, is_free)

        def take(db: Session) -> str | None:
            done = db.execute(free.values(lease=lease, lease_until=now + job.lease))
            return lease if isinstance(done, CursorResult) and done.rowcount == 1 else None

        # If two processes take it at once, the database serialises them, and the second finds it taken.
        return self._sessions.beside(take)

    def _give_back(self, job: Job, lease: str, reason: str) -> None:
        now = self._clock()
        mine = update(JobRow).where(col(JobRow.name) == job.name, col(JobRow.lease) == lease)

        def give_back(db: Session) -> None:
            next_at = now + _pause(db, job, now) if reason else job.following(now)
            done = db.execute(mine.values(lease="", lease_until=None, next_at=next_at))
            # If another process has taken over from this slow one, that one reports the result.
            if isinstance(done, CursorResult) and done.rowcount == 1:
                note(db, f"{DUTY}{job.name}", now, reason)

        self._sessions.beside(give_back)


def _pause(db: Session, job: Job, now: datetime) -> timedelta:
    last = db.get(LastResult, f"{DUTY}{job.name}")
    if job.longest_retry is None or last is None or last.done_at is None:
        return job.retry
    return max(job.retry, min((now - last.done_at) / 4, job.longest_retry))


REST = timedelta(minutes=5)
"""How long a part is suspended after a program error, which would otherwise be logged in each round."""
_log = structlog.get_logger(__name__)


class JobRunner:
    """Runs the parts of a round, and survives their errors. Not thread-safe."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._not_before: dict[str, datetime] = {}

    def do(self, name: str, part: Callable[[], object]) -> bool:
        """Run a part unless it is suspended, and return whether it succeeded; errors are logged."""
        now, until = self._clock(), self._not_before.pop(name, None)
        if until and now < until <= now + REST:
            # A time further ahead than this comes from a clock that was wrong.
            self._not_before[name] = until
            return False
        try:
            part()
        except (DomainError, *PASSING) as error:
            # Such errors pass by themselves, for example while a node is being filled.
            _log.warning("rounds.interrupted", part=name, reason=type(error).__name__)
        except Exception as error:  # noqa: BLE001 - an error in one job must not stop all others unnoticed
            self._not_before[name] = now + REST
            _log.error("rounds.failed", part=name, incident=secrets.token_hex(4), exc_info=error)
        else:
            return True
        return False


class Beat:
    """A thread that repeats one function, also after it failed, so that nothing slow delays it."""

    def __init__(self, work: Callable[[], object], pause: Callable[[], float] = lambda: RENEWED) -> None:
        """Call `work` repeatedly; `pause` returns the seconds between the end of a call and the next."""
        self._work = work
        self._pause = pause
        self._runner = JobRunner(utc_now)
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._go, name="beat", daemon=True)

    def start(self) -> None:
        """Start the thread; call this after a fork. It ends with the process, or with `stop`."""
        self._thread.start()

    def is_over(self) -> bool:
        return self._over.is_set()

    def stop(self) -> None:
        """Stop after the call in progress, and wait for it."""
        self._over.set()
        self._thread.join()

    def _go(self) -> None:
        while True:
            self._runner.do("beat", self._work)
            if self._over.wait(self._pause()):
                return
