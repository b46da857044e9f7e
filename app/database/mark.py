"""Tells for next to nothing whether anything in the database has changed, whoever changed it."""

from __future__ import annotations

import os
import sqlite3
import threading
from collections.abc import Callable, Hashable
from pathlib import Path

from sqlalchemy import Engine, text
from sqlalchemy.exc import DBAPIError

from app.database.modes import READ_ONLY

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
        self._lock = threading.Lock()
        self._process = 0
        self._connection: sqlite3.Connection | None = None

    def __call__(self) -> Hashable:
        try:
            return self._state()
        except sqlite3.Error as error:
            # Whoever asks knows what the engine raises, and this is the same database.
            raise DBAPIError.instance(_VERSION, None, error, sqlite3.Error) from error

    def _state(self) -> Hashable:
        with self._lock:
            if self._connection is None or self._process != os.getpid():
                # SQLite forbids even closing an inherited connection, so that one is kept alive unused.
                _inherited.append(self._connection)
                self._process = os.getpid()
                # An address, because a path alone would make a file that is missing.
                address = f"{Path(self._path).absolute().as_uri()}?mode=rw"
                self._connection = sqlite3.connect(address, uri=True, check_same_thread=False, isolation_level=None)
            return self._process, self._connection.execute(_VERSION).fetchone()[0]


_inherited: list[sqlite3.Connection | None] = []
