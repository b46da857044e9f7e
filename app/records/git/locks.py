"""Locks whose holder is gone: those of threads that a fork left behind, and files of a git that was killed.

git makes `<name>.lock` beside what it writes and waits for nobody: while the file is there, the reference can neither
be moved nor removed.
"""

from __future__ import annotations

import os
import threading
import time
import weakref
from collections.abc import Callable
from pathlib import Path
from types import MethodType, TracebackType

from app.records.git.command import Git


def after_fork(method: Callable[[], None]) -> None:
    """Call the bound `method` in each forked child, as long as its object lives."""
    if not isinstance(method, MethodType):
        raise TypeError("only a bound method can be forgotten together with its object")
    reference = weakref.WeakMethod(method)

    def renew() -> None:
        alive = reference()
        if alive is not None:
            alive()

    os.register_at_fork(after_in_child=renew)


class ForkLock:
    """A re-entrant lock between threads that is free again in a forked child.

    A thread that holds a plain lock at the moment of a fork does not exist in the child, so nobody
    would ever release it there.
    """

    def __init__(self) -> None:
        """Make a free lock."""
        self._lock = threading.RLock()
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


ORPHAN_SECONDS = 3.0
"""How long a git process may go on with one reference after the process that started it was killed."""

_FOLDERS = ("refs", "logs", "objects/info")


def left_locks(git: Git, *, older_than: float = 0.0) -> tuple[Path, ...]:
    """Return the lock files of references, settings and lists that have stood for `older_than` seconds, sorted."""
    found = [*git.git_dir.glob("*.lock")]
    for folder in _FOLDERS:
        found += (git.git_dir / folder).rglob("*.lock")
    return tuple(sorted(path for path in found if _age(path) >= older_than))


def remove_left_locks(git: Git) -> tuple[Path, ...]:
    """Remove the lock files that nobody holds and return them; call it only while no process of ours writes.

    A git process that outlived the one that started it gets the time to end.
    """
    found = left_locks(git)
    if found:
        time.sleep(max(0.0, ORPHAN_SECONDS - min(map(_age, found))))
    left = tuple(path for path in left_locks(git) if path in found)
    for path in left:
        path.unlink(missing_ok=True)
    return left


def _age(path: Path) -> float:
    try:
        return max(0.0, time.time() - path.stat().st_mtime)
    except FileNotFoundError:
        # git has just removed it, so it is nobody's any more.
        return 0.0
