"""Calls functions in separate processes, whose answers are not trusted: they are parsed, nothing is executed."""

import io
import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, is_dataclass
from enum import Enum
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from app.shared.confinement import program
from app.shared.confinement.places import Busy, Places, Threads
from app.shared.confinement.program import NO_MEMORY
from app.shared.errors import DomainError, Unavailable
from app.shared.wording import N_

LATE_RETRY = 30
"""Seconds after which to retry work that a busy machine did not finish in time."""


_ENDED_FROM_OUTSIDE = {-signal.SIGALRM, -signal.SIGKILL, -signal.SIGTERM}


class WorkFailed(Exception):
    """The work raised an unexpected error, or its answer cannot be read; the message is for the log."""


class Exhausted(Unavailable):
    """The work used up its limit of `what`: "memory" or "time" (CPU time, not elapsed time).

    A retry would fail too, even on an idle machine, so callers should refuse the input. Native libraries crash when
    they get no memory, so every crash counts as "memory".
    """

    what: str

    headline = N_("This file cannot be made")
    message = N_(
        "Making this file takes more computing time or memory than this site allows for one file; trying again does not"
        " help. You find what it would hold on the page that you came from: please print or save that, or choose"
        " another format."
    )


class Crashed(Exhausted):
    """A native library crashed, most likely for lack of memory: a retry may succeed."""


def result_of(status: int, out: bytes, err: bytes) -> Any:
    """Return the result of a process that ended with `status`, or raise the DomainError of its work.

    Raises:
        Exhausted: it exceeded its limit of memory or CPU time; Crashed if that is only likely.
        Busy: the machine was too busy, or killed the process when it ran out of memory or stopped the node.
        WorkFailed: it raised another error, or its answer cannot be read.
    """
    if status == -signal.SIGXCPU:
        raise Exhausted("time")
    if status in _ENDED_FROM_OUTSIDE:
        raise Busy(LATE_RETRY)
    if status < 0:
        raise Crashed("memory")
    if status == NO_MEMORY:
        raise Exhausted("memory")
    if status != 0:
        raise WorkFailed(err.decode("utf-8", "replace"))
    try:
        raised, value = Answers(io.BytesIO(out)).load()
        error = _made_again(*raised) if raised is not None else None
    except Exception as error:
        raise WorkFailed("an answer that cannot be read") from error
    if error is not None:
        raise error
    return value


class Answers(pickle.Unpickler):
    """Unpickles the answer of a process that handled untrusted bytes; allows only value classes of this program."""

    def find_class(self, module_name: str, name: str) -> Any:
        # Checked before anything is imported. A dotted name could reach whatever a module has imported.
        is_own = module_name.startswith("app.") and module_name in sys.modules and name.isidentifier()
        if is_own or (module_name, name) in _PLAIN:
            found = super().find_class(module_name, name)
            if not is_own or _is_value(found, module_name):
                return found
        raise pickle.UnpicklingError(f"{module_name}.{name}")


_PLAIN = frozenset({("builtins", "frozenset"), ("builtins", "set")})


def _is_value(found: Any, module_name: str) -> bool:
    """Return whether `found` is a class of values or errors of that module, whose creation has no side effects."""
    if not isinstance(found, type) or found.__module__ != module_name:
        return False
    return is_dataclass(found) or issubclass(found, Enum | DomainError)


def _made_again(kind: Any, args: tuple[Any, ...], fields: dict[str, Any]) -> DomainError:
    """Recreate an error without calling its constructor, whose parameters may be keyword-only."""
    if not (isinstance(kind, type) and issubclass(kind, DomainError)):
        raise TypeError(kind)
    error: DomainError = kind.__new__(kind)
    error.args = args
    vars(error).update(fields)
    return error


P = ParamSpec("P")
T = TypeVar("T")

_MAX_ERROR_BYTES = 2000
"""Length of the error output that is kept, in bytes; the end of it counts."""
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits for one piece of work: bytes of address space, seconds of CPU time, and seconds elapsed.

    The work has low priority, so a busy machine may need a minute for one second of it. The limit on elapsed time,
    counted from the start, is shorter than that of a proxy, so that the user gets back what they typed.
    """

    memory: int = 1024 * 1024 * 1024
    seconds: int = 30
    wall: int = 70


class Confinement:
    """Calls functions of this program in separate processes, up to `places` at a time."""

    def __init__(
        self,
        folder: Path,
        *,
        places: int,
        patience: float,
        limits: Limits | None = None,
        threads: Threads | None = None,
    ) -> None:
        """One lock file per place in `folder`; wait `patience` s. `threads`: those all such work may occupy."""
        self.folder = folder
        self.places = places
        self._shared = Places(folder, places)
        self._patience = patience
        self._limits = limits or Limits()
        # Callers that wait occupy a thread that readers need, so let only one per process wait.
        self._inside = Threads(places + 1)
        self._threads = threads or Threads(places + 1)

    def call_for(self, asker: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what the function returns, or raise the DomainError that it raises.

        The function must be at the top level of a module; arguments and result are plain values and dataclasses of
        this program. If there are several places or threads, one `asker` never gets all of them; "" is an unknown
        asker.

        Raises:
            Busy: no place became free, or the machine is too busy.
            Exhausted: the work exceeded its limit of memory or CPU time.
            WorkFailed: it raised an error that is no DomainError.
        """
        task = pickle.dumps((function.__module__, function.__qualname__, args, kwargs))
        with self._place(asker) as place:
            return self._answer(task, place)  # type: ignore[no-any-return]  # what the function returns comes as bytes

    def refuse(self, asker: str) -> None:
        """Raise Busy if `call_for` would do so at once; call this before preparing expensive arguments."""
        if not (self._inside.has_room(asker) and self._threads.has_room(asker)):
            raise Busy(self._retry_after)

    def taken(self) -> int:
        """Return how many places are in use now, by all processes."""
        return self._shared.taken()

    def _answer(self, task: bytes, place: int) -> Any:
        limits = self._limits
        paths = os.pathsep.join(path for path in sys.path if path)
        argv = [sys.executable, "-Ps", program.__file__, *map(str, (limits.memory, limits.seconds, limits.wall))]
        # The output goes to files, whose size is limited: unlimited output would fill the node's memory. The temporary
        # folder is removed here, because the process exits without letting libraries delete what they put there.
        with (
            tempfile.TemporaryDirectory(prefix="apart-", ignore_cleanup_errors=True) as scratch,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            # The process inherits the lock, so that its place stays taken while it runs, even if this process ends.
            subprocess.Popen(
                argv,
                env={**_ENVIRONMENT, "PYTHONPATH": paths, "TMPDIR": scratch},
                stdin=subprocess.PIPE,
                stdout=out,
                stderr=err,
                start_new_session=True,
                pass_fds=(place,),
            ) as process,
        ):
            try:
                process.communicate(task, timeout=limits.wall)
            except subprocess.TimeoutExpired as error:
                raise Busy(LATE_RETRY) from error
            finally:
                with suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)
            out.seek(0)
            err.seek(max(0, err.seek(0, os.SEEK_END) - _MAX_ERROR_BYTES))
            return result_of(process.returncode, out.read(), err.read())

    @contextmanager
    def _place(self, asker: str) -> Iterator[int]:
        """Lock one place and yield its descriptor; the system unlocks it when all processes that hold it have ended."""
        wait = self._retry_after
        with (
            self._inside.held(asker, wait),
            self._threads.held(asker, wait),
            self._shared.one(asker, self._patience, wait) as place,
        ):
            yield place

    @property
    def _retry_after(self) -> int:
        return max(2, round(self._patience))
