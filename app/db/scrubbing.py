# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Leaves nothing of what was deleted in the files of the database."""

from __future__ import annotations

import sqlite3
from contextlib import closing

import structlog

from app.db.sessions import Sessions

_log = structlog.get_logger(__name__)


def scrub(sessions: Sessions) -> bool:
    """Write SQLite's file anew and empty its log; tell whether that was done, or somebody was in the way.

    `secure_delete` overwrites what is deleted, but not copies of it that SQLite left when it moved rows from page to
    page, nor what was deleted before it was set. Writers wait meanwhile. Other databases have means of their own.
    """
    if sessions.engine.dialect.name != "sqlite":
        return True
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
