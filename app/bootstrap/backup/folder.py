# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The folder that a backup takes: an empty one, or one that carries the marker; and never two backups at once."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from filelock import FileLock, Timeout

from app.bootstrap.backup.manifest import DRAFT, carries_marker
from app.errors import Conflict, Unavailable

_LOCK = "backup.lock"
_BEFORE_THE_MARKER = frozenset({_LOCK, DRAFT})
"""All that a backup which was interrupted at once can have left."""


class BackupFolderTaken(Conflict):
    """`path` may not be written to; `reason` is "inside" (of the data folder) or "other" (no backup of a node)."""

    path: Path
    reason: str


class BackupRunning(Unavailable):
    """Another process is making a backup in `path`."""

    path: Path


@contextmanager
def taken(folder: Path, data: Path) -> Iterator[None]:
    """Hold `folder` for one backup of the node in `data`, readable for its user alone.

    Raises BackupFolderTaken before anything is written, and BackupRunning.
    """
    if folder.resolve().is_relative_to(data.resolve()):
        raise BackupFolderTaken(folder, "inside")
    if folder.exists() and not _is_empty(folder) and not carries_marker(folder):
        raise BackupFolderTaken(folder, "other")
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    folder.chmod(0o700)
    lock = FileLock(folder / _LOCK)
    try:
        lock.acquire(timeout=0)
    except Timeout as error:
        raise BackupRunning(folder) from error
    try:
        yield
    finally:
        lock.release()


def _is_empty(folder: Path) -> bool:
    return all(one.name in _BEFORE_THE_MARKER for one in folder.iterdir())
