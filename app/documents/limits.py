"""How much a file may hold. Each limit is checked before the memory or time that it guards is spent."""

from __future__ import annotations

from collections.abc import Callable

from app.documents.errors import DocumentTooLarge, DocumentTooSlow

FILE_LIMIT = 10 * 1024 * 1024
"""Largest file in bytes that a record may hold: what people upload, push and draft, and what other nodes send."""

# Packed documents
UNPACKED = 64 * 1024 * 1024
"""Bytes of everything inside a packed document, and of each packed list of objects in a PDF."""
PARTS = 2_000
"""Files inside."""
RATIO = 300
"""How many times larger a part may be than packed; office programs reach about a hundred with long tables."""
SMALL = 256 * 1024
"""Bytes of a part up to which its ratio does not matter."""
XML = 24 * 1024 * 1024
"""Bytes of one XML part; a sheet of a hundred thousand filled cells has about four million."""
REPORT_XML = 8 * 1024 * 1024
"""Bytes of one XML part of a report; one of a hundred pages has about three million."""
ELEMENTS = 1_000_000
"""Elements of one XML part, each of which takes about 300 bytes while it is read."""
ATTRIBUTES = 1_500_000
"""Attributes of one XML part, which take as much."""
INNER_DOCUMENTS = 200
"""Charts and formulas in one document."""

# Pictures
PIXELS = 40_000_000
"""The largest picture; good cameras reach about half of it."""
DOCUMENT_PIXELS = 200_000_000
"""Of all pictures of a document together; a packed picture of one colour takes next to nothing, and seconds to draw."""

# Reports that are read
PAGES = 100
"""Pages of a PDF."""
PIECES = 6_000
"""Headings, paragraphs, items and tables."""
TEXT = 160_000
"""Characters, which is about sixty pages and as much as a draft can hold beside a record."""
CELLS = 5_000
"""Cells of one table."""
DEPTH = 20
"""Elements inside each other; readers step into each, and Python ends at about a thousand."""
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
            raise DocumentTooSlow


def check(what: str, size: int, limit: int) -> None:
    """Raise DocumentTooLarge when there is more than allowed."""
    if size > limit:
        raise DocumentTooLarge(what, size=size, limit=limit)
