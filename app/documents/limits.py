"""Limits on the contents of files. Each is checked before the memory or time that it protects is spent."""

from collections.abc import Callable

from app.documents.errors import DocumentTooLarge, DocumentTooSlow

FILE_LIMIT = 10 * 1024 * 1024
"""Maximum bytes of a file of a record, whether uploaded, pushed, in a draft, or sent by another node."""

# Packed documents
UNPACKED = 64 * 1024 * 1024
"""Bytes of all parts of a package when unpacked, and of each compressed object stream in a PDF."""
PARTS = 2_000
"""Files in a package."""
RATIO = 300
"""Maximum compression ratio of a part; office programs reach about a hundred with long tables."""
SMALL = 256 * 1024
"""Bytes of a part below which its ratio does not matter."""
XML = 24 * 1024 * 1024
"""Bytes of one XML part; a sheet of a hundred thousand filled cells has about four million."""
REPORT_XML = 8 * 1024 * 1024
"""Bytes of one XML part of a report; one of a hundred pages has about three million."""
ELEMENTS = 1_000_000
"""Elements of one XML part, each of which takes about 300 bytes while it is read."""
ATTRIBUTES = 1_500_000
"""Attributes of one XML part, each of which takes about as much."""
INNER_DOCUMENTS = 200
"""Charts and formulas in one document."""

# Pictures
PIXELS = 40_000_000
"""Pixels of one picture; good cameras reach about half of it."""
DOCUMENT_PIXELS = 200_000_000
"""Pixels of all pictures of a document; a picture of one colour is tiny when packed, but takes seconds to encode."""

# Imported reports
PAGES = 100
"""Pages of a PDF."""
PIECES = 6_000
"""Headings, paragraphs, list items and tables."""
TEXT = 160_000
"""Characters; about sixty pages, and as much as a draft can hold beside a record."""
CELLS = 5_000
"""Cells of one table."""
DEPTH = 20
"""Nesting depth of elements; readers are recursive, and Python's recursion limit is about a thousand."""
SECONDS = 20.0
"""Seconds of CPU time for one document."""

Stopwatch = Callable[[], float]
"""Returns seconds that never decrease, such as `time.process_time`."""


class Deadline:
    """Aborts a reading that takes too long at its next call of `check`."""

    def __init__(self, stopwatch: Stopwatch) -> None:
        self._stopwatch = stopwatch
        self._end = stopwatch() + SECONDS

    def check(self) -> None:
        """Raise DocumentTooSlow if the time is up."""
        if self._stopwatch() > self._end:
            raise DocumentTooSlow


def check(what: str, size: int, limit: int) -> None:
    """Raise DocumentTooLarge if `size` exceeds the limit."""
    if size > limit:
        raise DocumentTooLarge(what, size=size, limit=limit)
