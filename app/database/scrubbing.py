"""Removes all traces of deleted data from the files of the database."""

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
    """Rewrite the database without deleted data; return False if others were using it. Writers wait meanwhile.

    `secure_delete` misses copies that SQLite made when moving rows, and data deleted before it was set. PostgreSQL's
    log and backups lose the data when the server recycles them.
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
    """Return whether the write-ahead log is empty now; a long-running reader prevents that."""
    assert isinstance(cursor, sqlite3.Cursor)  # noqa: S101 - of a connection to SQLite
    busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy


def vacuum(connection: Connection) -> bool:
    """Rewrite every table outside a transaction; return False if a reader prevented it. Raises DBAPIError if locked."""
    connection.exec_driver_sql(f"SET lock_timeout = {LOCK_MILLISECONDS}")
    try:
        tables = connection.scalars(_TABLES).all()
        for table in tables:
            # The planner's statistics contain values of columns.
            connection.exec_driver_sql(f"ANALYZE {table}")
        if not _is_past(connection):
            # VACUUM would copy deleted rows that somebody may still see into the new files.
            return False
        for table in (*tables, "pg_catalog.pg_statistic"):
            connection.exec_driver_sql(f"VACUUM (FULL) {table}")
    finally:
        connection.exec_driver_sql("RESET lock_timeout")
    return True


def _is_past(connection: Connection) -> bool:
    """Wait until no transaction can see the present state any more; return whether that happened in time."""
    begun = connection.scalar(text("SELECT pg_current_xact_id()::text"))
    for _ in range(_LOOKS):
        if not connection.scalar(_OLDER, {"begun": begun}):
            return True
        time.sleep(_LOOK_SECONDS)
    return False


_TABLES = text("SELECT quote_ident(tablename) FROM pg_tables WHERE schemaname = current_schema()")
_OLDER = text(
    # Any writer, in any database of the server, holds back the oldest visible state, also for VACUUM.
    "SELECT pg_snapshot_xmin(pg_current_snapshot()) <= CAST(:begun AS xid8)"
    # A connection that is being established reads too, but appears only among the locks.
    " OR EXISTS (SELECT FROM pg_locks WHERE locktype = 'virtualxid'"
    " AND pid NOT IN (SELECT pid FROM pg_stat_activity))"
    # Connections without a database serve standbys, whose readers count too; so do slots of absent standbys.
    " OR EXISTS (SELECT FROM pg_stat_activity WHERE coalesce(datname, current_database()) = current_database()"
    " AND pid <> pg_backend_pid() AND age(backend_xmin) >= age(CAST(:begun AS xid8)::xid))"
    " OR EXISTS (SELECT FROM pg_replication_slots WHERE age(xmin) >= age(CAST(:begun AS xid8)::xid))"
)
_LOOKS, _LOOK_SECONDS = 50, 0.1
