# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One transaction per use case."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import sessionmaker
from sqlmodel import Session

from app.db.engine import READ_ONLY


class Sessions:
    """Makes database sessions; nothing that they return expires when they end."""

    def __init__(self, engine: Engine) -> None:
        """Work on the database of `engine`."""
        self.engine = engine
        self._writing = sessionmaker(engine, class_=Session, expire_on_commit=False)
        self._reader = engine.execution_options(**{READ_ONLY: True})
        self._reading = sessionmaker(self._reader, class_=Session, expire_on_commit=False)

    def begin(self) -> AbstractContextManager[Session]:
        """Return a writing transaction: commits at the end of the block, rolls back on an error."""
        return self._writing.begin()

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """Give a session that only reads and sees one state of the database throughout."""
        with self._reading() as session:
            yield session

    def connected(self) -> AbstractContextManager[Connection]:
        """Return a connection that only reads, for a question of one value that every request asks."""
        return self._reader.connect()
