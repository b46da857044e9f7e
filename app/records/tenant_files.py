"""Files in a folder that other nodes can reach too: whose they are stands beside them, and nobody else touches them.

A node removes what none of its records names, so two in one folder would remove each other's.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager

from app.records.file_store import PATIENCE, StoreUnavailable
from app.records.folder_files import FolderFiles

_LONGEST = 300
"""Bytes read of what stands there."""


class StoreOfAnother(StoreUnavailable):
    """Another node keeps its files there: `owner` is its address, "" where files lie there that nobody says are his."""

    owner: str

    message = (
        'files of another node ("%(owner)s") lie in NODE_FILES, so none is added or removed there. '
        "See: erfahrungsnetz doctor"
    )


class TenantFiles:
    """The files of one node in such a folder, see `FileStore`. All may read: a file is known by its hash."""

    def __init__(self, store: FolderFiles, node: str, formerly: str, knows: Callable[[Collection[str]], bool]) -> None:
        """`node` is the node's address, `formerly` the one it had before or "".

        `knows` tells whether the node names any of some files: then a folder without a mark is its own. Where it names
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
            if _address(self._store.owner()) != self._node:
                self.sizes()
                self._store.mark(self._node.encode())
            yield

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """See `FileStore`; raises StoreOfAnother as well, so that nobody takes another's files for too many."""
        owner = _address(self._store.owner())
        if owner and owner not in self._own:
            raise StoreOfAnother(owner)
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


def _address(mark: bytes) -> str:
    # It goes into messages: whoever can write there must not write more into them than an address.
    return "".join(letter for letter in mark[:_LONGEST].decode("utf-8", "replace") if letter.isprintable())
