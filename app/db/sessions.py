# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Engines that behave the same under SQLite and PostgreSQL, and one transaction per use case on them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable
from contextlib import AbstractContextManager
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, Pool, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

READ_ONLY = "enet_read_only"
"""Execution option of connections that promise not to write."""

_BUSY_MILLISECONDS = 15_000
_PRAGMAS = (
    "journal_mode=WAL",
    "synchronous=NORMAL",
    "foreign_keys=ON",
    f"busy_timeout={_BUSY_MILLISECONDS}",
    # What is deleted is overwritten: it holds names, addresses and what people wrote.
    "secure_delete=ON",
)
_inherited: list[Pool] = []


def make_engine(url: str) -> Engine:
    """Return an engine for a database address such as `sqlite:////srv/node/node.sqlite`.

    The folder of a SQLite file is made when missing. A forked child gets connections of its own.
    """
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and address.database:
        Path(address.database).parent.mkdir(parents=True, exist_ok=True)
    # An error names the values of its statement otherwise, and would carry what people wrote into the log.
    engine = create_engine(address, hide_parameters=True)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _configure)
        event.listen(engine, "begin", _begin)
    _renew_after_fork(engine)
    return engine


def _configure(connection: Any, _record: object) -> None:
    """Set what SQLite forgets with each connection; transactions are begun by `_begin` alone."""
    connection.isolation_level = None
    for pragma in _PRAGMAS:
        connection.execute(f"PRAGMA {pragma}")


def _begin(connection: Connection) -> None:
    """Take the write lock at once: upgrading a read lock later fails under load in spite of the time-out."""
    reading = connection.get_execution_options().get(READ_ONLY)
    connection.exec_driver_sql("BEGIN" if reading else "BEGIN IMMEDIATE")


def _renew_after_fork(engine: Engine) -> None:
    reference = weakref.ref(engine)

    def renew() -> None:
        alive = reference()
        if alive is not None:
            # SQLite forbids even closing an inherited connection, so the old pool is kept alive unused.
            _inherited.append(alive.pool)
            alive.dispose(close=False)

    os.register_at_fork(after_in_child=renew)


Value = TypeVar("Value")
AT_ONCE = 300
"""Values that one statement may safely hold."""


def in_parts(values: Iterable[Value]) -> list[list[Value]]:
    """Return values in lists that a statement may hold."""
    wanted = list(values)
    return [wanted[start : start + AT_ONCE] for start in range(0, len(wanted), AT_ONCE)]


class Sessions:
    """Makes database sessions on one engine; nothing that they return expires when they end."""

    def __init__(self, engine: Engine) -> None:
        reader = engine.execution_options(**{READ_ONLY: True})
        self.engine = engine
        writing = sessionmaker(engine, class_=Session, expire_on_commit=False)
        self.begin: Callable[[], AbstractContextManager[Session]] = writing.begin
        """Return a writing transaction: commits at the end of the block, rolls back on an error."""
        self.reading: Callable[[], AbstractContextManager[Session]] = sessionmaker(
            reader, class_=Session, expire_on_commit=False
        )
        """Return a session that only reads and sees one state of the database throughout."""
        self.connected: Callable[[], AbstractContextManager[Connection]] = reader.connect
        """Return a connection that only reads, for a question of one value that every request asks."""
