# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Whoever tries one wrong link or key after the other from one address has to wait.

Each process counts for itself, in memory alone, by check numbers with a key that ends with it: no address is kept. The
same wrong link or key counts once, so that a program with an expired key keeps nobody else in its town hall waiting.
"""

from __future__ import annotations

import secrets
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from hashlib import blake2b
from math import ceil
from typing import cast

from flask import Flask, current_app
from werkzeug.exceptions import TooManyRequests

from app.web.shell.asker import asker

MOST = 20
"""So many different wrong links or keys of one kind may come from one address ..."""
SECONDS = 600.0
"""... in so many seconds."""
ADDRESSES = 10_000
"""So many addresses are remembered; beyond them the one that was wrong longest ago is forgotten."""
KEY = "enet.guesses"


class Guesses:
    """Wrong guesses of the last minutes. Safe for all threads of a process."""

    def __init__(self, stopwatch: Callable[[], float] = time.monotonic) -> None:
        """`stopwatch` gives seconds that never run backwards."""
        self._stopwatch = stopwatch
        self._key = secrets.token_bytes(32)
        self._lock = threading.Lock()
        self._found: OrderedDict[bytes, OrderedDict[bytes, float]] = OrderedDict()

    def wait(self, kind: str, address: str) -> int:
        """Return for how many seconds nothing more is tried from an address, 0 where it may."""
        now = self._stopwatch()
        with self._lock:
            wrong = self._of(self._number(kind, address), now)
            return 0 if len(wrong) < MOST else ceil(next(iter(wrong.values())) + SECONDS - now)

    def wrong(self, kind: str, address: str, guess: str) -> None:
        """Remember that a guess from an address was wrong."""
        now, number = self._stopwatch(), self._number(kind, address)
        with self._lock:
            wrong = self._of(number, now)
            wrong.setdefault(self._number(kind, guess), now)
            self._found[number] = wrong
            self._found.move_to_end(number)
            while len(self._found) > ADDRESSES:
                self._found.popitem(last=False)

    def _of(self, number: bytes, now: float) -> OrderedDict[bytes, float]:
        wrong = self._found.get(number, OrderedDict())
        while wrong and next(iter(wrong.values())) + SECONDS <= now:
            wrong.popitem(last=False)
        return wrong

    def _number(self, kind: str, text: str) -> bytes:
        return blake2b(f"{kind}\0{text}".encode("utf-8", "replace"), key=self._key, digest_size=12).digest()


def register(app: Flask) -> None:
    """Count the wrong guesses that `app` is asked."""
    app.extensions[KEY] = Guesses()


@contextmanager
def guarded(kind: str, guess: str, wrong: type[Exception]) -> Iterator[None]:
    """Try a link or key of some kind, which raises `wrong` where it does not exist.

    Raises TooManyRequests instead of trying it, with the seconds to wait, when too many were wrong from this address.
    """
    guesses, address = cast("Guesses", current_app.extensions[KEY]), asker()
    if not (guess and address):
        yield
        return
    if seconds := guesses.wait(kind, address):
        raise TooManyRequests(retry_after=seconds)
    try:
        yield
    except wrong:
        guesses.wrong(kind, address, guess)
        raise
