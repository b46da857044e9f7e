"""Reads objects through one long-lived `git cat-file --batch-command` per process.

A read costs about 0.1 ms instead of the 2 ms of a process of its own.
"""

from __future__ import annotations

import os
import select
import subprocess
import time
import weakref
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TypeVar

from app.records.git.command import Git
from app.records.git.errors import GitTimeout, ObjectMissing, ObjectUnreadable
from app.records.git.locks import ForkLock, after_fork

Answer = TypeVar("Answer")

_CHUNK = 1 << 16
_DEFAULT_SECONDS = 30.0


@dataclass(frozen=True, slots=True, kw_only=True)
class GitObject:
    """An object of the repository; `kind` is blob, tree or commit."""

    oid: str
    kind: str
    data: bytes


class ObjectReader:
    """Thread-safe reader; a forked child starts a git process of its own."""

    def __init__(self, git: Git, *, seconds: float = _DEFAULT_SECONDS) -> None:
        """Read from the repository of `git`; the process starts with the first read."""
        self._git = git
        self._seconds = seconds
        self._lock = ForkLock()
        self._pipe: _Pipe | None = None
        self._finalizer: weakref.finalize[[], ObjectReader] | None = None
        after_fork(self._leave_to_parent)

    def resolve(self, name: str) -> str:
        """Return the object id that `name` (a ref, or `<commit>:<path>`) stands for; raises ObjectMissing."""
        return self._ask("info", name).oid

    def read(self, name: str) -> GitObject:
        """Return the object that `name` stands for.

        Raises ObjectMissing, ObjectUnreadable when it is damaged, and GitTimeout.
        """
        return self._ask("contents", name)

    def read_together(self, names: Sequence[str]) -> list[GitObject | None]:
        """Return the objects that a few names stand for, None for a missing one, in the time of one read.

        Raises like `read`, and ObjectUnreadable when any of them is damaged.
        """
        if not all(name.isprintable() for name in names):
            raise ObjectMissing(next(name for name in names if not name.isprintable()))
        return self._answer(names[0], lambda pipe: pipe.ask_together("contents", names))

    def close(self) -> None:
        """End the git process; the next read starts a new one."""
        with self._lock:
            if self._finalizer is not None:
                self._finalizer()
            self._pipe = None

    def _ask(self, verb: str, name: str) -> GitObject:
        if not name.isprintable():
            raise ObjectMissing(name)
        return self._answer(name, lambda pipe: pipe.ask(verb, name))

    def _answer(self, name: str, question: Callable[[_Pipe], Answer]) -> Answer:
        with self._lock:
            # A process that was ended from outside between two reads is replaced once.
            for _attempt in range(2):
                try:
                    return question(self._connected())
                except (BrokenPipeError, EOFError):
                    self.close()
                except GitTimeout:
                    self.close()
                    raise
        raise ObjectUnreadable(name)

    def _connected(self) -> _Pipe:
        if self._pipe is None:
            self._pipe = _Pipe(self._git.start("cat-file", "--batch-command"), self._seconds)
            self._finalizer = weakref.finalize(self, self._pipe.end)
        return self._pipe

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

    def ask(self, verb: str, name: str) -> GitObject:
        """Send one question and return the answer; raises EOFError when the process has ended."""
        self._deadline = time.monotonic() + self._seconds
        self._send(f"{verb} {name}\n".encode())
        return self._answer(verb, name)

    def ask_together(self, verb: str, names: Sequence[str]) -> list[GitObject | None]:
        """Send several questions at once and return the answers, None for what is missing; raises like `ask`.

        They must be so few that they fit into the pipe together, or both sides would wait for each other.
        """
        self._deadline = time.monotonic() + self._seconds
        self._send("".join(f"{verb} {name}\n" for name in names).encode())
        return [self._answer_or_none(verb, name) for name in names]

    def _answer_or_none(self, verb: str, name: str) -> GitObject | None:
        try:
            return self._answer(verb, name)
        except ObjectMissing:
            return None

    def _answer(self, verb: str, name: str) -> GitObject:
        header = self._line()
        if header in {f"{name} missing", f"{name} ambiguous"}:
            raise ObjectMissing(name)
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

    def _send(self, message: bytes) -> None:
        view = memoryview(message)
        while view:
            view = view[self._in.write(view) :]

    def _line(self) -> str:
        while (end := self._buffer.find(b"\n")) < 0:
            self._fill()
        return self._take(end + 1)[:-1].decode("utf-8", "replace")

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
