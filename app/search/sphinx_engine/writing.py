# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who writes, and how: each server gets the documents of its shard, with the state of its table in the same commit."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path

from filelock import FileLock, Timeout

from app.search.answering.several import Analysed
from app.search.copies import Copy, StandingBack
from app.search.errors import SearchUnavailable
from app.search.port import Cursor, IndexDocument
from app.search.sphinx_engine.copying import copy_of, hidden, other_copies
from app.search.sphinx_engine.layout import COLUMNS, NAME_COLUMNS, TABLES, TableState, listed, names, number, table
from app.search.sphinx_engine.rows import document_row, name_rows
from app.search.sphinx_engine.servers import HeldTable, Line, Server, Servers, Silent, newest
from app.search.terms import DocumentTerms

WAIT = 20.0
"""Seconds to wait for another process that writes."""
BATCH = 200
"""Documents of a commit while a table is built."""
STATEMENT = 1_000_000
"""Characters of a statement, about: servers take a few megabytes."""


class Writing:
    """Writes to all servers that answer. A mirror that did not catches up later: it says how far it is."""

    def __init__(self, directory: Path, servers: Servers, chain: str, standing_back: StandingBack) -> None:
        self._directory = directory
        self._servers = servers
        self._chain = chain
        self._standing_back = standing_back

    def apply(self, documents: Sequence[Analysed], removals: Sequence[str], cursor: Cursor) -> None:
        """Store, remove and move the cursor. Raises SearchUnavailable where a shard has no server that answers."""
        with self._alone() as lines:
            shards = self._writable(lines)
            gone = {number(uid) for uid in (*removals, *(document.uid for document, _ in documents))}
            here = {number(document.uid): copy_of(document) for document, _ in documents}
            others = other_copies([newest(mirrors) for mirrors in shards], gone, here.values())
            back = hidden(others | here, self._standing_back)
            for shard, mirrors in enumerate(shards):
                some = [one for one in documents if self._shard(one[0].uid) == shard]
                for held in mirrors:
                    self._apply(held, some, gone, cursor, back)
                    for shown, several in ((0, others.keys() & back), (1, others.keys() - back)):
                        _show(held.server, held.table, several, shown)

    def _apply(
        self, held: HeldTable, documents: Sequence[Analysed], gone: set[int], cursor: Cursor, back: set[int]
    ) -> None:
        state = held.state._replace(
            cursor=cursor, chain=self._chain, epoch=max(1, held.state.epoch), stamp=held.state.stamp + 1
        )
        rows = [document_row(one, terms, shown=number(one.uid) not in back) for one, terms in documents]
        ask = held.server.ask
        _store(held.server, names(held.which), NAME_COLUMNS, _names_of(documents, set()))
        # It has to last longer than the documents, which tell by their state what has to be written once more.
        ask(f"FLUSH RTINDEX {names(held.which)}")
        ask("BEGIN")
        try:
            if gone:
                ask(f"DELETE FROM {held.table} WHERE id IN ({listed(gone)})")
            _store(held.server, held.table, COLUMNS, [*rows, state.document(held.which)])
            ask("COMMIT")
        except BaseException:
            with suppress(Silent):
                ask("ROLLBACK")
            raise

    @contextmanager
    def anew(self, cursor: Cursor) -> Iterator[Callable[[IndexDocument, DocumentTerms], None]]:
        """Store documents in tables that take the place of the others when the block ends without an error."""
        with self._alone() as lines:
            shards = self._writable(lines)
            epoch = max((held.state.epoch for mirrors in shards for held in mirrors), default=0) + 1
            built = [_Anew(mirrors) for mirrors in shards]
            copies: dict[int, Copy] = {}

            def store(document: IndexDocument, terms: DocumentTerms) -> None:
                copies[number(document.uid)] = copy_of(document)
                built[self._shard(document.uid)].add(document, terms)

            yield store
            back = hidden(copies, self._standing_back)
            for one in built:
                one.finish(back, TableState(cursor, self._chain, epoch))

    def _writable(self, lines: ExitStack) -> list[list[HeldTable]]:
        """Return the servers of each shard that answer, with a connection to each that is closed with `lines`."""
        found = self._servers.answering()
        for servers, mirrors in zip(self._servers.shards, found, strict=True):
            if not mirrors:
                raise SearchUnavailable(", ".join(server.address for server in servers))
        return [[held._replace(server=_line(held, lines)) for held in mirrors] for mirrors in found]

    def _shard(self, uid: str) -> int:
        return number(uid) % len(self._servers.shards)

    @contextmanager
    def _alone(self) -> Iterator[ExitStack]:
        self._directory.parent.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._directory.with_name(f"{self._directory.name}.lock"), timeout=WAIT)
        try:
            lock.acquire()
        except Timeout as error:
            raise SearchUnavailable(str(self._directory)) from error
        try:
            with ExitStack() as lines:
                yield lines
        except Silent as error:
            raise SearchUnavailable(str(error)) from error
        finally:
            lock.release()


def _line(held: HeldTable, lines: ExitStack) -> Line:
    line = Line(held.server.address)
    lines.callback(line.close)
    return line


class _Anew:
    """Builds the tables of one shard that answer nothing yet."""

    def __init__(self, mirrors: Sequence[HeldTable]) -> None:
        self._mirrors = [
            (held.server, held.which, next(one for one in TABLES if one != held.which)) for held in mirrors
        ]
        self._waiting: list[Analysed] = []
        self._named: set[int] = set()
        for server, _, which in self._mirrors:
            _empty(server, which)

    def add(self, document: IndexDocument, terms: DocumentTerms) -> None:
        self._waiting.append((document, terms))
        if len(self._waiting) >= BATCH:
            self._flush()

    def finish(self, back: set[int], state: TableState) -> None:
        """Hide copies, and let the new tables answer; of the old ones nothing is left."""
        self._flush()
        for server, old, which in self._mirrors:
            _show(server, table(which), back, 0)
            _store(server, table(which), COLUMNS, [state.document(which)])
            for name in (names(which), table(which)):
                server.ask(f"FLUSH RTINDEX {name}")
            _empty(server, old)

    def _flush(self) -> None:
        rows = [document_row(document, terms, shown=True) for document, terms in self._waiting]
        named = _names_of(self._waiting, self._named)
        for server, _, which in self._mirrors:
            _store(server, table(which), COLUMNS, rows)
            _store(server, names(which), NAME_COLUMNS, named)
        self._waiting = []


def _show(server: Server | Line, name: str, numbers: Collection[int], shown: int) -> None:
    if numbers:
        server.ask(f"UPDATE {name} SET shown={shown} WHERE id IN ({listed(numbers)})")


def _empty(server: Server | Line, which: str) -> None:
    for name in (table(which), names(which)):
        server.ask(f"TRUNCATE RTINDEX {name}")


def _names_of(documents: Iterable[Analysed], known: set[int]) -> list[str]:
    """Return the names in these documents that are not known yet, which they are then."""
    return [row for document, terms in documents for row in name_rows(document, terms, known)]


def _store(server: Server | Line, name: str, columns: Sequence[str], rows: Sequence[str]) -> None:
    start = f"REPLACE INTO {name} ({', '.join(columns)}) VALUES "
    some: list[str] = []
    written = 0
    for row in rows:
        if some and written + len(row) > STATEMENT:
            server.ask(start + ",".join(some))
            some, written = [], 0
        some.append(row)
        written += len(row)
    if some:
        server.ask(start + ",".join(some))
