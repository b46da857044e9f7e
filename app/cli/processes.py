"""What a process that serves is made of: its heap, and what another one did for it before."""

from __future__ import annotations

import ctypes
import gc
import os
import signal
import sys
from collections.abc import Callable
from contextlib import suppress
from types import FrameType

_DEATH_SIGNAL = 1
"""As in sys/prctl.h."""
_ENDINGS = (signal.SIGINT, signal.SIGTERM)


def run_in_child(work: Callable[[], object]) -> None:
    """Call `work` in a child of this process, which has no threads yet, and return when that has ended well.

    The child never returns: what `work` raises is raised there. Where it does not end well, this process ends as it
    did. Whoever ends one of them ends both.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
    parent, child = os.getpid(), os.fork()
    if child == 0:
        _follow(parent)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
        # What was imported is no garbage, and looking through it would copy it.
        gc.freeze()
        gc.enable()
        work()
        sys.stdout.flush()
        sys.stderr.flush()
        # At once: to take everything apart before takes as long as a quarter of all imports.
        os._exit(0)
    status = _end_of(child)
    if status < 0:
        os.kill(parent, -status)
    if status:
        sys.exit(status)


def _follow(parent: int) -> None:
    """Let a terminal speak to the parent alone, which hands it on, and end when that is killed."""
    os.setpgid(0, 0)
    # A terminal set so (stty tostop) stops whoever writes from behind, and nobody would wake it up.
    signal.signal(signal.SIGTTOU, signal.SIG_IGN)
    # Other systems than Linux have no such function.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).prctl(_DEATH_SIGNAL, signal.SIGKILL)
    if os.getppid() != parent:
        os._exit(1)


def _end_of(child: int) -> int:
    """Wait for the child and return its exit code, or less than 0 for the signal that ended it or came too late."""
    came: list[int] = []

    def hand_on(number: int, frame: FrameType | None) -> None:
        del frame
        came.append(number)
        with suppress(ProcessLookupError):
            os.kill(child, number)

    # What a shell lets a process in the background ignore is ignored by both.
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
"""As in malloc.h."""
_LARGE = 1024 * 1024


def share_heap() -> None:
    """Let all threads that are still to come, here and in processes made by fork, use the same heap.

    The C library gives each thread one of its own, and what a thread has given back there is of no use to others: a
    site with 10,000 records took a quarter more memory, and went on growing. Python's lock lets one thread compute at a
    time anyway. Large pieces, such as vectors while they are written, lie beside the heap and go back to the system.
    """
    # Other C libraries than GNU's have no such function, and no such heaps.
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
