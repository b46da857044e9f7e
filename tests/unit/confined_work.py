"""Work for a process of its own; by itself, so that the process has nothing else to import."""

import atexit
import os
import signal
import time
from pathlib import Path
from tempfile import mkdtemp


def take_memory() -> int:
    return len(bytearray(3 * 1024 * 1024 * 1024))


def take_time() -> None:
    while True:
        pass


def sleep(seconds: float) -> int:
    time.sleep(seconds)
    return os.getpid()


def rank() -> int:
    return os.getpriority(os.PRIO_PROCESS, 0)


def crash_at_the_end() -> str:
    """End as a process does whose libraries leave threads behind."""
    atexit.register(os.kill, os.getpid(), signal.SIGSEGV)
    return "done"


def fail_and_crash_at_the_end() -> None:
    crash_at_the_end()
    fail()


def leave_a_folder() -> str:
    """Leave behind what libraries mean to take away as the process ends."""
    folder = Path(mkdtemp())
    (folder / "font.ttf").write_text("glyphs")
    return str(folder)


def end_badly() -> None:
    os.abort()


def fail() -> None:
    raise KeyError("unforeseen")


class Foreign:
    """What a process that was taken over might answer with."""

    def __reduce__(self) -> tuple[object, ...]:
        return (os.system, ("true",))


def answer_with_a_call() -> Foreign:
    return Foreign()
