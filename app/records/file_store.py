"""Pictures and files in a folder, each stored under its own hash and never changed."""

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
"""Seconds that a process adding or removing files waits for another."""
OWNER = "node"
"""The file in the folder that names the node that owns it."""
RESERVE = 512 * 1024 * 1024
"""Bytes of the disk kept free for everything else a node writes."""
_MAX_FAILURES = 10
"""Failures in a row after which the store is at fault, not the files."""
_MAX_OWNER_BYTES = 300
_HASH = re.compile(r"[0-9a-f]{64}")
_log = structlog.get_logger(__name__)


class StoreUnavailable(Unavailable):
    """The store cannot be used now."""


class StoreBusy(StoreUnavailable):
    """Another process has been using the store for longer than a caller should wait."""

    message = "another process is working on pictures and files. Wait for it, then call again"


class StoreUnreachable(StoreUnavailable):
    """The store does not answer, or not correctly; `reason` is a stable code."""

    reason: str

    message = "pictures and files cannot be reached in NODE_FILES: %(reason)s. See: erfahrungsnetz doctor"


class StoreOfAnother(StoreUnavailable):
    """The store belongs to another node: `owner` is its address, "" if it has files but no owner is named."""

    owner: str

    message = (
        'files of another node ("%(owner)s") lie in NODE_FILES, so none is added or removed there. '
        "See: erfahrungsnetz doctor"
    )


class FileStore:
    """A folder of files by content, `ab/abcdef…`. Every method may raise OSError and StoreUnreachable."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def exclusive(self, patience: float = PATIENCE) -> Iterator[None]:
        """Hold the lock for changes, after removing what killed writers left; raises StoreBusy after `patience`."""
        self._folder.mkdir(exist_ok=True, mode=0o750)
        try:
            with FileLock(self._folder / ".lock", timeout=patience):
                for left in self._folder.glob(".new-*"):
                    left.unlink(missing_ok=True)
                yield
        except Timeout as error:
            raise StoreBusy from error

    def put(self, name: str, data: bytes) -> None:
        """Store bytes permanently under their hash; call it within `exclusive`."""
        self._write(self._place(name), data)

    def owner(self) -> bytes:
        """Return the owner of the store, empty if none is named."""
        try:
            return (self._folder / OWNER).read_bytes()
        except FileNotFoundError:
            return b""

    def mark(self, owner: bytes) -> None:
        """Write the owner of the store; call it within `exclusive`."""
        self._write(self._folder / OWNER, owner)

    def _write(self, place: Path, data: bytes) -> None:
        """Write a file to the disk completely before it gets its name."""
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
        # Sync the folder as well, because a crash could otherwise lose the new name.
        folder = os.open(place.parent, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)

    def read(self, name: str) -> bytes | None:
        """Return the bytes with this SHA-256, None if missing or damaged; raises OSError for a temporary failure."""
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
        """Return the length of each file (or of one) by hash. Raises OSError if the parent folder is missing."""
        next(self._folder.parent.iterdir(), None)
        found = {}
        for place in [self._place(name)] if name else self._folder.glob("[0-9a-f][0-9a-f]/*"):
            if _HASH.fullmatch(place.name):
                with suppress(FileNotFoundError):
                    found[place.name] = place.stat().st_size
        return found

    def remove(self, name: str) -> None:
        """Remove a file if it exists; call it within `exclusive`."""
        self._place(name).unlink(missing_ok=True)

    def has_room(self, size: int) -> bool:
        """Return whether `size` bytes fit on the disk without touching the reserve."""
        folder = next(place for place in (self._folder, *self._folder.parents) if place.is_dir())
        return shutil.disk_usage(folder).free - size >= RESERVE

    def _place(self, name: str) -> Path:
        return self._folder / name[:2] / name


class SharedFileStore(FileStore):
    """The files of one node in a folder that other nodes can also reach; the folder names its owner.

    A node removes files that none of its records names, so two nodes in one folder would remove each other's files. All
    may read, because a file is identified by its hash.
    """

    def __init__(self, folder: Path, node: str, formerly: str, knows: Callable[[Collection[str]], bool]) -> None:
        """`node` is the node's address, `formerly` its previous one or "".

        `knows` returns whether the node names any of some files; if so, a folder without owner is its own. Otherwise,
        if the folder contains files, the operator must name the owner, because removing files is irreversible.
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
        """See `FileStore`; raises StoreOfAnother as well, so that no other node's files are removed as superfluous."""
        owner = self._address()
        if owner and owner not in self._own:
            raise StoreOfAnother(owner)
        found = super().sizes(name)
        if found and not (owner or name or self._knows(found.keys())):
            raise StoreOfAnother("")
        return found

    def _address(self) -> str:
        # It appears in messages, so somebody who can write to the folder must not get more than an address into them.
        mark = self.owner()[:_MAX_OWNER_BYTES].decode("utf-8", "replace")
        return "".join(letter for letter in mark if letter.isprintable())


def one_by_one(
    names: Iterable[str], do: Callable[[str], object]
) -> tuple[frozenset[str], OSError | StoreUnavailable | None]:
    """Call `do` for each file unless all fail; return the names for which it succeeded, and the first failure."""
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
