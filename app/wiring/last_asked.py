"""Whether pictures and files could be reached when that was last looked at, for whoever must not wait for an answer."""

from __future__ import annotations

import time
from collections.abc import Callable

STALE = 60.0
"""Seconds; a place that has answered nothing for so long is not reached, for whoever looks waits for it still."""


class LastAsked:
    """Asks in the background, and tells what was found without asking. Safe for all threads of a process."""

    def __init__(self, ask: Callable[[], str], now: Callable[[], float] = time.monotonic) -> None:
        """`ask` returns the trouble with the place, "" where there is none, and may take long."""
        self._ask = ask
        self._now = now
        self._found: tuple[str, float] | None = None

    def look(self) -> None:
        """Ask now, however long it takes."""
        trouble = self._ask()
        self._found = trouble, self._now()

    def is_reached(self) -> bool | None:
        """Tell what the last look found, at once; None where nobody has looked yet."""
        if self._found is None:
            return None
        trouble, at = self._found
        return not trouble and self._now() - at < STALE
