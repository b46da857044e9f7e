"""Makes SQLite and PostgreSQL behave alike: one writer at a time, and readers with a consistent snapshot.

Use cases read before they write, so on PostgreSQL an advisory lock keeps other writers out until the transaction ends;
it also makes change numbers visible in order (decision 0026).
"""

from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, text

from app.shared.errors import Unavailable

# What a transaction promises, as execution options of its connection.
READ_ONLY = "enet_read_only"
"""The transaction does not write."""
BESIDE = "enet_beside"
"""The transaction stays correct whatever others write meanwhile, so it need not wait for them."""
_BUSY_MILLISECONDS = 15_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_MILLISECONDS}",
    # Overwrite deleted data, which may be names, addresses or texts of people.
    "secure_delete=ON",
)


def prepare_sqlite(engine: Engine) -> None:
    """Set up connections and transactions: one writer at a time, readers with a consistent snapshot."""
    event.listen(engine, "connect", _configure)
    event.listen(engine, "begin", _begin_immediate)


def _configure(connection: Any, _record: object) -> None:
    """Set SQLite's options, which apply per connection; transactions begin only in `_begin_immediate`."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin_immediate(connection: Connection) -> None:
    """Take the write lock at once: upgrading a read lock later fails under load despite the time-out."""
    reading = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


READING_ALL: dict[str, Any] = {"postgresql_readonly": True}
"""Execution options for machines that only read: a standby server refuses transactions that could write."""
READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", **READING_ALL}
"""Execution options of reading sessions."""
WRITERS = 0x656E6574
"""Number of the advisory lock that all writers take; it applies within one database."""
LOCK_MILLISECONDS = 15_000
# Locks of a machine that lost power are held until the server gives up on its connection.
_SILENT_MILLISECONDS = 300_000
_LIMITS = (
    f"set_config('lock_timeout', '{LOCK_MILLISECONDS}', true), "
    f"set_config('idle_in_transaction_session_timeout', '{_SILENT_MILLISECONDS}', true)"
)
_BEGIN_BESIDE = f"SELECT {_LIMITS}"
# PostgreSQL evaluates columns from left to right, so the limits already apply while waiting for the lock.
_BEGIN_ALONE = f"SELECT {_LIMITS}, pg_advisory_xact_lock({WRITERS})"
_LINK = {
    # Without these, a server that lost power would block threads for a quarter of an hour.
    "connect_timeout": "10",
    "tcp_user_timeout": "20000",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "2",
}
"""Limits on waiting for a server that does not respond."""
_GIVEN_UP = {"40001", "40P01"}
"""SQLSTATE codes for a transaction that the server aborted in favour of others: serialisation failure, deadlock."""


class DriverMissing(Unavailable):
    """The database needs the driver `name`, which is not installed."""

    name: str

    message = (
        "NODE_DATABASE_URL names a database that %(name)s speaks to, which is not installed. For PostgreSQL, with the "
        "program's own folder as the current one: .venv/bin/pip install -e '.[postgresql]'"
    )


def address_of(given: URL, *, reads_only: bool = False) -> URL:
    """Return the address with this program's driver; unless `reads_only`, of a server that accepts writes."""
    if not given.drivername.startswith("postgres"):
        return given
    wanted = _LINK if reads_only else {**_LINK, "target_session_attrs": "read-write"}
    missing = {name: value for name, value in wanted.items() if name not in given.query}
    return given.set(drivername="postgresql+psycopg").update_query_dict(missing)


def prepare_postgresql(engine: Engine) -> None:
    """Set up transactions: one writer at a time, readers with a consistent snapshot."""
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READ_ONLY):
        return
    connection.exec_driver_sql(_BEGIN_BESIDE if options.get(BESIDE) else _BEGIN_ALONE)


def was_given_up(error: BaseException) -> bool:
    """Return whether the server aborted a transaction in favour of others, as in a deadlock; a retry is safe."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _GIVEN_UP


@dataclass(frozen=True, slots=True)
class Ways:
    """Encoding and collation of a PostgreSQL database."""

    encoding: str
    order: str

    @property
    def is_plain(self) -> bool:
        """Return whether texts sort by code point, an order that updates of the C library do not change."""
        return self.order in {"C", "POSIX", "C.UTF-8", "C.utf8"}


def ways_of(engine: Engine) -> Ways | None:
    """Return the encoding and collation of a PostgreSQL database, None for SQLite."""
    if engine.dialect.name != "postgresql":
        return None
    asked = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return Ways(*connection.execute(text(asked)).one())
