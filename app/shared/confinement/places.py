"""The places for heavy work: few in a whole node, and few threads of each process; one asker never holds all of them.

Which asker holds a place stands in its file as a check number, with a key that ends with the process and those it has
made: nobody's address is kept.
"""

from __future__ import annotations

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
"""Made before the server forks, so that its workers know each other's askers."""


class Busy(Unavailable):
    """All places are taken, or the machine has too much else to do; in `retry_after` seconds there may be room."""

    retry_after: int


def share(most: int) -> int:
    """Return how many of so many places one asker may hold: of several, one is left to others."""
    return max(1, most - 1)


class Threads:
    """The threads of this process that heavy work may hold. Safe to share."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._held: Counter[str] = Counter()
        self._lock = threading.Lock()

    def has_room(self, asker: str) -> bool:
        """Tell whether an asker gets one at this moment; "" is somebody of whom nothing is known."""
        with self._lock:
            return self._has_room(asker)

    def _has_room(self, asker: str) -> bool:
        is_full = self._held.total() >= self._most
        return not (is_full or (asker and self._held[asker] >= share(self._most)))

    @contextmanager
    def held(self, asker: str, retry_after: int) -> Iterator[None]:
        """Hold one; raises Busy at once where there is none."""
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
    """Places that all processes of a node share, one lock file for each in `folder`."""

    def __init__(self, folder: Path, count: int) -> None:
        self.folder = folder
        self.count = count

    def taken(self) -> int:
        """Return how many are taken at this moment, by whichever process."""
        return sum(self._holder(number) is not None for number in range(self.count))

    @contextmanager
    def one(self, asker: str, patience: float, retry_after: int) -> Iterator[int]:
        """Hold one, waiting `patience` seconds for it, and give the descriptor of its file.

        It is free again when all who hold the descriptor have ended. Raises Busy where none became free.
        """
        self.folder.mkdir(parents=True, exist_ok=True)
        end = time.monotonic() + patience
        while (found := self._free(_mark(asker))) is None:
            if time.monotonic() > end:
                raise Busy(retry_after)
            time.sleep(_PAUSE)
        with found:
            yield found.fileno()

    def _free(self, mark: bytes) -> io.FileIO | None:
        for number in range(self.count):
            # Closed again whatever happens, such as a full disk: nobody else would ever give the place back.
            with ExitStack() as held, suppress(BlockingIOError):
                descriptor = os.open(self.folder / f"place-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                place = held.enter_context(io.FileIO(descriptor, "r+"))
                fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                # Two processes that find a place each for one asker see each other now, and both try once more.
                os.pwrite(descriptor, mark, 0)
                if not any(mark) or self._of(mark) <= share(self.count):
                    held.pop_all()
                    return place
        return None

    def _of(self, mark: bytes) -> int:
        return sum(self._holder(number) == mark for number in range(self.count))

    def _holder(self, number: int) -> bytes | None:
        """Return the mark of whoever holds a place, None where it is free."""
        try:
            with (self.folder / f"place-{number}").open("rb") as place:
                try:
                    fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
                except BlockingIOError:
                    return place.read(_MARK)
        except FileNotFoundError:
            pass
        return None


def _mark(asker: str) -> bytes:
    return blake2b(asker.encode(), key=_KEY, digest_size=_MARK).digest() if asker else bytes(_MARK)
