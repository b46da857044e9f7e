"""Pictures and files in a folder, each under its own hash, and never changed: the same content is the same file."""

from __future__ import annotations

import errno
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path

import structlog
from filelock import FileLock, Timeout

from app.shared.errors import Unavailable

PATIENCE = 60.0
"""Seconds for which somebody who removes or adds something waits for another."""
OWNER = "node"
"""The file beside the others that names whose they are."""
RESERVE = 512 * 1024 * 1024
"""Bytes that stay free on the disk for everything else a node writes."""
_MAX_FAILURES = 10
"""Failures in a row after which the store is at fault, and not the files."""
_MAX_OWNER_BYTES = 300
_HASH = re.compile(r"[0-9a-f]{64}")
_log = structlog.get_logger(__name__)


class StoreUnavailable(Unavailable):
    """The store cannot be worked on now."""


class StoreBusy(StoreUnavailable):
    """Another process has been working on the store for longer than a caller should wait."""

    message = "another process is working on pictures and files. Wait for it, then call again"


class StoreUnreachable(StoreUnavailable):
    """The store does not answer, or not as it should; `reason` is a stable code."""

    reason: str

    message = "pictures and files cannot be reached in NODE_FILES: %(reason)s. See: erfahrungsnetz doctor"


class StoreOfAnother(StoreUnavailable):
    """Another node keeps its files there: `owner` is its address, "" where files lie there that nobody says are his."""

    owner: str

    message = (
        'files of another node ("%(owner)s") lie in NODE_FILES, so none is added or removed there. '
        "See: erfahrungsnetz doctor"
    )


class FileStore:
    """A folder with one file per content, `ab/abcdef…`. Every question may raise OSError and StoreUnreachable.

    It is made with the first file, the folder it lies in never.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the right to add and remove, between all threads and processes; raises StoreBusy after `patience`.

        Removes what a process left that was killed while it wrote.
        """
        self._folder.mkdir(exist_ok=True, mode=0o750)
        try:
            with FileLock(self._folder / ".lock", timeout=patience):
                for left in self._folder.glob(".new-*"):
                    left.unlink(missing_ok=True)
                yield
        except Timeout as error:
            raise StoreBusy from error

    def put(self, name: str, data: bytes) -> None:
        """Keep bytes under their hash for good; call it within `exclusive`."""
        self._write(self._place(name), data)

    def owner(self) -> bytes:
        """Return whose the files are, empty where nothing says so."""
        try:
            return (self._folder / OWNER).read_bytes()
        except FileNotFoundError:
            return b""

    def mark(self, owner: bytes) -> None:
        """Write down whose the files are; call it within `exclusive`."""
        self._write(self._folder / OWNER, owner)

    def _write(self, place: Path, data: bytes) -> None:
        """Write a file down to the disk before it has its name."""
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
        # Without the folder's list of names on the disk, a crash could lose the new name.
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, name: str) -> bytes | None:
        """Return the bytes with this SHA-256; None when they are not here, are damaged, or the disk itself fails.

        What only cannot be read now raises: somebody may remove what is damaged.
        """
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
        """Return the length of each file by its hash, without reading it: of all, or of the one with this hash.

        Raises OSError without the folder that this one lies in.
        """
        next(self._folder.parent.iterdir(), None)
        found = {}
        for place in [self._place(name)] if name else self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if _HASH.fullmatch(place.name):
                with suppress(FileNotFoundError):
                    found[place.name] = place.stat().st_size
        return found

    def remove(self, name: str) -> None:
        """Remove a file if it is there; call it within `exclusive`."""
        self._place(name).unlink(missing_ok=True)

    def has_room(self, size: int) -> bool:
        """Tell whether `size` bytes fit on the disk and leave the reserve."""
        folder = next(place for place in (self._folder, *self._folder.parents) if place.is_dir())
        return shutil.disk_usage(folder).free - size >= RESERVE

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name


class SharedFileStore(FileStore):
    """The files of one node in a folder that other nodes can reach too; the folder names its node.

    A node removes what none of its records names, so two in one folder would remove each other's files. All may read:
    a file is known by its hash.
    """

    def __init__(self, folder: Path, node: str, formerly: str, knows: Callable[[Collection[str]], bool]) -> None:
        """`node` is the node's address, `formerly` the one it had before or "".

        `knows` tells whether the node names any of some files: then a folder without a mark is its own. Where it names
        none, and files lie there, the operator has to write the mark: removing them would be for good.
        """
        super().__init__(folder)
        self._node = node
        self._own = {node, formerly} - {""}
        self._knows = knows

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """See `FileStore`; raises StoreOfAnother as well."""
        with super().exclusive(patience):
            if self._address() != self._node:
                self.sizes()
                self.mark(self._node.encode())
            yield

    def sizes(self, name: str = "") -> Mapping[str, int]:
        """See `FileStore`; raises StoreOfAnother as well, so that nobody removes another's files as superfluous."""
        owner = self._address()
        if owner and owner not in self._own:
            raise StoreOfAnother(owner)
        found = super().sizes(name)
        if found and not (owner or name or self._knows(found.keys())):
            raise StoreOfAnother("")
        return found

    def _address(self) -> str:
        # It goes into messages: whoever can write there must not write more into them than an address.
        mark = self.owner()[:_MAX_OWNER_BYTES].decode("utf-8", "replace")
        return "".join(letter for letter in mark if letter.isprintable())


def one_by_one(
    names: Iterable[str], do: Callable[[str], object]
) -> tuple[frozenset[str], OSError | StoreUnavailable | None]:
    """Do something with each file, going on after failures unless all fail.

    Returns the names with which it was done, and the first failure.
    """
    done, in_a_row, first = set[str](), 0, None
    for name in names:
        try:
            do(name)
        except (OSError, StoreUnavailable) as error:
            _log.error("files.one_left", sha256=name, reason=str(error))
            first, in_a_row = first or error, in_a_row + 1
        else:
            done.add(name)
            in_a_row = 0
        if in_a_row == _MAX_FAILURES:
            break
    return frozenset(done), first
