"""Keeps one value that is dear to make, as long as what it is made of stays as it is."""

from __future__ import annotations

from collections.abc import Callable, Hashable
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Kept(Generic[Value]):
    """A value and the state of what it was made of. One thread makes it; the others wait for it."""

    def __init__(self) -> None:
        self.held: tuple[Hashable, Value] | None = None
        """The state and the value that were made last, None before the first question."""
        self._making = Lock()

    def get(self, state: Callable[[], Hashable], make: Callable[[], Value]) -> Value:
        """Return the value for the present state, which is asked each time and has to be cheap."""
        held = self.held
        if held is not None and held[0] == state():
            return held[1]
        with self._making:
            # Asked before it is made: a change in between makes it an old value, which must not pass as the newest.
            now = state()
            if self.held is None or self.held[0] != now:
                self.held = now, make()
            return self.held[1]

    def forget(self) -> None:
        """Make it anew at the next question."""
        self.held = None
