"""Engines that behave the same under SQLite and PostgreSQL, and one transaction per use case on them."""

from __future__ import annotations

import os
import weakref
from collections.abc import Callable, Iterable, Mapping
from contextlib import AbstractContextManager
from types import ModuleType
from typing import TypeVar

from sqlalchemy import Connection, Engine, Pool, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from app.database import postgresql, sqlite
from app.database.mark import mark_of
from app.database.modes import BESIDE, READ_ONLY

_inherited: list[Pool] = []


def make_engine(url: str, *, reads_only: bool = False) -> Engine:
    """Return an engine for a database address such as `sqlite:////srv/node/node.sqlite` or `postgresql://db/node`.

    The folder of a SQLite file is made when missing. A forked child gets connections of its own. A standby will do for
    whoever `reads_only`. Raises DriverMissing.
    """
    address = postgresql.address_of(make_url(url), reads_only=reads_only)
    kind = _KINDS.get(address.get_backend_name())
    if kind is sqlite:
        sqlite.make_folder(address)
    try:
        # An error names the values of its statement otherwise, and would carry what people wrote into the log. A server
        # may have gone and come back, or another one taken its place, so a connection is tried before it is used.
        options = postgresql.READING_ALL if reads_only and kind is postgresql else {}
        # No thread waits for the connection of another: settings bound how many threads there are.
        engine = create_engine(
            address, hide_parameters=True, pool_pre_ping=kind is postgresql, max_overflow=-1, execution_options=options
        )
    except ModuleNotFoundError as error:
        raise postgresql.DriverMissing(address.drivername) from error
    if kind is not None:
        kind.prepare(engine)
    _renew_after_fork(engine)
    return engine


_KINDS: Mapping[str, ModuleType] = {"sqlite": sqlite, "postgresql": postgresql}


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
        options = postgresql.READING if engine.dialect.name == "postgresql" else {}
        reader = engine.execution_options(**{READ_ONLY: True}, **options)
        self.engine = engine
        writing = sessionmaker(engine, class_=Session, expire_on_commit=False)
        self.begin: Callable[[], AbstractContextManager[Session]] = writing.begin
        """Return a writing transaction, one at a time: commits at the end of the block, rolls back on an error."""
        beside = engine.execution_options(**{BESIDE: True})
        self._beside = sessionmaker(beside, class_=Session, expire_on_commit=False)
        self._reading = sessionmaker(reader, class_=Session, expire_on_commit=False)
        self._reader = reader
        self.mark = mark_of(engine)
        """Tell the state of the whole database."""

    def reading(self) -> AbstractContextManager[Session]:
        """Return a session that only reads and sees one state of the database throughout."""
        return self._reading()

    def connected(self) -> AbstractContextManager[Connection]:
        """Return a connection that only reads, for a question of one value that every request asks."""
        return self._reader.connect()

    def beside(self, work: Callable[[Session], Value]) -> Value:
        """Do work in a writing transaction that waits for no other writer where the database can do that.

        It is for work that stays right whatever others write meanwhile: taking rows of a queue, noting a time. It is
        done a second time when the server ended the first for the sake of others, so it must have no other effects.
        """
        try:
            with self._beside.begin() as db:
                return work(db)
        except DBAPIError as error:
            if not postgresql.was_given_up(error):
                raise
        with self._beside.begin() as db:
            return work(db)
