# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The servers of an index: shards, each of which may have mirrors, and which of them answer now."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any, NamedTuple

import pymysql
import structlog

from app.search.sphinx_engine.layout import STATES, TableState, table, table_of

CONNECT, ANSWER, WRITTEN = 1.0, 10.0, 60.0
"""Seconds to wait for a server until it counts as one that does not answer: to readers, to whoever writes."""
AGAIN = 5.0
"""For so many seconds nobody waits for a server that did not answer."""
_log = structlog.get_logger(__name__)
Rows = Sequence[tuple[Any, ...]]


class Silent(Exception):
    """A server does not answer."""


class Server:
    """One server. Each thread has a connection of its own."""

    def __init__(self, address: str) -> None:
        """`address` is a host and a port, such as 10.0.0.2:9306."""
        self.address = address
        self._local = threading.local()
        self._silent_until = 0.0

    def ask(self, statement: str) -> Rows:
        """Return the rows of a statement; raises Silent, of a server without our tables too."""
        if time.monotonic() < self._silent_until:
            raise Silent(self.address)
        kept = getattr(self._local, "connection", None)
        begun = time.monotonic()
        if kept is not None:
            # It may have been closed because nobody asked for long: that says nothing about the server.
            with suppress(pymysql.err.MySQLError, OSError):
                return _asked(kept, statement)
            self._local.connection = None
        try:
            if time.monotonic() - begun > ANSWER / 2:
                raise TimeoutError(self.address)
            self._local.connection = _connected(self.address, ANSWER)
            return _asked(self._local.connection, statement)
        except (pymysql.err.MySQLError, OSError) as error:
            self._local.connection = None
            self._silent_until = time.monotonic() + AGAIN
            _log.warning("search.server_silent", address=self.address, error=str(error))
            raise Silent(self.address) from error

    def current(self) -> HeldTable:
        """Return the table that answers; raises Silent."""
        rows = self.ask(f"SELECT id, head FROM {table('a')}, {table('b')} WHERE id IN ({STATES})")
        states = {table_of(int(number)): TableState.read(packed) for number, packed in rows}
        which = max(states, key=lambda one: states[one].epoch, default="a")
        return HeldTable(self, which, states.get(which, TableState()))


class Line:
    """One connection of whoever writes.

    Nothing is sent once more: with a connection the commit is lost that a statement was part of.
    """

    def __init__(self, address: str) -> None:
        """Connect; raises Silent."""
        self.address = address
        with _heard(address):
            self._connection = _connected(address, WRITTEN)

    def ask(self, statement: str) -> Rows:
        """Return the rows of a statement; raises Silent."""
        with _heard(self.address):
            return _asked(self._connection, statement)

    def close(self) -> None:
        """End it, with whatever was not committed."""
        with suppress(pymysql.err.MySQLError, OSError):
            self._connection.close()


@contextmanager
def _heard(address: str) -> Iterator[None]:
    try:
        yield
    except (pymysql.err.MySQLError, OSError) as error:
        _log.warning("search.server_silent", address=address, error=str(error))
        raise Silent(address) from error


class _Connection(pymysql.Connection):  # type: ignore[misc]  # pymysql ships no types
    def _create_ssl_ctx(self, _given: object) -> ssl.SSLContext:
        return _unverified()


@cache
def _unverified() -> ssl.SSLContext:
    """Return what speaks TLS to servers that offer it; the library asks none of them for a certificate.

    It would read those of the system all the same, for each connection anew.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _connected(address: str, patience: float) -> _Connection:
    host, _, port = address.rpartition(":")
    return _Connection(
        host=host,
        port=int(port),
        charset="utf8mb4",
        autocommit=None,
        connect_timeout=CONNECT,
        read_timeout=patience,
        write_timeout=patience,
    )


def _asked(connection: pymysql.Connection[Any], statement: str) -> Rows:
    with connection.cursor() as cursor:
        cursor.execute(statement)
        rows: Rows = cursor.fetchall()
        return rows


class HeldTable(NamedTuple):
    """The table of a server that answers now."""

    server: Server | Line
    which: str
    state: TableState

    @property
    def table(self) -> str:
        """The name of it."""
        return table(self.which)


def newest(mirrors: Sequence[HeldTable]) -> HeldTable:
    """Return the mirror that missed nothing."""
    return max(mirrors, key=lambda one: (one.state.epoch, one.state.cursor.seq))


class Servers:
    """All servers of an index, in shards."""

    def __init__(self, addresses: str) -> None:
        """`addresses` has the shards with commas between them, and the mirrors of each with bars."""
        shards = [[one.strip() for one in shard.split("|")] for shard in addresses.split(",")]
        self.shards = tuple(tuple(Server(one) for one in shard) for shard in shards)

    def reading(self) -> list[HeldTable]:
        """Return the newest table of each shard, without those of which no mirror answers."""
        return [newest(mirrors) for mirrors in self.answering() if mirrors]

    def answering(self) -> list[list[HeldTable]]:
        """Return what the mirrors of each shard hold, those left out that do not answer."""
        return [list(_held(mirrors)) for mirrors in self.shards]


def _held(mirrors: Iterable[Server]) -> Iterator[HeldTable]:
    for server in mirrors:
        with suppress(Silent):
            yield server.current()
