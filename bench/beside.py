"""Work that goes on in threads of its own beside what is measured."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def beside(*works: Callable[[threading.Event], object], seconds: float | None = None) -> Iterator[None]:
    """Have all of these work until the end, of which the event tells them, and then wait for them, so long at most."""
    over = threading.Event()
    # A client that hangs keeps no program from ending.
    threads = [threading.Thread(target=work, args=(over,), daemon=True) for work in works]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        over.set()
        for thread in threads:
            thread.join(seconds)
