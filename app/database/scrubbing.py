"""Leaves nothing of what was deleted in the files of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import structlog
from sqlalchemy.exc import DBAPIError

from app.database.modes import BESIDE
from app.database.postgresql import vacuum
from app.database.sessions import Sessions

_log = structlog.get_logger(__name__)


def scrub(sessions: Sessions) -> bool:
    """Write the database anew without what was deleted; tell whether that was done, or somebody was in the way.

    `secure_delete` overwrites what is deleted, but not copies of it that SQLite left when it moved rows from page to
    page, nor what was deleted before it was set. Writers wait meanwhile. PostgreSQL writes each table into new files;
    its log and its backups are the server's, and lose what was deleted when they are recycled.
    """
    return _scrub_server(sessions) if sessions.engine.dialect.name == "postgresql" else _scrub_file(sessions)


def _scrub_server(sessions: Sessions) -> bool:
    outside = sessions.engine.execution_options(isolation_level="AUTOCOMMIT", **{BESIDE: True})
    try:
        with outside.connect() as connection:
            return vacuum(connection)
    except DBAPIError as error:
        _log.warning("database.not_scrubbed", reason=str(error.orig))
        return False


def _scrub_file(sessions: Sessions) -> bool:
    try:
        with closing(sessions.engine.raw_connection()) as connection:
            connection.cursor().execute("VACUUM")
            return _emptied(connection.cursor())
    except sqlite3.DatabaseError as error:
        _log.warning("database.not_scrubbed", reason=str(error))
        return False


def _emptied(cursor: object) -> bool:
    """Tell whether the log is empty now: somebody who reads an older state for long keeps it from being emptied."""
    assert isinstance(cursor, sqlite3.Cursor)  # noqa: S101 - of a connection to SQLite
    busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
