# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""A lock for objects that are made before a server forks its workers."""

from __future__ import annotations

import os
import threading
import weakref
from collections.abc import Callable
from types import MethodType, TracebackType


def after_fork(method: Callable[[], None]) -> None:
    """Call the bound `method` in each forked child, as long as its object lives."""
    if not isinstance(method, MethodType):
        raise TypeError("only a bound method can be forgotten together with its object")
    reference = weakref.WeakMethod(method)

    def renew() -> None:
        alive = reference()
        if alive is not None:
            alive()

    os.register_at_fork(after_in_child=renew)


class ForkLock:
    """A re-entrant lock between threads that is free again in a forked child.

    A thread that holds a plain lock at the moment of a fork does not exist in the child, so nobody
    would ever release it there.
    """

    def __init__(self) -> None:
        """Make a free lock."""
        self._lock = threading.RLock()
        after_fork(self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        """Wait for the lock and take it."""
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._lock.release()
