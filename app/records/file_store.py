"""What a place for pictures and files has to do: bytes lie there under their own hash, and nothing is ever changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

import structlog
from filelock import FileLock, Timeout

from app.shared.errors import Unavailable

PATIENCE = 60.0
"""Seconds for which somebody who removes or adds something waits for another."""
_HEX = frozenset("0123456789abcdef")
OWNER = "node"
"""The name under which stands, beside the files, whose they are."""
_IN_A_ROW = 10
"""After so many files in a row that fail it is the store, and not the files."""
_log = structlog.get_logger(__name__)


class StoreUnavailable(Unavailable):
    """The store cannot be worked on now."""


class StoreBusy(StoreUnavailable):
    """Another process has been working on the store for longer than a caller should wait."""

    message = "another process is working on pictures and files. Wait for it, then call again"


class StoreUnreachable(StoreUnavailable):
    """The store does not answer, or not as it should; `reason` is a stable code."""

    reason: str

    message = "pictures and files cannot be reached in NODE_FILES: %(reason)s. See: erfahrungsnetz doctor"


class FileStore(Protocol):
    """Files by their SHA-256. Every question may raise OSError and StoreUnreachable."""

    def exclusive(self, patience: float = PATIENCE) -> AbstractContextManager[None]:
        """Hold the right to add and remove, between all threads and processes; raises StoreBusy after `patience`."""

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under their hash for good; call it within `exclusive`."""

    def read(self, name: str) -> bytes | None:
        """Return the bytes with this SHA-256; None when they are not here or have been damaged.

        What only cannot be read now raises: somebody may remove what is damaged.
        """

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """Return how long each file is, by its hash, without reading it: of all, or of the one with this hash."""

    def remove(self, name: str) -> None:
        """Remove a file if it is there; call it within `exclusive`."""

    def has_room(self, size: int) -> bool:
        """Tell whether so many bytes fit, as far as that can be known."""


@contextmanager
def locked(file: Path, patience: float) -> Iterator[None]:
    """Hold a lock file of this machine; raises StoreBusy and OSError."""
    file.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
    try:
        with FileLock(file, timeout=patience):
            yield
    except Timeout as error:
        raise StoreBusy from error


def one_by_one(
    names: Iterable[str], do: Callable[[str], object]
) -> tuple[frozenset[str], OSError | StoreUnavailable | None]:
    """Do something with each file, going on after those with which it fails, unless all do.

    Returns with which it was done, and why it first failed.
    """
    done, in_a_row, first = set[str](), 0, None
    for name in names:
        try:
            do(name)
        except (OSError, StoreUnavailable) as error:
            _log.error("files.one_left", sha256=name, reason=str(error))
            first, in_a_row = first or error, in_a_row + 1
        else:
            done.add(name)
            in_a_row = 0
        if in_a_row == _IN_A_ROW:
            break
    return frozenset(done), first


def is_hash(name: str) -> bool:
    """Tell whether a name is a SHA-256 as files are called."""
    return len(name) == 64 and _HEX.issuperset(name)
