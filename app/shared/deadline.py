"""A time limit that calls a function."""

from __future__ import annotations

import threading
from collections.abc import Callable
from types import TracebackType


class Deadline:
    """Calls `end` after `seconds` in its own thread, unless it is cancelled before.

    As a context manager it is cancelled at the end of the block, after waiting for a call of `end` that has begun.
    """

    def __init__(self, seconds: float, end: Callable[[], object]) -> None:
        self.has_passed = False
        self._end = end
        self._timer = threading.Timer(seconds, self._pass)
        self._timer.daemon = True
        self._timer.start()

    def cancel(self) -> None:
        """Prevent the call of `end`; may be called repeatedly, also from `end` itself."""
        self._timer.cancel()

    def _pass(self) -> None:
        self.has_passed = True
        self._end()

    def __enter__(self) -> Deadline:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.cancel()
        self._timer.join()
