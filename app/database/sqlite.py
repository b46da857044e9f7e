"""What SQLite is told with each connection and each transaction."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from sqlalchemy import URL, Connection, Engine, event

from app.database.modes import READ_ONLY

_BUSY_MILLISECONDS = 15_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_MILLISECONDS}",
    # What is deleted is overwritten: it holds names, addresses and what people wrote.
    "secure_delete=ON",
)


def make_folder(address: URL) -> None:
    """Make the folder of the database's file when it is missing."""
    if address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)


def prepare(engine: Engine) -> None:
    """Let the engine's connections and transactions behave as all code here expects."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin)


def _configure(connection: Any, _record: object) -> None:
    """Set what SQLite forgets with each connection; transactions are begun by `_begin` alone."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the write lock at once: upgrading a read lock later fails under load in spite of the time-out."""
    reading = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")
