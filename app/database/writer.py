"""Decides which machine writes: with PostgreSQL, the one that renews a lease, measured by the server's clock."""

import time
from datetime import datetime
from typing import ClassVar

from sqlalchemy import Column, Integer, String, inspect, text
from sqlmodel import Field, Session, UTCDateTime

from app.database.sessions import Sessions
from app.database.table import Table
from app.shared.errors import Unavailable

RENEWED = 5.0
"""Seconds between two renewals."""
_LEASE = 30
"""Seconds after the last renewal until another machine may write."""
_HOLD = text(
    "INSERT INTO node_writer (id, machine, until)"
    " VALUES (1, :machine, clock_timestamp() + :lease * interval '1 second')"
    " ON CONFLICT (id) DO UPDATE SET machine = excluded.machine, until = excluded.until"
    " WHERE node_writer.machine = excluded.machine OR (:follows AND node_writer.until < clock_timestamp())"
    " RETURNING machine"
)


class WriterRow(Table, table=True):
    """The machine that writes, and until when no other may; a single row."""

    __tablename__: ClassVar[str] = "node_writer"

    id: int = Field(sa_column=Column(Integer, primary_key=True, autoincrement=False))
    machine: str = Field(sa_column=Column(String(100), nullable=False))
    until: datetime = Field(sa_column=Column(UTCDateTime(), nullable=False))


class WrittenElsewhere(Unavailable):
    """Nothing can be written here, because `machine` writes; "" if that is unknown."""

    machine: str

    @property
    def message(self) -> str:
        who = "%(machine)s" if self.machine else "another one"
        return f"nothing can be written on this machine: {who} does that. See docs/growing.md"


class WriterLease:
    """The lease of the writing machine, shared by all its processes. Thread-safe."""

    def __init__(self, sessions: Sessions, machine: str, *, reads_only: bool) -> None:
        self._sessions = sessions
        self.machine = machine
        self._reads_only = reads_only
        self._is_shared = sessions.engine.dialect.name == "postgresql"
        self._held_at = 0.0

    def is_known(self) -> bool:
        """Return whether the table exists; an empty database and one of an early release lack it."""
        return inspect(self._sessions.engine).has_table(WriterRow.__tablename__)

    def holder(self) -> str:
        """Return the machine that wrote last, "" if there is none."""
        with self._sessions.reading() as db:
            row = db.get(WriterRow, 1)
        return row.machine if row else ""

    def is_held(self) -> bool:
        """Return whether this machine writes, as far as the database knows."""
        return not self._reads_only and (not self._is_shared or self.holder() == self.machine)

    def hold(self) -> None:
        """Renew this machine's lease for half a minute, never taking over another's. Raises WrittenElsewhere."""
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
        """Take the lease as soon as it is free; raises WrittenElsewhere if another machine keeps renewing it."""
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
