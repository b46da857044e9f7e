"""Classifies errors of a disk or database that refuses to work, whichever library raised them."""

import errno
from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, DBAPIError, InterfaceError, OperationalError
from sqlalchemy.exc import TimeoutError as NoConnection

from app.database.sessions import Sessions

PASSING = (DBAPIError, NoConnection, OSError)
"""Errors of a busy, silent or damaged database, of an interrupted connection, or of a full disk."""


class Trouble(StrEnum):
    """Why something could not be read or written; none of these is a program error."""

    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    SILENT = "silent"


_SAID = {
    Trouble.FULL: "the disk is full: nothing more can be written. Make room, then call again",
    Trouble.BUSY: "another process has been writing to the database for too long. Wait for it, then call again",
    Trouble.READ_ONLY: "cannot be written to: {said}. Call it as the service's user, and look at the disk",
    Trouble.DAMAGED: (
        "the disk or the database on it is damaged: {said}. Stop the node, put node.sqlite back from the backup, and "
        "call: erfahrungsnetz doctor"
    ),
    Trouble.SILENT: "the database does not answer: {said}",
}
_BY_NUMBER = {
    errno.ENOSPC: Trouble.FULL,
    errno.EDQUOT: Trouble.FULL,
    errno.EROFS: Trouble.READ_ONLY,
    errno.EIO: Trouble.DAMAGED,
}
_BY_WORDS = {
    "is full": Trouble.FULL,
    "is locked": Trouble.BUSY,
    "readonly": Trouble.READ_ONLY,
    "malformed": Trouble.DAMAGED,
    "not a database": Trouble.DAMAGED,
}
# SQLite reports only "disk I/O error" if it cannot create the shared-memory file beside the database.
_BY_NAME = {"SQLITE_IOERR_SHMSIZE": Trouble.FULL}
_BY_STATE = {
    "53100": Trouble.FULL,  # disk_full
    "53200": Trouble.BUSY,  # out_of_memory
    "53300": Trouble.BUSY,  # too_many_connections
    "55P03": Trouble.BUSY,  # lock_not_available, after the wait for it
    "40001": Trouble.BUSY,
    "40P01": Trouble.BUSY,  # deadlock_detected
    "25006": Trouble.READ_ONLY,  # a standby answers
    "XX001": Trouble.DAMAGED,  # data_corrupted
    "XX002": Trouble.DAMAGED,  # index_corrupted
    "58030": Trouble.DAMAGED,  # io_error
}
"""Kinds of trouble by PostgreSQL's SQLSTATE."""


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what `error` says about disk or database, None if it concerns neither."""
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0)
    if isinstance(error, NoConnection):
        return Trouble.BUSY
    if not isinstance(error, DBAPIError):
        return None
    state = getattr(error.orig, "sqlstate", None)
    if state in _BY_STATE:
        return _BY_STATE[state]
    named = getattr(error.orig, "sqlite_errorname", None)
    if named in _BY_NAME:
        return _BY_NAME[named]
    words = str(error.orig).lower()
    if words.startswith("no such"):
        # The program uses a column or table that does not exist.
        return None
    known = next((kind for sign, kind in _BY_WORDS.items() if sign in words), None)
    return known or (Trouble.SILENT if isinstance(error, (OperationalError, InterfaceError)) else None)


def said(error: Exception) -> str:
    """Return a sentence on what a disk or database refused and what to do; "" for other errors."""
    if trouble := trouble_of(error):
        return _SAID[trouble].format(said=getattr(error, "orig", error))
    return f"{error.strerror}: {error.filename}" if isinstance(error, OSError) else ""


def quick_check(sessions: Sessions) -> Iterator[str]:
    """Yield the damage that SQLite finds in its file, in its own words; nothing for a database server."""
    if sessions.engine.dialect.name != "sqlite":
        return
    try:
        with sessions.connected() as connection:
            for (line,) in connection.execute(text("PRAGMA quick_check(20)")):
                if line != "ok":
                    yield str(line)
    except DatabaseError as error:
        if trouble_of(error) is not Trouble.DAMAGED:
            raise
        # The file is too damaged to finish the check.
        yield str(error.orig)
