# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Keeps what is derived from the repository up to date while the site runs."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Follower:
    """Calls `catch_up` when `head` has moved since the last time.

    One thread does the work; the others go on with what they have, one version behind for a moment.
    """

    def __init__(self, head: Callable[[], str], catch_up: Callable[[], object]) -> None:
        """Compare `head()`, which has to be cheap, before each call of `catch_up`."""
        self._head = head
        self._catch_up = catch_up
        self._seen: str | None = None
        self._lock = threading.Lock()

    def follow(self) -> bool:
        """Bring everything up to date if something was published; tell whether work was done.

        Raises what `head` and `catch_up` raise; the next call then tries again.
        """
        head = self._head()
        if head == self._seen or not self._lock.acquire(blocking=False):
            return False
        try:
            self._catch_up()
            # Whatever was published during the work is found by the next call.
            self._seen = head
        finally:
            self._lock.release()
        return True
