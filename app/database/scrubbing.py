"""Leaves nothing of what was deleted in the files of the database."""

from __future__ import annotations

import sqlite3
import time
from contextlib import closing

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from app.database.engines import BESIDE, LOCK_MILLISECONDS
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


def vacuum(connection: Connection) -> bool:
    """Write every table anew without what was deleted; tell whether nobody who reads an older state was in the way.

    The connection is in no transaction. Raises DBAPIError where a table cannot be had in time.
    """
    connection.exec_driver_sql(f"SET lock_timeout = {LOCK_MILLISECONDS}")
    try:
        tables = connection.scalars(_TABLES).all()
        for table in tables:
            # Among what the planner remembers of a column are values of it.
            connection.exec_driver_sql(f"ANALYZE {table}")
        if not _is_past(connection):
            # Rows that somebody may still see would be taken along into the new files.
            return False
        for table in (*tables, "pg_catalog.pg_statistic"):
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
    return True


def _is_past(connection: Connection) -> bool:
    """Wait until nobody can see the state of this moment any more; tell whether that came."""
    begun = connection.scalar(text("SELECT pg_current_xact_id()::text"))
    for _ in range(_LOOKS):
        if not connection.scalar(_OLDER, {"begun": begun}):
            return True
        time.sleep(_LOOK_SECONDS)
    return False


_TABLES = text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
_OLDER = text(
    # Whoever writes, to whatever database of the server, keeps every state from becoming older, that of VACUUM too.
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= CAST(:begun AS xid8)"
    # A connection that is just being made reads as well, and stands among the locks alone.
    " OR EXISTS (SELECT FROM pg_locks WHERE locktype = 'virtualxid'"
    " AND pid NOT IN (SELECT pid FROM pg_stat_activity))"
    # One without a database passes on what a standby reads; so may its slot while that is away.
    " OR EXISTS (SELECT FROM pg_stat_activity WHERE coalesce(datname, current_database()) = current_database()"
    " AND pid <> pg_backend_pid() AND age(backend_xmin) >= age(CAST(:begun AS xid8)::xid))"
    " OR EXISTS (SELECT FROM pg_replication_slots WHERE age(xmin) >= age(CAST(:begun AS xid8)::xid))"
)
_LOOKS, _LOOK_SECONDS = 50, 0.1
