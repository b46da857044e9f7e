"""The program that runs in a process of its own: it takes a task, and writes what comes of it."""

from __future__ import annotations

import os
import pickle
import resource
import signal
import sys
import traceback
from collections.abc import Callable
from importlib import import_module
from typing import Any

from app.shared.errors import DomainError

NO_MEMORY = 3
"""What the program ends with when it got no memory."""
_FAILED = 1
_PATIENT = 10
_LARGEST_FILE = 64 * 1024 * 1024
"""Bytes of an answer, or of anything else that the work writes."""


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
        return NO_MEMORY
    return 0


def _tried(function: Callable[..., Any], args: tuple[Any, ...], kwargs: dict[str, Any]) -> bytes:
    try:
        return pickle.dumps((None, function(*args, **kwargs)))
    except DomainError as error:
        return pickle.dumps(((type(error), error.args, vars(error)), None))


if __name__ == "__main__":
    try:
        ended = _main(*map(int, sys.argv[1:]))
        sys.stdout.flush()
    except Exception:  # noqa: BLE001 - whatever the work meets is told, as an orderly end would do
        ended = _FAILED
        traceback.print_exc()
    # An orderly end takes libraries away under their own threads: Pango's, which reads fonts, then ends all in a crash.
    os._exit(ended)
