"""How what a node does by itself went last: duties, messages, sign-in, the check of the database. For operators."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import ClassVar

import structlog
from sqlalchemy import Column, String, select
from sqlalchemy.exc import IntegrityError
from sqlmodel import Field, Session, UTCDateTime

from app.database.sessions import Sessions
from app.database.table import Table
from app.database.trouble import quick_check
from app.shared.clock import Clock

DATABASE = "database"
MAIL = "mail"
DUTY = "duty:"
SIGN_IN = "sign_in:"
"""What the names of duties and of providers begin with."""
_OFTEN = timedelta(minutes=1)
"""The same result again within this time is not written anew: strangers can begin a sign-in as often as they like."""
_log = structlog.get_logger(__name__)


class LastResult(Table, table=True):
    """The last attempt at something, why it failed (`reason`, a code; "" when it went well), and the last good one."""

    __tablename__: ClassVar[str] = "node_last_result"

    name: str = Field(sa_column=Column(String(100), primary_key=True))
    tried_at: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))
    done_at: datetime | None = Field(default=None, sa_column=Column(UTCDateTime(), nullable=True))
    reason: str = Field(default="", sa_column=Column(String(64), nullable=False))


def note(db: Session, name: str, at: datetime, reason: str = "") -> None:
    """Write down a result within a transaction."""
    row = db.get(LastResult, name) or LastResult(name=name, tried_at=at)
    row.tried_at, row.reason = at, reason[:64]
    row.done_at = row.done_at if reason else at
    db.add(row)


class LastResults:
    """Safe for all threads and processes on one database."""

    def __init__(self, sessions: Sessions, clock: Clock) -> None:
        """Keep the results through `sessions`."""
        self._sessions = sessions
        self._clock = clock

    def note(self, name: str, reason: str = "") -> None:
        """Write down a result, unless the same was written a moment ago."""
        now = self._clock()
        with self._sessions.reading() as db:
            known = db.get(LastResult, name)
        if known is not None and known.reason == reason and now - known.tried_at < _OFTEN:
            return
        try:
            self._sessions.beside(lambda db: note(db, name, now, reason))
        except IntegrityError:
            # Another process has just written the first one.
            return

    def all(self) -> Mapping[str, LastResult]:
        """Return all results by name."""
        with self._sessions.reading() as db:
            return {row.name: row for row in db.scalars(select(LastResult))}


def check_database(sessions: Sessions, results: LastResults) -> None:
    """Have the database look through its own file, and keep how that went."""
    damage = next(iter(quick_check(sessions)), "")
    if damage:
        _log.error("database.damaged", said=damage)
    results.note(DATABASE, "damaged" if damage else "")
