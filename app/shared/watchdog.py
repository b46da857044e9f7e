"""Ends work that takes too long, from a thread of its own."""

import threading
from collections.abc import Callable
from typing import Self


class Watchdog:
    """Calls `end` after `seconds` unless it is cancelled before; `has_fired` tells afterwards whether it did.

    Used as a context manager, it is cancelled at the end of the block, and waits for a call of `end` that has begun.
    Raises RuntimeError if no thread can be started.
    """

    def __init__(self, seconds: float, end: Callable[[], object]) -> None:
        self.has_fired = False
        self._end = end
        self._timer = threading.Timer(seconds, self._fire)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Never call `end` from now on; may be called repeatedly, also by `end` itself."""
        self._timer.cancel()

    def _fire(self) -> None:
        self.has_fired = True
        self._end()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self.cancel()
        self._timer.join()
