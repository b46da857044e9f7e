# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a process does every few seconds until it ends: say that its machine still writes, or look what is new."""

from __future__ import annotations

import threading
from collections.abc import Callable

from app.bootstrap.guard import Guard
from app.clock import utc_now
from app.db.writer import RENEWED


class Beat:
    """A thread of its own, so that nothing that takes long delays it. What fails is tried again the next time."""

    def __init__(self, work: Callable[[], object]) -> None:
        self._work = work
        self._guard = Guard(utc_now)
        self._over = threading.Event()

    def start(self) -> None:
        """Begin; call it after a fork. It ends with the process, or with `stop`."""
        threading.Thread(target=self._go, name="beat", daemon=True).start()

    def stop(self) -> None:
        """Begin nothing more."""
        self._over.set()

    def _go(self) -> None:
        while True:
            self._guard.do("beat", self._work)
            if self._over.wait(RENEWED):
                return
