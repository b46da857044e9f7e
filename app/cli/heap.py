# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""One heap for all threads of a process.

The C library gives each thread one of its own, and what a thread has given back there is of no use to others: a site
with 10,000 records took a quarter more memory, and went on growing. Python's lock lets one thread compute at a time
anyway.
"""

from __future__ import annotations

import ctypes
from contextlib import suppress

_ARENA_MAX = -8
"""M_ARENA_MAX of malloc.h."""


def share_heap() -> None:
    """Let all threads that are still to come, here and in processes made by fork, use the same heap."""
    # Other C libraries than GNU's have no such function, and no such heaps.
    with suppress(OSError, AttributeError):
        ctypes.CDLL(None).mallopt(_ARENA_MAX, 1)
