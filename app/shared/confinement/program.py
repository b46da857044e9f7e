"""The program that runs in the separate process: it reads a task from stdin and writes the result to stdout."""

import gc
import io
import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from enum import Enum
from importlib import import_module
from typing import Any

from app.shared.errors import DomainError

NO_MEMORY = 3
"""Exit code if the program ran out of memory."""
_FAILED = 1
_YOUNG = 20_000
"""New objects between two searches for garbage: the process lives for seconds, within its limit of memory."""
_PATIENT = 10
_LARGEST_FILE = 64 * 1024 * 1024
"""Largest file that the work may write, its result included, in bytes."""


def _main(memory: int, seconds: int, wall: int) -> int:
    # Ends this process even if the one that started it has gone.
    signal.alarm(wall + 1)
    # Pages for readers have priority.
    os.nice(_PATIENT)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (_LARGEST_FILE, _LARGEST_FILE))
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds + 1))
    # Imported objects are never freed, and collecting garbage among them takes a fifth of the time.
    gc.disable()
    try:
        module_name, name, args, kwargs = pickle.load(sys.stdin.buffer)  # noqa: S301 - comes from the node itself
        function = getattr(import_module(module_name), name)
        gc.freeze()
        gc.set_threshold(_YOUNG, 10, 10)
        gc.enable()
        answer = _tried(function, args, kwargs)
        sys.stdout.buffer.write(answer)
    except MemoryError:
        return NO_MEMORY
    return 0


def _tried(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickled((None, function(*args, **kwargs)))
    except DomainError as error:
        return pickled(((type(error), error.args, vars(error)), None))


class _Pickler(pickle.Pickler):
    def reducer_override(self, obj: Any) -> Any:
        # Python 3.11.2 of Debian 12 reaches members of enumerations by getattr, which no answer may name.
        return (type(obj), (obj.value,)) if isinstance(obj, Enum) else NotImplemented


def pickled(answer: Any) -> bytes:
    """Return the answer as bytes that name nothing but classes of values, on each version of Python."""
    _Pickler(out := io.BytesIO()).dump(answer)
    return out.getvalue()


if __name__ == "__main__":
    try:
        ended = _main(*map(int, sys.argv[1:]))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - print every error, as the interpreter would
        ended = _FAILED
        traceback.print_exc()
    # Skip the interpreter's clean-up: it would unload libraries while their threads run, and Pango's font thread
    # crashes.
    os._exit(ended)
