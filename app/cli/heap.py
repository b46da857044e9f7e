"""One heap for all threads of a process.

The C library gives each thread one of its own, and what a thread has given back there is of no use to others: a site
with 10,000 records took a quarter more memory, and went on growing. Python's lock lets one thread compute at a time
anyway. Large pieces, such as vectors while they are written, lie beside the heap and go back to the system at once; by
itself the library would soon put them into it.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_TRIM_THRESHOLD, _MMAP_THRESHOLD, _ARENA_MAX = -1, -3, -8
"""As in malloc.h."""
_LARGE = 1024 * 1024


def share_heap() -> None:
    """Let all threads that are still to come, here and in processes made by fork, use the same heap."""
    # Other C libraries than GNU's have no such function, and no such heaps.
    with suppress(OSError, AttributeError):
        library = ctypes.CDLL(None)
        library.mallopt(_ARENA_MAX, 1)
        library.mallopt(_MMAP_THRESHOLD, _LARGE)
        library.mallopt(_TRIM_THRESHOLD, _LARGE)
