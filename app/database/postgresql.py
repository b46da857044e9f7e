"""How PostgreSQL keeps what the use cases rely on: one writer at a time, and readers who see one state throughout.

The use cases look before they write: is there a version already, how many proposals has somebody open, who is the last
operator. Under SQLite nobody writes in between. Here an advisory lock, held to the end of the transaction, gives the
same to all processes of all machines, and with it change numbers that appear in their order (decision 0026).
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import Any

from sqlalchemy import URL, Connection, Engine, event, text

from app.database.modes import BESIDE, READ_ONLY
from app.shared.errors import Unavailable

READING_ALL: dict[str, Any] = {"postgresql_readonly": True}
"""Execution options where nothing is ever written: a standby refuses whatever begins as if it would be."""
READING: dict[str, Any] = {"isolation_level": "REPEATABLE READ", **READING_ALL}
"""Execution options of readers."""
WRITERS = 0x656E6574
"""The number of the lock of all writers; advisory locks belong to one database."""
_LOCK_MILLISECONDS = 15_000
# A machine that lost its power keeps what it locked until the server misses it.
_SILENT_MILLISECONDS = 300_000
_LIMITS = (
    f"set_config('lock_timeout', '{_LOCK_MILLISECONDS}', true), "
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
"""How long a silent server is waited for."""
_GIVEN_UP = {"40001", "40P01"}
"""SQLSTATE of a transaction that the server ended so that others could go on: serialisation failure, deadlock."""


class DriverMissing(Unavailable):
    """The database is PostgreSQL, and what speaks to it is not installed."""

    name: str

    message = (
        "NODE_DATABASE_URL names a database that %(name)s speaks to, which is not installed. For PostgreSQL, with the "
        "program's own folder as the current one: .venv/bin/pip install -e '.[postgresql]'"
    )


def address_of(given: URL, *, reads_only: bool = False) -> URL:
    """Return the address with the driver of this program, whatever other one is meant by `postgresql://`.

    Whoever writes is connected with a server that takes what is written. What the address says itself counts.
    """
    if not given.drivername.startswith("postgres"):
        return given
    wanted = _LINK if reads_only else {**_LINK, "target_session_attrs": "read-write"}
    missing = {name: value for name, value in wanted.items() if name not in given.query}
    return given.set(drivername="postgresql+psycopg").update_query_dict(missing)


def prepare(engine: Engine) -> None:
    """Let the engine's transactions behave as all code here expects."""
    event.listen(engine, "begin", _begin)


def _begin(connection: Connection) -> None:
    options = connection.get_execution_options()
    if options.get(READ_ONLY):
        return
    connection.exec_driver_sql(_BEGIN_BESIDE if options.get(BESIDE) else _BEGIN_ALONE)


def was_given_up(error: BaseException) -> bool:
    """Tell whether the server ended a transaction for the sake of others, so that it may simply be done again."""
    return getattr(getattr(error, "orig", None), "sqlstate", None) in _GIVEN_UP


@dataclass(frozen=True, slots=True)
class Ways:
    """How a database keeps texts, and in which order it gives them."""

    encoding: str
    order: str

    @property
    def is_plain(self) -> bool:
        """Whether texts have the order of their letters' numbers, which no release of a library changes."""
        return self.order in {"C", "POSIX", "C.UTF-8", "C.utf8"}


def ways_of(engine: Engine) -> Ways | None:
    """Return them; None where the database is none of a server."""
    if engine.dialect.name != "postgresql":
        return None
    asked = "SELECT pg_encoding_to_char(encoding), datcollate FROM pg_database WHERE datname = current_database()"
    with engine.connect().execution_options(**{READ_ONLY: True}) as connection:
        return Ways(*connection.execute(text(asked)).one())


def vacuum(connection: Connection) -> bool:
    """Write every table anew without what was deleted; tell whether nobody who reads an older state was in the way.

    The connection is in no transaction. Raises DBAPIError where a table cannot be had in time.
    """
    connection.exec_driver_sql(f"SET lock_timeout = {_LOCK_MILLISECONDS}")
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
