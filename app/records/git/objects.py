"""Git objects, read through one `git cat-file` per process (0.1 ms instead of 2 ms) and stored without git."""

import os
import select
import subprocess
import threading
import time
import weakref
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from hashlib import sha1
from secrets import token_hex
from types import TracebackType

from app.records.git.command import Git
from app.records.git.errors import GitTimeout, ObjectMissing, ObjectUnreadable

_CHUNK = 1 << 16
_COMPRESSION = 1
"""zlib's fastest level; garbage collection compresses better later."""


def after_fork(method: Callable[[], None]) -> None:
    """Call the bound `method` in each forked child, as long as its object exists."""
    reference = weakref.WeakMethod(method)

    def renew() -> None:
        alive = reference()
        if alive is not None:
            alive()

    os.register_at_fork(after_in_child=renew)


class ForkLock:
    """A re-entrant lock that is free again in a forked child, where the thread that held it does not exist."""

    def __init__(self) -> None:
        """Make a free lock."""
        self._renew()
        after_fork(self._renew)

    def _renew(self) -> None:
        self._lock = threading.RLock()

    def __enter__(self) -> None:
        """Wait for the lock and take it."""
        self._lock.acquire()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Give the lock back."""
        self._lock.release()


@dataclass(frozen=True, slots=True, kw_only=True)
class GitObject:
    """An object of the repository; `kind` is blob, tree or commit."""

    oid: str
    kind: str
    data: bytes


class ObjectReader:
    """A thread-safe reader; a forked child starts its own git process."""

    def __init__(self, git: Git, *, seconds: float = 30.0) -> None:
        """Read from the repository of `git`; the process starts at the first read."""
        self._git = git
        self._seconds = seconds
        self._lock = ForkLock()
        self._pipe: _Pipe | None = None
        self._finalizer: weakref.finalize[[], ObjectReader] | None = None
        after_fork(self._leave_to_parent)

    def resolve(self, name: str) -> str:
        """Return the object id of `name` (a ref, or `<commit>:<path>`); raises ObjectMissing."""
        return self._one("info", name).oid

    def read(self, name: str) -> GitObject:
        """Return the object with this name. Raises ObjectMissing, ObjectUnreadable (damaged) and GitTimeout."""
        return self._one("contents", name)

    def read_together(self, names: Sequence[str]) -> list[GitObject | None]:
        """Return a few objects in the time of one (None: missing). Raises ObjectUnreadable and GitTimeout."""
        return self._ask("contents", names)

    def close(self) -> None:
        """End the git process; the next read starts a new one."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._pipe = None

    def _one(self, verb: str, name: str) -> GitObject:
        (found,) = self._ask(verb, [name])
        if found is None:
            raise ObjectMissing(name)
        return found

    def _ask(self, verb: str, names: Sequence[str]) -> list[GitObject | None]:
        for name in names:
            # A line feed would start a second request.
            if not name.isprintable():
                raise ObjectMissing(name)
        with self._lock:
            # If the process was ended from outside between two reads, replace it once.
            for _attempt in range(2):
                if self._pipe is None:
                    self._pipe = _Pipe(self._git.start("cat-file", "--batch-command"), self._seconds)
                    self._finalizer = weakref.finalize(self, self._pipe.end)
                try:
                    return self._pipe.ask(verb, names)
                except (BrokenPipeError, EOFError):
                    self.close()
                except GitTimeout:
                    self.close()
                    raise
        raise ObjectUnreadable(names[0])

    def _leave_to_parent(self) -> None:
        if self._pipe is not None and self._finalizer is not None:
            self._finalizer.detach()
            self._pipe.disown()
        self._pipe = None


class _Pipe:
    """One running `cat-file`; unbuffered, so that a fork never copies half a message."""

    def __init__(self, process: subprocess.Popen[bytes], seconds: float) -> None:
        assert process.stdin is not None  # noqa: S101 - opened as pipes by Git.start()
        assert process.stdout is not None  # noqa: S101
        self._process = process
        self._seconds = seconds
        self._deadline = 0.0
        self._in = process.stdin
        self._out = process.stdout
        self._buffer = bytearray()
        self._poll = select.poll()
        self._poll.register(self._out, select.POLLIN | select.POLLHUP)

    def ask(self, verb: str, names: Sequence[str]) -> list[GitObject | None]:
        """Send requests that fit into the pipe together and return the answers (None: missing); raises EOFError."""
        self._deadline = time.monotonic() + self._seconds
        view = memoryview("".join(f"{verb} {name}\n" for name in names).encode())
        while view:
            view = view[self._in.write(view) :]
        return [self._answer(verb, name) for name in names]

    def _answer(self, verb: str, name: str) -> GitObject | None:
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill()
        header = self._take(end + 1)[:-1].decode("utf-8", "replace")
        if header in {f"{name} missing", f"{name} ambiguous"}:
            return None
        oid, kind, size = header.split(" ")
        data = self._take(int(size) + 1)[:-1] if verb == "contents" else b""
        return GitObject(oid=oid, kind=kind, data=data)

    def end(self) -> None:
        """Close the pipes and wait for the process."""
        self._in.close()
        self._out.close()
        self._process.kill()
        self._process.wait()

    def disown(self) -> None:
        """Close this child's copies of the pipes; the process belongs to the parent."""
        self._in.close()
        self._out.close()
        self._process.returncode = 0

    def _take(self, size: int) -> bytes:
        while len(self._buffer) < size:
            self._fill()
        taken = bytes(memoryview(self._buffer)[:size])
        del self._buffer[:size]
        return taken

    def _fill(self) -> None:
        left = self._deadline - time.monotonic()
        if left <= 0 or not self._poll.poll(left * 1000):
            raise GitTimeout("cat-file", seconds=self._seconds)
        chunk = os.read(self._out.fileno(), _CHUNK)
        if not chunk:
            raise EOFError
        self._buffer += chunk


class ObjectStore:
    """Writes loose objects, each on disk before a reference names it; safe across threads and processes."""

    def __init__(self, git: Git) -> None:
        self._git = git

    def write(self, kind: str, data: bytes) -> str:
        """Store an object of this kind (blob, tree or commit) and return its id; raises OSError."""
        self._git.present()
        content = b"%s %d\0%s" % (kind.encode(), len(data), data)
        oid = sha1(content, usedforsecurity=False).hexdigest()
        place = self._git.git_dir / "objects" / oid[:2] / oid[2:]
        try:
            # Garbage collection decides by modification time about unreferenced objects, so renew it.
            os.utime(place)
        except (FileNotFoundError, PermissionError):
            # The object is new, or belongs to another user, so that its time cannot be set: write it.
            place.parent.mkdir(exist_ok=True)
            # Garbage collection recognises interrupted writes by this name.
            new = place.with_name(f"tmp_obj_{token_hex(8)}")
            try:
                with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o444), "wb") as file:
                    file.write(zlib.compress(content, _COMPRESSION))
                    file.flush()
                    os.fsync(file.fileno())
                new.replace(place)
            except BaseException:
                new.unlink(missing_ok=True)
                raise
        return oid
