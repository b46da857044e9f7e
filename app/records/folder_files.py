"""Files under their hashes in a folder: whoever writes the same writes the same file."""

from __future__ import annotations

import errno
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import structlog

from app.records.file_store import OWNER, PATIENCE, is_hash, locked

RESERVE = 512 * 1024 * 1024
"""Bytes that stay free on the disk for everything else a node writes."""

_log = structlog.get_logger(__name__)


class FolderFiles:
    """A folder with one file per content: `ab/abcdef…`. It is made with the first file, the one it lies in never."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """See `FileStore`; removes what a process left that was killed while it wrote."""
        self._folder.mkdir(exist_ok=True, mode=0o750)
        with locked(self._folder / ".lock", patience):
            for left in self._folder.glob(".new-*"):
                left.unlink(missing_ok=True)
            yield

    def put(self, name: str, data: bytes) -> None:
        """See `FileStore`; down to the disk before it has its name."""
        self._write(self._place(name), data)

    def owner(self) -> bytes:
        """Return what stands there as whose the files are, empty where nothing does."""
        try:
            return (self._folder / OWNER).read_bytes()
        except FileNotFoundError:
            return b""

    def mark(self, owner: bytes) -> None:
        """Let this stand there as whose the files are; call it within `exclusive`."""
        self._write(self._folder / OWNER, owner)

    def _write(self, place: Path, data: bytes) -> None:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o750)
        handle, draft = tempfile.mkstemp(prefix=".new-", dir=self._folder)
        try:
            with open(handle, "wb") as file:  # noqa: PTH123 - a handle, not a path
                file.write(data)
                file.flush()
                os.fsync(file.fileno())
            Path(draft).replace(place)
        except OSError:
            Path(draft).unlink(missing_ok=True)
            raise
        _sync(place.parent)

    def read(self, name: str) -> bytes | None:
        """See `FileStore`; where the disk itself fails, the file counts as damaged."""
        try:
            data = self._place(name).read_bytes()
        except OSError as error:
            if error.errno in (errno.ENOENT, errno.EIO):
                return None
            raise
        if sha256(data).hexdigest() != name:
            _log.warning("files.damaged", sha256=name)
            return None
        return data

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """See `FileStore`; raises OSError without the folder that this one lies in."""
        next(self._folder.parent.iterdir(), None)
        found = {}
        for place in [self._place(name)] if name else self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if is_hash(place.name):
                with suppress(FileNotFoundError):
                    found[place.name] = place.stat().st_size
        return found

    def remove(self, name: str) -> None:
        """See `FileStore`."""
        self._place(name).unlink(missing_ok=True)

    def has_room(self, size: int) -> bool:
        """Tell whether so many bytes fit on the disk and leave the reserve."""
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
