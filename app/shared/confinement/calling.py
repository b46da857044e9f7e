"""Calls functions of this program in processes of their own.

What such a process answers held a stranger's bytes: it is read so that nothing in it makes this process do anything.
"""

from __future__ import annotations

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
"""Seconds after which somebody may ask again for work that a busy machine did not end in its time."""


_ENDED_FROM_OUTSIDE = {-signal.SIGALRM, -signal.SIGKILL, -signal.SIGTERM}


class WorkFailed(Exception):
    """The work met an error that nobody foresaw, or its answer cannot be read; the message is for the log."""


class Exhausted(Unavailable):
    """The work took all that it was given of `what`, which is "memory" or "time" (of computing, not on the clock).

    It would do so again, however little else the machine has to do. Native libraries end their process when they get no
    memory, so every crash of it counts as that. Whoever does the work for something that was sent in refuses that.
    """

    what: str

    headline = N_("This file cannot be made")
    message = N_(
        "Making this file takes more computing time or memory than this site allows for one file; trying again does not"
        " help. You find what it would hold on the page that you came from: please print or save that, or choose"
        " another format."
    )


class Crashed(Exhausted):
    """A native library ended the process: most likely without memory, yet other crashes look the same.

    So nobody is to take for granted that it happens again.
    """


def result_of(status: int, out: bytes, err: bytes) -> Any:
    """Return what a process answers that ended with `status`, or raise the DomainError that it met.

    Raises:
        Exhausted: it took too much memory or computing; Crashed where that is only likely.
        Busy: the machine left it too little computing, or ended it when it ran out of memory or stopped the node.
        WorkFailed: it met another error, or its answer cannot be read.
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


P = ParamSpec("P")
T = TypeVar("T")

_MAX_ERROR_BYTES = 2000
"""Bytes of what the work says of an error; the last ones."""
_ENVIRONMENT = {"PATH": "/usr/local/bin:/usr/bin:/bin", "LC_ALL": "C.UTF-8", "TZ": "UTC", "OMP_NUM_THREADS": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """What one piece of work may take: bytes of address space, seconds of computing, and seconds on the clock.

    The work steps back behind all else, so that a busy machine may need a minute for a second of it; the clock, which
    runs from its start, ends it before a proxy gives up, which would not send back what was typed.
    """

    memory: int = 1024 * 1024 * 1024
    seconds: int = 30
    wall: int = 70


class Confinement:
    """Calls functions of this program in processes of their own, no more at a time than there are places."""

    def __init__(
        self,
        folder: Path,
        *,
        places: int,
        patience: float,
        limits: Limits | None = None,
        threads: Threads | None = None,
    ) -> None:
        """Keep one lock file per place in `folder`; wait `patience` seconds for a free one.

        `threads` are those of this process that all such work together may hold, whatever it is for.
        """
        self.folder = folder
        self.places = places
        self._shared = Places(folder, places)
        self._patience = patience
        self._limits = limits or Limits()
        # Who waits holds a thread that readers need, so of each process one waits.
        self._inside = Threads(places + 1)
        self._threads = threads or Threads(places + 1)

    def call_for(self, asker: str, function: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Return what a function returns, or raise the DomainError that it raises.

        The function stands at the top of a module; its arguments and its result are plain values and dataclasses of
        this program. Of several places, whoever is known by `asker` never holds all, nor all threads for them; "" is
        somebody of whom nothing is known.

        Raises:
            Busy: no place became free, or the machine left it too little computing.
            Exhausted: it took too much memory or computing.
            WorkFailed: it met an error that is no DomainError.
        """
        task = pickle.dumps((function.__module__, function.__qualname__, args, kwargs))
        with self._place(asker) as place:
            return self._answer(task, place)  # type: ignore[no-any-return]  # what the function returns comes as bytes

    def refuse(self, asker: str) -> None:
        """Raise Busy where `call_for` would do so at once: worth asking before anything is made ready for it."""
        if not (self._inside.has_room(asker) and self._threads.has_room(asker)):
            raise Busy(self._retry_after)

    def taken(self) -> int:
        """Return how many places are taken at this moment, by whichever process."""
        return self._shared.taken()

    def _answer(self, task: bytes, place: int) -> Any:
        limits = self._limits
        paths = os.pathsep.join(path for path in sys.path if path)
        argv = [sys.executable, "-Ps", program.__file__, *map(str, (limits.memory, limits.seconds, limits.wall))]
        # Answers go into files, whose size is limited too: one without end would fill the memory of the node. What
        # libraries put into the temporary folder, such as fonts of a PDF, is removed here: the process gives them no
        # time to do so.
        with (
            tempfile.TemporaryDirectory(prefix="apart-", ignore_cleanup_errors=True) as scratch,
            tempfile.TemporaryFile() as out,
            tempfile.TemporaryFile() as err,
            # The process holds the place as well, so that it is not free while the work goes on without this one.
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
        """Hold one place, and give its descriptor; the system gives it free when all who hold it have ended."""
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
