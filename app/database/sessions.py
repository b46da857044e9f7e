"""Engines that behave alike on SQLite and PostgreSQL, and one transaction per use case."""

import os
import sqlite3
import weakref
from collections.abc import Callable, Hashable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import TypeVar

from sqlalchemy import Connection, Engine, Pool, create_engine, text
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from app.database import engines
from app.database.engines import BESIDE, READ_ONLY

_inherited: list[Pool] = []


def make_engine(url: str, *, reads_only: bool = False) -> Engine:
    """Return an engine, creating the folder of a SQLite file. `reads_only` allows a standby. Raises DriverMissing."""
    address = engines.address_of(make_url(url), reads_only=reads_only)
    is_server = address.get_backend_name() == "postgresql"
    if address.database and not is_server:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        # Errors would otherwise contain the values of their statement, and carry people's texts into the log.
        # Connections are tested before use, because the server may have restarted or been replaced.
        options = engines.READING_ALL if reads_only and is_server else {}
        # No thread waits for another's connection; the settings limit the number of threads.
        engine = create_engine(
            address, hide_parameters=True, pool_pre_ping=is_server, max_overflow=-1, execution_options=options
        )
    except ModuleNotFoundError as error:
        raise engines.DriverMissing(address.drivername) from error
    (engines.prepare_postgresql if is_server else engines.prepare_sqlite)(engine)
    _renew_after_fork(engine)
    return engine


def _renew_after_fork(engine: Engine) -> None:
    reference = weakref.ref(engine)

    def renew() -> None:
        alive = reference()
        if alive is not None:
            # SQLite forbids even closing an inherited connection, so keep the old pool alive, unused.
            _inherited.append(alive.pool)
            alive.dispose(close=False)

    os.register_at_fork(after_in_child=renew)


Value = TypeVar("Value")
MAX_VALUES = 300
"""Number of values that any database accepts in one statement."""


def in_parts(values: Iterable[Value]) -> list[list[Value]]:
    """Return the values in lists that fit into one statement."""
    wanted = list(values)
    return [wanted[start : start + MAX_VALUES] for start in range(0, len(wanted), MAX_VALUES)]


class Sessions:
    """Creates database sessions on one engine; objects they return stay usable after the session ends."""

    def __init__(self, engine: Engine) -> None:
        options = engines.READING if engine.dialect.name == "postgresql" else {}
        reader = engine.execution_options(**{READ_ONLY: True}, **options)
        self.engine = engine
        writing = sessionmaker(engine, class_=Session, expire_on_commit=False)
        self.begin: Callable[[], AbstractContextManager[Session]] = writing.begin
        """Return a writing transaction, one at a time: commits at the end of the block, rolls back on an error."""
        self._beside = sessionmaker(engine.execution_options(**{BESIDE: True}), class_=Session, expire_on_commit=False)
        self._reading = sessionmaker(reader, class_=Session, expire_on_commit=False)
        self._reader = reader
        self.mark = mark_of(engine)
        """Return a value that changes whenever the database does."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that only reads, on a consistent snapshot."""
        return self._reading()

    def connected(self) -> AbstractContextManager[Connection]:
        """Return a read-only connection, for single values that every request needs."""
        return self._reader.connect()

    def beside(self, work: Callable[[Session], Value]) -> Value:
        """Run `work` in a writing transaction that need not wait for other writers.

        `work` must be correct whatever others write, and have no other effects, since the server may have it repeated.
        """
        try:
            with self._beside.begin() as db:
                return work(db)
        except DBAPIError as error:
            if not engines.was_given_up(error):
                raise
        with self._beside.begin() as db:
            return work(db)


Mark = Callable[[], Hashable]
"""Returns a value that changes with every write; values of different processes cannot be compared."""
_STATE = text(
    "SELECT CAST(pg_current_snapshot() AS text),"
    " CASE WHEN pg_is_in_recovery() THEN CAST(pg_last_wal_replay_lsn() AS text) END"
)
_VERSION = "PRAGMA data_version"


def mark_of(engine: Engine) -> Mark:
    """Return the function that returns the state of this database."""
    if engine.dialect.name == "postgresql":
        return _OfServer(engine)
    path = engine.url.database
    return _OfFile(path) if path and path != ":memory:" else object


class _OfServer:
    """Derives the state from PostgreSQL's snapshot, or at a standby from the replayed position of the log."""

    def __init__(self, engine: Engine) -> None:
        self._reader = engine.execution_options(**{READ_ONLY: True})

    def __call__(self) -> Hashable:
        with self._reader.connect() as db:
            return tuple(db.execute(_STATE).one())


class _OfFile:
    """Derives the state from SQLite's count of writes by others: microseconds, where a session takes 0.1 ms."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened: tuple[int, sqlite3.Connection | None] = (0, None)

    def __call__(self) -> Hashable:
        try:
            return self._state()
        except sqlite3.Error as error:
            # Callers expect the errors of the engine, which uses the same database.
            raise DBAPIError.instance(_VERSION, None, error, sqlite3.Error) from error

    def _state(self) -> Hashable:
        process, connection = self._opened
        if connection is None or process != os.getpid():
            # SQLite forbids even closing an inherited connection, so keep it alive, unused.
            _inherited_files.append(connection)
            # A URI with mode=rw does not create a missing file, unlike a path.
            address = f"{Path(self._path).absolute().as_uri()}?mode=rw"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            process = os.getpid()
            # Two threads may both open a connection; either can be shared between threads.
            self._opened = process, connection
        return process, id(connection), connection.execute(_VERSION).fetchone()[0]


_inherited_files: list[sqlite3.Connection | None] = []
