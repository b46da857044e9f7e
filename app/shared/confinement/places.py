"""Limits heavy work: a few places per node and a few threads per process, of which one asker never holds all.

The file of a place contains a keyed hash of its asker instead of an address. The key exists only in memory, so nobody
can be identified later.
"""

import fcntl
import io
import os
import secrets
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from hashlib import blake2b
from pathlib import Path

from app.shared.errors import Unavailable

_PAUSE = 0.05
_MARK = 16
_KEY = secrets.token_bytes(32)
"""Generated before the server forks, so that its workers recognise each other's askers."""


class Busy(Unavailable):
    """All places are taken, or the machine is too busy; retry after `retry_after` seconds."""

    retry_after: int


def share(most: int) -> int:
    """Return how many of `most` places one asker may hold: one is left to others, if there are several."""
    return max(1, most - 1)


class Threads:
    """The threads of this process that heavy work may occupy. Thread-safe."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def has_room(self, asker: str) -> bool:
        """Return whether the asker would get a thread now; "" is an unknown asker."""
        with self._lock:
            return self._has_room(asker)

    def _has_room(self, asker: str) -> bool:
        is_full = self._held.total() >= self._most
        return not (is_full or (asker and self._held[asker] >= share(self._most)))

    @contextmanager
    def held(self, asker: str, retry_after: int) -> Iterator[None]:
        """Occupy one thread; raises Busy at once if none is free."""
        with self._lock:
            if not self._has_room(asker):
                raise Busy(retry_after)
            self._held[asker] += 1
        try:
            yield
        finally:
            with self._lock:
                self._held[asker] -= 1
                self._held = +self._held


class Places:
    """Places shared by all processes of a node, with one lock file each in `folder`."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.count = count

    def taken(self) -> int:
        """Return how many places are in use now, by all processes."""
        return sum(self._holder(number) is not None for number in range(self.count))

    @contextmanager
    def one(self, asker: str, patience: float, retry_after: int) -> Iterator[int]:
        """Lock a place and yield its file's descriptor; it is free once all holders end. Raises Busy."""
        self.folder.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + patience
        mark = blake2b(asker.encode(), key=_KEY, digest_size=_MARK).digest() if asker else bytes(_MARK)
        while (found := self._free(mark)) is None:
            if time.monotonic() > end:
                raise Busy(retry_after)
            time.sleep(_PAUSE)
        with found:
            yield found.fileno()

    def _free(self, mark: bytes) -> io.FileIO | None:
        for number in range(self.count):
            # Close the file even on errors such as a full disk, or the place would stay taken.
            with ExitStack() as held, suppress(BlockingIOError):
                descriptor = os.open(self.folder / f"place-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                place = held.enter_context(io.FileIO(descriptor, "r+"))
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # If two processes each lock a place for the same asker, both see that now, and both try again.
                os.pwrite(descriptor, mark, 0)
                held_by_asker = sum(self._holder(number) == mark for number in range(self.count))
                if not any(mark) or held_by_asker <= share(self.count):
                    held.pop_all()
                    return place
        return None

    def _holder(self, number: int) -> bytes | None:
        """Return the mark of the asker that holds a place, None if it is free."""
        try:
            with (self.folder / f"place-{number}").open("rb") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return place.read(_MARK)
        except FileNotFoundError:
            pass
        return None
