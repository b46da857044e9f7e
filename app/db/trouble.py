# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Names what is wrong with a disk or a database that refuses, whatever library said so."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from enum import StrEnum

from sqlalchemy import text
from sqlalchemy.exc import DatabaseError, OperationalError

from app.db.sessions import Sessions


class Trouble(StrEnum):
    """Why something could not be read or written; none of it is a mistake of the program."""

    FULL = "full"
    BUSY = "busy"
    READ_ONLY = "read_only"
    DAMAGED = "damaged"
    SILENT = "silent"


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


def trouble_of(error: BaseException) -> Trouble | None:
    """Return what `error` says about disk or database; None when it says nothing about them."""
    if isinstance(error, OSError):
        return _BY_NUMBER.get(error.errno or 0)
    if not isinstance(error, DatabaseError):
        return None
    said = str(error.orig).lower()
    if "no such" in said:
        # The program asks for what its tables do not have.
        return None
    known = next((kind for words, kind in _BY_WORDS.items() if words in said), None)
    return known or (Trouble.SILENT if isinstance(error, OperationalError) else None)


def quick_check(sessions: Sessions) -> Iterator[str]:
    """Yield what SQLite finds wrong with its file, in its own words; nothing for other databases."""
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
        # Too damaged to be asked to the end.
        yield str(error.orig)
