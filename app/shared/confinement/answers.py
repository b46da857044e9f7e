"""What the process answers that held a stranger's bytes: read so that nothing in it makes this process do anything."""

from __future__ import annotations

import io
import pickle
import signal
import sys
from dataclasses import is_dataclass
from enum import Enum
from typing import Any

from app.shared.confinement.places import Busy
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
