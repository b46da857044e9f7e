# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Lets many use a folder at once, and one clear it away while nobody does."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


class Usage:
    """Who uses a folder, among all threads and processes of the machine. A process that dies uses nothing any more."""

    def __init__(self, lock: Path) -> None:
        """Keep count by the file `lock`, which must not lie in the folder itself."""
        self._lock = lock

    @contextmanager
    def shared(self) -> Iterator[None]:
        """Use the folder together with others; wait for whoever is clearing it away."""
        with self._lock.open("ab") as file:
            fcntl.flock(file, fcntl.LOCK_SH)
            yield

    @contextmanager
    def alone(self) -> Iterator[bool]:
        """Tell at once whether nobody uses the folder; if so, nobody will until the end of the block."""
        with self._lock.open("ab") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                yield False
                return
            yield True
