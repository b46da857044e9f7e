# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How many exchanges with git clients one process has at a time, so that threads remain for readers."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from app.errors import Unavailable


class AllTaken(Unavailable):
    """As many clients as this process takes are being served; nobody waits, because waiting would hold a thread."""


class Slots:
    """Places for clients, those who clone and those who push apart: strangers cannot keep pushes out."""

    def __init__(self, threads: int) -> None:
        """Leave at least a quarter of `threads` to readers, as far as there are several."""
        self._clones = BoundedSemaphore(max(1, threads // 2))
        self._pushes = BoundedSemaphore(max(1, threads // 4))

    @contextmanager
    def taken(self, *, push: bool) -> Iterator[None]:
        """Hold a place; raises AllTaken."""
        places = self._pushes if push else self._clones
        if not places.acquire(blocking=False):
            raise AllTaken
        try:
            yield
        finally:
            places.release()
