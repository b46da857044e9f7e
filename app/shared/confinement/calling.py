"""Calls functions of this program in processes of their own."""

from __future__ import annotations

import os
import pickle
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, ParamSpec, TypeVar

from app.shared.confinement import program
from app.shared.confinement.answers import LATE_RETRY, result_of
from app.shared.confinement.places import Busy, Places, Threads

P = ParamSpec("P")
T = TypeVar("T")

_TOLD = 2000
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
            err.seek(max(0, err.seek(0, os.SEEK_END) - _TOLD))
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
