"""The vectors as files of this machine, which its processes map into memory: a folder for each state of them."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

import structlog
from filelock import FileLock, Timeout

from app.search.meaning.vector_map import VectorMap, write

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

AT_MOST_EVERY = 30.0
"""Seconds between two writings while more vectors are computed."""
_log = structlog.get_logger(__name__)


class VectorFiles:
    """Safe for all threads of a process, and for all processes that share the folder."""

    def __init__(self, folder: Path, model: str) -> None:
        """Vectors of another `model` are as if they were not there."""
        self._folder = folder
        self._model = model
        self._mapped: tuple[int, VectorMap] | None = None

    def newest(self) -> VectorMap | None:
        """Return the newest state that can be read; None where there is none."""
        newest = max(self.states(), default=None)
        if newest is None:
            return None
        if self._mapped is None or self._mapped[0] != newest:
            self._mapped = self._read(newest) or self._mapped
        mapped = self._mapped[1] if self._mapped else None
        return mapped if mapped and mapped.model == self._model else None

    def state(self) -> int | None:
        """Return which state `newest` gives."""
        return self._mapped[0] if self.newest() and self._mapped else None

    def _read(self, state: int) -> tuple[int, VectorMap] | None:
        folder = self._folder / str(state)
        try:
            return state, VectorMap(folder)
        except (OSError, EOFError, ValueError) as error:
            is_missing = isinstance(error, FileNotFoundError)
            if is_missing and state != max(self.states(), default=None):
                # A newer state has taken its place this moment; the one before goes on answering.
                return None
            _log.warning("meaning.vectors_unreadable", state=state, error=type(error).__name__)
            if is_missing or not isinstance(error, OSError):
                # Damaged files, and a folder that lacks some, are derived: once they are gone, the next round writes
                # them anew. Other errors, such as too many open files, say nothing about them.
                shutil.rmtree(folder, ignore_errors=True)
            return None

    def write(self, state: int, rows: Iterable[tuple[str, bytes]], common: NDArray[np.float32]) -> bool:
        """Write a state, and remove earlier ones; tell whether that was done and not left to another process."""
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            with FileLock(self._folder / "lock", timeout=0):
                if state in self.states():
                    # Another process was as far before this one got the lock.
                    return False
                write(self._model, rows, common, self._folder / str(state))
                for old in self.states():
                    if old < state:
                        shutil.rmtree(self._folder / str(old), ignore_errors=True)
        except Timeout:
            return False
        return True

    def is_recent(self, state: int) -> bool:
        """Tell whether one before `state` was written a moment ago, so that this one can wait."""
        newest = max(self.states(), default=0)
        if not 0 < newest < state:
            return False
        return time.time() - (self._folder / str(newest)).stat().st_mtime < AT_MOST_EVERY

    def states(self) -> frozenset[int]:
        """Return the states that are there."""
        try:
            return frozenset(int(entry.name) for entry in os.scandir(self._folder) if entry.name.isdigit())
        except OSError:
            # Searches then go without meaning; whoever writes the next state meets the error.
            return frozenset()
