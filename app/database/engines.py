"""Gives SQLite and PostgreSQL what the use cases rely on: one writer at a time, and readers who see one state.

The use cases read before they write: does a version exist, how many proposals has a person open, who is the last
operator. With SQLite nobody can write in between. With PostgreSQL an advisory lock, held to the end of the transaction,
gives all processes on all machines the same, and so change numbers become visible in order (decision 0026).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, text

from app.shared.errors import Unavailable

# What a transaction promises, as execution options of the connection that it runs on.
READ_ONLY = "enet_read_only"
"""It does not write."""
BESIDE = "enet_beside"
"""It stays right whatever others write meanwhile, so it need not wait for them."""


_BUSY_MILLISECONDS = 15_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_MILLISECONDS}",
    # What is deleted is overwritten: it holds names, addresses and what people wrote.
    "secure_delete=ON",
)


def prepare_sqlite(engine: Engine) -> None:
    """Set up the engine's connections and transactions: one writer at a time, readers see one state."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_immediate)


def _configure(connection: Any, _record: object) -> None:
    """Set what SQLite keeps per connection only; `_begin_immediate` alone begins transactions."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: upgrading a read lock later fails under load in spite of the time-out."""
    reading = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


READING_ALL: dict[str, Any] = {"postgresql_readonly": True}
"""Execution options where nothing is ever written: a standby refuses whatever begins as if it would be."""
READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", **READING_ALL}
"""Execution options of readers."""
WRITERS = 0x656E6574
"""The number of the lock of all writers; advisory locks belong to one database."""
LOCK_MILLISECONDS = 15_000
# A machine that lost its power keeps what it locked until the server misses it.
_SILENT_MILLISECONDS = 300_000
_LIMITS = (
    f"set_config('lock_timeout', '{LOCK_MILLISECONDS}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{_SILENT_MILLISECONDS}', true)"
)
_BEGIN_BESIDE = f"SELECT {_LIMITS}"
# The columns are worked out from the left, so the limits hold for the wait already.
_BEGIN_ALONE = f"SELECT {_LIMITS}, pg_advisory_xact_lock({WRITERS})"
_LINK = {
    # Else a server that lost its power keeps threads waiting for a quarter of an hour.
    "connect_timeout": "10",
    "tcp_user_timeout": "20000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}
"""How long to wait for a server that does not answer."""
_GIVEN_UP = {"40001", "40P01"}
"""SQLSTATE of a transaction that the server ended so that others could go on: serialisation failure, deadlock."""


class DriverMissing(Unavailable):
    """The database is PostgreSQL, and its driver is not installed."""

    name: str

    message = (
        "NODE_DATABASE_URL names a database that %(name)s speaks to, which is not installed. For PostgreSQL, with the "
        "program's own folder as the current one: .venv/bin/pip install -e '.[postgresql]'"
    )


def address_of(given: URL, *, reads_only: bool = False) -> URL:
    """Return the address of the database with this program's driver; `postgresql://` would mean another one.

    Unless `reads_only`, only a server that accepts writes is used. Options in the address take precedence.
    """
    if not given.drivername.startswith("postgres"):
        return given
    wanted = _LINK if reads_only else {**_LINK, "target_session_attrs": "read-write"}
    missing = {name: value for name, value in wanted.items() if name not in given.query}
    return given.set(drivername="postgresql+psycopg").update_query_dict(missing)


def prepare_postgresql(engine: Engine) -> None:
    """Set up the engine's transactions: one writer at a time, readers see one state."""
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READ_ONLY):
        return
    connection.exec_driver_sql(_BEGIN_BESIDE if options.get(BESIDE) else _BEGIN_ALONE)


def was_given_up(error: BaseException) -> bool:
    """Tell whether the server ended a transaction in favour of others (deadlock and so on), so a retry is safe."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _GIVEN_UP


@dataclass(frozen=True, slots=True)
class Ways:
    """Encoding and collation of a PostgreSQL database."""

    encoding: str
    order: str

    @property
    def is_plain(self) -> bool:
        """Whether texts sort by code point, an order that no update of the C library changes."""
        return self.order in {"C", "POSIX", "C.UTF-8", "C.utf8"}


def ways_of(engine: Engine) -> Ways | None:
    """Return the encoding and collation of a PostgreSQL database, None for SQLite."""
    if engine.dialect.name != "postgresql":
        return None
    asked = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return Ways(*connection.execute(text(asked)).one())
