"""Engines that behave the same under SQLite and PostgreSQL, and one transaction per use case on them."""

from __future__ import annotations

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
    """Return an engine for a database address such as `sqlite:////srv/node/node.sqlite` or `postgresql://db/node`.

    The folder of a SQLite file is made when missing. A forked child gets connections of its own. A standby will do for
    whoever `reads_only`. Raises DriverMissing.
    """
    address = engines.address_of(make_url(url), reads_only=reads_only)
    is_server = address.get_backend_name() == "postgresql"
    if address.database and not is_server:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    try:
        # An error names the values of its statement otherwise, and would carry what people wrote into the log. A server
        # may have gone and come back, or another one taken its place, so a connection is tried before it is used.
        options = engines.READING_ALL if reads_only and is_server else {}
        # No thread waits for the connection of another: settings bound how many threads there are.
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
            # SQLite forbids even closing an inherited connection, so the old pool is kept alive unused.
            _inherited.append(alive.pool)
            alive.dispose(close=False)

    os.register_at_fork(after_in_child=renew)


Value = TypeVar("Value")
MAX_VALUES = 300
"""Values that one statement may safely hold."""


def in_parts(values: Iterable[Value]) -> list[list[Value]]:
    """Return values in lists that a statement may hold."""
    wanted = list(values)
    return [wanted[start : start + MAX_VALUES] for start in range(0, len(wanted), MAX_VALUES)]


class Sessions:
    """Makes database sessions on one engine; nothing that they return expires when they end."""

    def __init__(self, engine: Engine) -> None:
        options = engines.READING if engine.dialect.name == "postgresql" else {}
        reader = engine.execution_options(**{READ_ONLY: True}, **options)
        self.engine = engine
        writing = sessionmaker(engine, class_=Session, expire_on_commit=False)
        self.begin: Callable[[], AbstractContextManager[Session]] = writing.begin
        """Return a writing transaction, one at a time: commits at the end of the block, rolls back on an error."""
        beside = engine.execution_options(**{BESIDE: True})
        self._beside = sessionmaker(beside, class_=Session, expire_on_commit=False)
        self._reading = sessionmaker(reader, class_=Session, expire_on_commit=False)
        self._reader = reader
        self.mark = mark_of(engine)
        """Tell the state of the whole database."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that only reads and sees one state of the database throughout."""
        return self._reading()

    def connected(self) -> AbstractContextManager[Connection]:
        """Return a connection that only reads, for a question of one value that every request asks."""
        return self._reader.connect()

    def beside(self, work: Callable[[Session], Value]) -> Value:
        """Do work in a writing transaction that waits for no other writer where the database can do that.

        It is for work that stays right whatever others write meanwhile: taking rows of a queue, noting a time. It is
        done a second time when the server ended the first for the sake of others, so it must have no other effects.
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
"""Returns a value that is another one whenever somebody has written since; it means nothing to other processes."""
_STATE = text(
    "SELECT CAST(pg_current_snapshot() AS text),"
    " CASE WHEN pg_is_in_recovery() THEN CAST(pg_last_wal_replay_lsn() AS text) END"
)
_VERSION = "PRAGMA data_version"


def mark_of(engine: Engine) -> Mark:
    """Return what tells the state of this database."""
    if engine.dialect.name == "postgresql":
        return _OfServer(engine)
    path = engine.url.database
    return _OfFile(path) if path and path != ":memory:" else object


class _OfServer:
    """Transactions that have written get numbers; the snapshot tells which of them have ended.

    That of a standby does not say which of those in between still run, so there it is how far the log was replayed.
    """

    def __init__(self, engine: Engine) -> None:
        self._reader = engine.execution_options(**{READ_ONLY: True})

    def __call__(self) -> Hashable:
        with self._reader.connect() as db:
            return tuple(db.execute(_STATE).one())


class _OfFile:
    """SQLite counts for each connection what others have written; this one never writes.

    Asking it takes some microseconds, where a statement through a session takes a tenth of a millisecond.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened: tuple[int, sqlite3.Connection | None] = (0, None)

    def __call__(self) -> Hashable:
        try:
            return self._state()
        except sqlite3.Error as error:
            # Whoever asks knows what the engine raises, and this is the same database.
            raise DBAPIError.instance(_VERSION, None, error, sqlite3.Error) from error

    def _state(self) -> Hashable:
        process, connection = self._opened
        if connection is None or process != os.getpid():
            # SQLite forbids even closing an inherited connection, so that one is kept alive unused.
            _inherited_files.append(connection)
            # An address, because a path alone would make a file that is missing.
            address = f"{Path(self._path).absolute().as_uri()}?mode=rw"
            connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            process = os.getpid()
            # Two threads may both open one; the library lets threads share it.
            self._opened = process, connection
        return process, id(connection), connection.execute(_VERSION).fetchone()[0]


_inherited_files: list[sqlite3.Connection | None] = []
