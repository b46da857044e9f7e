# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Bytes on disk under their own hash: whoever writes the same writes the same file, and nothing is ever changed."""

from __future__ import annotations

import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from app.errors import Unavailable

RESERVE = 512 * 1024 * 1024
"""Bytes that stay free on the disk for everything else a node writes."""

_LOCK_SECONDS = 60.0
_LEFT_OVER = 24 * 3600.0
_HEX = frozenset("0123456789abcdef")
_log = structlog.get_logger(__name__)


class StoreBusy(Unavailable):
    """Another process has been working on the store for longer than a caller should wait."""


class FileStore:
    """A folder with one file per content: `ab/abcdef…`. It is made with the first file."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def exclusive(self) -> Iterator[None]:
        """Hold the right to add and remove, between all threads and processes; raises StoreBusy and OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        try:
            with FileLock(self._folder / ".lock", timeout=_LOCK_SECONDS):
                yield
        except Timeout as error:
            raise StoreBusy from error

    def stage(self, data: bytes) -> Path:
        """Write bytes to a temporary file, down to the disk, and return it; raises OSError."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, name = tempfile.mkstemp(prefix=".new-", dir=self._folder)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
        except OSError:
            Path(name).unlink(missing_ok=True)
            raise
        return Path(name)

    def put(self, staged: Path, name: str) -> None:
        """Give a temporary file its place; call it within `exclusive`. Raises OSError."""
        place = self._place(name)
        place.parent.mkdir(exist_ok=True, mode=0o750)
        staged.replace(place)
        _sync(place.parent)

    def read(self, name: str) -> bytes | None:
        """Return the bytes with this SHA-256; None when they are not here or have been damaged."""
        try:
            data = self._place(name).read_bytes()
        except OSError:
            return None
        if sha256(data).hexdigest() != name:
            _log.warning("files.damaged", sha256=name)
            return None
        return data

    def size(self, name: str) -> int | None:
        """Return how long the file under a hash is, without reading it; None when there is none."""
        try:
            return self._place(name).stat().st_size
        except OSError:
            return None

    def remove(self, name: str) -> None:
        """Remove a file if it is there; call it within `exclusive`. Raises OSError."""
        self._place(name).unlink(missing_ok=True)

    def names(self) -> Iterator[str]:
        """Yield the hashes of everything that is here."""
        for place in self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if len(place.name) == 64 and _HEX.issuperset(place.name):
                yield place.name

    def clear_left_overs(self) -> None:
        """Remove temporary files that a killed process left a day ago or earlier."""
        for place in self._folder.glob(".new-*"):
            try:
                if time.time() - place.stat().st_mtime > _LEFT_OVER:
                    place.unlink()
            except FileNotFoundError:
                # Whoever wrote it has just put it in its place.
                continue

    def has_room(self, size: int) -> bool:
        """Tell whether so many bytes fit on the disk and leave the reserve; raises OSError."""
        folder = next(place for place in (self._folder, *self._folder.parents) if place.is_dir())
        return shutil.disk_usage(folder).free - size >= RESERVE

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name


def _sync(folder: Path) -> None:
    """Write the folder's list of names to the disk, without which the new name could be lost in a crash."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
