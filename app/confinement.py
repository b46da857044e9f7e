# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Runs what a stranger's input can make heavy in a process of its own, in one of a few places that a whole node shares.

The process may take only so much memory and computing, and gives both back when it ends. This file is also the program
that runs in it.
"""

from __future__ import annotations

import fcntl
import io
import os
import pickle
import resource
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, is_dataclass
from enum import Enum
from importlib import import_module
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from app.errors import DomainError, Invalid, Unavailable

P = ParamSpec("P")
T = TypeVar("T")

_PAUSE = 0.05
_PATIENT = 10
_NO_MEMORY = 3
_LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of an answer, or of anything else that the work writes."""
_TOLD = 2000
"""Bytes of what the work says of an error; the last ones."""
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1"}


class Busy(Unavailable):
    """All places are taken; somebody else's work ends in about `retry_after` seconds."""

    def __init__(self, retry_after: int) -> None:
        super().__init__(retry_after)
        self.retry_after = retry_after


class WorkFailed(Exception):
    """The work met an error that nobody foresaw, or its answer cannot be read; the message is for the log."""


class Exhausted(Invalid):
    """The work took all that it was given of `what`, which is "memory" or "time".

    Native libraries end their process when they get no memory, so every unforeseen end of it counts as that.
    """

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one piece of work may take: bytes of address space, seconds of computing, and seconds on the clock."""

    memory: int = 1024 * 1024 * 1024
    seconds: int = 30
    wall: int = 90


class Confinement:
    """Calls functions of this program in processes of their own, no more at a time than there are places."""

    def __init__(
        self,
        folder: Path,
        *,
        places: int,
        patience: float,
        limits: Limits | None = None,
        threads: threading.BoundedSemaphore | None = None,
    ) -> None:
        """Keep one lock file per place in `folder`; wait `patience` seconds for a free one.

        `threads` are those of this process that all such work together may hold, whatever it is for.
        """
        self.folder = folder
        self.places = places
        self._patience = patience
        self._limits = limits or Limits()
        # Who waits holds a thread that readers need, so of each process one waits.
        self._inside = threading.BoundedSemaphore(places + 1)
        self._threads = threads or threading.BoundedSemaphore(places + 1)

    def call(self, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns, or raise the DomainError that it raises.

        The function stands at the top of a module; its arguments and its result are plain values and dataclasses of
        this program.

        Raises:
            Busy: no place became free.
            Exhausted: it took too much memory or time.
            WorkFailed: it met an error that is no DomainError.
        """
        task = pickle.dumps((function.__module__, function.__qualname__, args, kwargs))
        with self._place() as place:
            return self._answer(task, place)  # type: ignore[no-any-return]  # what the function returns comes as bytes

    def taken(self) -> int:
        """Return how many places are taken at this moment, by whichever process."""
        return sum(map(self._is_taken, range(self.places)))

    def _is_taken(self, number: int) -> bool:
        try:
            with (self.folder / f"place-{number}").open("rb") as place:
                fcntl.flock(place, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except FileNotFoundError:
            return False
        except BlockingIOError:
            return True
        return False

    def _answer(self, task: bytes, place: int) -> Any:
        limits = self._limits
        paths = os.pathsep.join(path for path in sys.path if path)
        argv = [sys.executable, "-Ps", __file__, *map(str, (limits.memory, limits.seconds, limits.wall))]
        env = {**_ENVIRONMENT, "PYTHONPATH": paths, "TMPDIR": tempfile.gettempdir()}
        # Into files, whose size is limited too: an answer without end would fill the memory of the node.
        with (
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            # The process holds the place as well, so that it is not free while the work goes on without this one.
            subprocess.Popen(
                argv, stdin=subprocess.PIPE, stdout=out, stderr=err, env=env, start_new_session=True, pass_fds=(place,)
            ) as process,
        ):
            try:
                process.communicate(task, timeout=limits.wall)
            except subprocess.TimeoutExpired as error:
                raise Exhausted("time") from error
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            out.seek(0)
            err.seek(max(0, err.seek(0, os.SEEK_END) - _TOLD))
            return _result(process.returncode, out.read(), err.read())

    @contextmanager
    def _place(self) -> Iterator[int]:
        """Hold one place, and give its descriptor; the system gives it free when all who hold it have ended."""
        with self._held(self._inside), self._held(self._threads):
            self.folder.mkdir(parents=True, exist_ok=True)
            with io.FileIO(self._free_place(time.monotonic() + self._patience)) as place:
                yield place.fileno()

    @contextmanager
    def _held(self, threads: threading.BoundedSemaphore) -> Iterator[None]:
        if not threads.acquire(blocking=False):
            raise Busy(self._retry_after)
        try:
            yield
        finally:
            threads.release()

    @property
    def _retry_after(self) -> int:
        return max(2, round(self._patience))

    def _free_place(self, end: float) -> int:
        while True:
            for number in range(self.places):
                descriptor = os.open(self.folder / f"place-{number}", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except OSError:
                    os.close(descriptor)
                else:
                    return descriptor
            if time.monotonic() > end:
                raise Busy(self._retry_after)
            time.sleep(_PAUSE)


def _result(status: int, out: bytes, err: bytes) -> Any:
    if status in (-signal.SIGXCPU, -signal.SIGALRM):
        raise Exhausted("time")
    if status == _NO_MEMORY or status < 0:
        raise Exhausted("memory")
    if status != 0:
        raise WorkFailed(err.decode("utf-8", "replace"))
    try:
        raised, value = _Answers(io.BytesIO(out)).load()
        error = _made_again(*raised) if raised is not None else None
    except (pickle.UnpicklingError, EOFError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        raise WorkFailed("an answer that cannot be read") from error
    if error is not None:
        raise error
    return value


class _Answers(pickle.Unpickler):
    """Reads what the process answers; it held a stranger's bytes, so it may name values of this program and no more."""

    def find_class(self, module_name: str, name: str) -> Any:
        # Asked before anything is imported. A name with a dot would lead on from a module to what that has imported.
        is_own = module_name.startswith("app.") and module_name in sys.modules and name.isidentifier()
        if is_own or (module_name, name) in _PLAIN:
            found = super().find_class(module_name, name)
            if not is_own or _is_value(found, module_name):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{name}")


_PLAIN = frozenset({("builtins", "frozenset"), ("builtins", "set")})


def _is_value(found: Any, module_name: str) -> bool:
    """Tell whether a class of that module is one of values or errors, whose making does nothing else."""
    if not isinstance(found, type) or found.__module__ != module_name:
        return False
    return is_dataclass(found) or issubclass(found, Enum | DomainError)


def _made_again(kind: Any, args: tuple[Any, ...], fields: dict[str, Any]) -> DomainError:
    """Make an error again without calling its own constructor, whose parameters may be named ones."""
    if not (isinstance(kind, type) and issubclass(kind, DomainError)):
        raise TypeError(kind)
    error: DomainError = kind.__new__(kind)
    error.args = args
    vars(error).update(fields)
    return error


def _main(memory: int, seconds: int, wall: int) -> int:
    # Whoever started this may be gone before the time is over.
    signal.alarm(wall + 1)
    # Whoever reads a page comes first.
    os.nice(_PATIENT)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    try:
        module_name, name, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - comes from the node itself
        answer = _tried(getattr(import_module(module_name), name), args, kwargs)
        sys.stdout.buffer.write(answer)
    except MemoryError:
        return _NO_MEMORY
    return 0


def _tried(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((None, function(*args, **kwargs)))
    except DomainError as error:
        return pickle.dumps(((type(error), error.args, vars(error)), None))


if __name__ == "__main__":
    sys.exit(_main(*map(int, sys.argv[1:])))
