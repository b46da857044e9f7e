# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Files in a place that other nodes can reach too: whose they are stands beside them, and nobody else touches them.

A node removes what none of its records names, so two in one place would remove each other's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from typing import Protocol

from app.records.file_store import PATIENCE, FileStore, StoreUnavailable

_LONGEST = 300
"""Bytes read of what stands there."""


class StoreOfAnother(StoreUnavailable):
    """Another node keeps its files there: `owner` is its address, "" where files lie there that nobody says are his."""

    owner: str


class MarkedStore(FileStore, Protocol):
    """A store beside whose files stands whose they are."""

    def owner(self) -> bytes:
        """Return what stands there, empty where nothing does."""

    def mark(self, owner: bytes, over: bytes = b"") -> None:
        """Let this stand there in place of `over`; call it within `exclusive`."""


class TenantFiles:
    """The files of one node in a store; see `FileStore`. Reading is free to all, since a file is known by its hash."""

    def __init__(self, store: MarkedStore, node: str, formerly: str, knows: Callable[[Collection[str]], bool]) -> None:
        """`node` is the node's address, `formerly` the one it had before or "".

        `knows` tells whether the node names any of some files: then a place without a mark is its own. Where it names
        none, and files lie there, the operator has to write the mark: removing them would be for good.
        """
        self._store = store
        self._node = node
        self._own = {node, formerly} - {""}
        self._knows = knows

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """See `FileStore`; raises StoreOfAnother as well."""
        with self._store.exclusive(patience):
            found = self._store.owner()
            if _address(found) != self._node:
                self.sizes()
                self._store.mark(self._node.encode(), over=found)
                # Two machines may have marked a bucket at once, and the first one's mark stays.
                self._refuse(_address(self._store.owner()))
            yield

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """See `FileStore`; raises StoreOfAnother as well, so that nobody takes another's files for too many."""
        owner = _address(self._store.owner())
        self._refuse(owner)
        found = self._store.sizes(name)
        if found and not (owner or name or self._knows(found.keys())):
            raise StoreOfAnother("")
        return found

    def put(self, name: str, data: bytes) -> None:
        """See `FileStore`."""
        self._store.put(name, data)

    def read(self, name: str) -> bytes | None:
        """See `FileStore`."""
        return self._store.read(name)

    def remove(self, name: str) -> None:
        """See `FileStore`."""
        self._store.remove(name)

    def has_room(self, size: int) -> bool:
        """See `FileStore`."""
        return self._store.has_room(size)

    def _refuse(self, owner: str) -> None:
        if owner and owner not in self._own:
            raise StoreOfAnother(owner)


def _address(mark: bytes) -> str:
    # It goes into messages: whoever can write there must not write more into them than an address.
    return "".join(letter for letter in mark[:_LONGEST].decode("utf-8", "replace") if letter.isprintable())
