"""How much a document may hold."""

from __future__ import annotations

from collections.abc import Callable

from app.documents.reading.document import DocumentTooLarge, DocumentTooSlow

FILE_LIMIT = 10 * 1024 * 1024
"""Largest file in bytes that a record may hold: what people upload, push and draft, and what other nodes send."""
UNPACKED = 80 * 1024 * 1024
"""Bytes of everything inside a packed document."""
XML = 8 * 1024 * 1024
"""Bytes of one XML part; a report of a hundred pages has about three million."""
ENTRIES = 2_000
"""Files inside a packed document."""
RATIO = 300
"""How many times larger a part may be than packed; office programs reach about a hundred with long tables."""
PAGES = 100
"""Pages of a PDF."""
PARTS = 6_000
"""Headings, paragraphs, items and tables."""
TEXT = 160_000
"""Characters, which is about sixty pages and as much as a draft can hold beside a record."""
CELLS = 5_000
"""Cells of one table."""
SECONDS = 20.0
"""Seconds of computing for one document."""

Stopwatch = Callable[[], float]
"""Returns seconds that never run backwards, such as `time.process_time`."""


class Deadline:
    """Ends a reading that takes too long, at the next place where it is asked."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch
        self._end = stopwatch() + SECONDS

    def check(self) -> None:
        """Raise DocumentTooSlow when the time is over."""
        if self._stopwatch() > self._end:
            raise DocumentTooSlow(SECONDS)


def check(what: str, size: int, limit: int) -> None:
    """Raise DocumentTooLarge when there is more than allowed."""
    if size > limit:
        raise DocumentTooLarge(what, size=size, limit=limit)
