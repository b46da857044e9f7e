"""Memory of a serving process, and work done in a child process before it starts."""

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_DEATH_SIGNAL = 1
"""The value of PR_SET_PDEATHSIG in sys/prctl.h."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def run_in_child(work: Callable[[], object]) -> None:
    """Call `work` in a child process and return once it has ended successfully; this process must have no threads yet.

    The child never returns, and errors of `work` are raised in it. If it fails or is killed, this process ends in the
    same way. SIGINT and SIGTERM to either process end both.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    parent, child = os.getpid(), os.fork()
    if child == 0:
        _follow(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
        # Exclude imported objects from garbage collection, which would copy their memory pages.
        gc.freeze()
        gc.enable()
        work()
        sys.stdout.flush()
        sys.stderr.flush()
        # Exit at once: freeing all objects takes a quarter as long as all imports.
        os._exit(0)
    status = _end_of(child)
    if status < 0:
        os.kill(parent, -status)
    if status:
        sys.exit(status)


def _follow(parent: int) -> None:
    """Leave signals of the terminal to the parent, which forwards them, and die with the parent."""
    os.setpgid(0, 0)
    # With `stty tostop`, a terminal stops background processes that write, and nobody would resume this one.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Only Linux has prctl.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _end_of(child: int) -> int:
    """Wait for the child and return its exit code, or -N if signal N killed it or arrived after its end."""
    came: list[int] = []

    def hand_on(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        with suppress(ProcessLookupError):
            os.kill(child, number)

    # A signal that a shell makes background processes ignore stays ignored in both.
    heard = [number for number in _ENDINGS if signal.getsignal(number) is not signal.SIG_IGN]
    before = {number: signal.signal(number, hand_on) for number in heard}
    signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
    try:
        status = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
    return status or -(came[-1] if came else 0)


_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""The values in malloc.h."""
_LARGE = 1024 * 1024


def share_heap() -> None:
    """Make all future threads of this process and its forks share one heap.

    The C library gives each thread a heap of its own, and memory freed there is of no use to other threads: a site with
    10,000 records took a quarter more memory, and kept growing. Sharing costs little, as Python's lock lets only one
    thread compute at a time. Large blocks, such as vectors being written, are allocated outside the heap and returned
    to the system.
    """
    # Only GNU's C library has this function and such heaps.
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
