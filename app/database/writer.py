"""Which machine writes: with PostgreSQL one at a time, which says every few seconds that it is still there.

With SQLite there is one machine. The time is the server's, so clocks of machines may differ.
"""

from __future__ import annotations

import time
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Integer, String, inspect, text
from sqlmodel import Field, Session, UTCDateTime

from app.database.sessions import Sessions
from app.database.table import Table
from app.shared.errors import Unavailable

RENEWED = 5.0
"""Seconds between two signs of life."""
_LEASE = 30
"""Seconds after the last of them until another machine may write."""
_HOLD = text(
    "INSERT INTO node_writer (id, machine, until)"
    " VALUES (1, :machine, clock_timestamp() + :lease * interval '1 second')"
    " ON CONFLICT (id) DO UPDATE SET machine = excluded.machine, until = excluded.until"
    " WHERE node_writer.machine = excluded.machine OR (:follows AND node_writer.until < clock_timestamp())"
    " RETURNING machine"
)


class WriterRow(Table, table=True):
    """The machine that writes, until when nobody else may: one row."""

    __tablename__: ClassVar[str] = "node_writer"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    machine: str = Field(sa_column=Column(String(100), nullable=False))
    until: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class WrittenElsewhere(Unavailable):
    """Nothing can be written here: `machine` does that, "" where nobody has said so."""

    machine: str

    @property
    def message(self) -> str:
        who = "%(machine)s" if self.machine else "another one"
        return f"nothing can be written on this machine: {who} does that. See docs/growing.md"


class WriterLease:
    """Held by all processes of one machine together. Safe for all their threads."""

    def __init__(self, sessions: Sessions, machine: str, *, reads_only: bool) -> None:
        self._sessions = sessions
        self.machine = machine
        self._reads_only = reads_only
        self._is_shared = sessions.engine.dialect.name == "postgresql"
        self._held_at = 0.0

    def is_known(self) -> bool:
        """Tell whether there is a table of it; an empty database has none, nor has one of an early release."""
        return inspect(self._sessions.engine).has_table(WriterRow.__tablename__)

    def holder(self) -> str:
        """Return the machine that wrote last, "" where none has said so."""
        with self._sessions.reading() as db:
            row = db.get(WriterRow, 1)
        return row.machine if row else ""

    def is_held(self) -> bool:
        """Tell whether this machine is the one that writes, as far as anybody has said."""
        return not self._reads_only and (not self._is_shared or self.holder() == self.machine)

    def hold(self) -> None:
        """Let this machine go on being the one that writes, for half a minute; raises WrittenElsewhere.

        It never takes the place of another one, however silent that is: whoever does has to look at its texts first.
        """
        self._ask(follows=False)

    def _ask(self, *, follows: bool) -> None:
        if self._reads_only:
            raise WrittenElsewhere(self.holder())
        if not self._is_shared or (self._held_at and time.monotonic() - self._held_at < RENEWED):
            return
        begun = time.monotonic()
        if not self._sessions.beside(lambda db: self._held(db, follows=follows)):
            self._held_at = 0.0
            raise WrittenElsewhere(self.holder())
        self._held_at = begun

    def take(self) -> None:
        """Hold it as soon as no other machine does; raises WrittenElsewhere where one still gives signs of life."""
        end = time.monotonic() + _LEASE + RENEWED
        while True:
            try:
                return self._ask(follows=True)
            except WrittenElsewhere:
                if self._reads_only or time.monotonic() > end:
                    raise
                time.sleep(1)

    def _held(self, db: Session, *, follows: bool) -> bool:
        return db.execute(_HOLD, {"machine": self.machine, "lease": _LEASE, "follows": follows}).first() is not None
