"""Counts what came from one network address in the last minutes.

Each process counts for itself, in memory alone, by check numbers with a key that ends with it: no address is kept.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from hashlib import blake2b
from math import ceil

ADDRESSES = 10_000
"""So many addresses are remembered; beyond them the one that was counted longest ago is forgotten."""


class Tally:
    """How often something came from where. Safe for all threads of a process."""

    def __init__(self, most: int, seconds: float, stopwatch: Callable[[], float] = time.monotonic) -> None:
        """So many may come from one address in so many seconds; `stopwatch` gives some that never run backwards."""
        self._most = most
        self._seconds = seconds
        self._stopwatch = stopwatch
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, OrderedDict[bytes, float]] = OrderedDict()

    def wait(self, kind: str, address: str) -> int:
        """Return for how many seconds nothing more of a kind is taken from an address, 0 where it is."""
        now = self._stopwatch()
        with self._lock:
            found = self._of(self._number(kind, address), now)
            return 0 if len(found) < self._most else ceil(next(iter(found.values())) + self._seconds - now)

    def count(self, kind: str, address: str, what: str) -> None:
        """Remember that `what` came from an address; the same counts once."""
        now, number = self._stopwatch(), self._number(kind, address)
        with self._lock:
            found = self._of(number, now)
            found.setdefault(self._number(kind, what), now)
            self._found[number] = found
            self._found.move_to_end(number)
            while len(self._found) > ADDRESSES:
                self._found.popitem(last=False)

    def _of(self, number: bytes, now: float) -> OrderedDict[bytes, float]:
        found = self._found.get(number, OrderedDict())
        while found and next(iter(found.values())) + self._seconds <= now:
            found.popitem(last=False)
        return found

    def _number(self, kind: str, text: str) -> bytes:
        return blake2b(f"{kind}\0{text}".encode("utf-8", "replace"), key=self._key, digest_size=12).digest()
