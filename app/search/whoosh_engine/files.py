"""The index directory: opening, the one writer, the commit."""

from __future__ import annotations

import pickle
import struct
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from app.search.errors import SearchUnavailable
from app.search.whoosh_engine import library
from app.search.whoosh_engine.layout import schema
from app.search.whoosh_engine.library import Reader, Writer

WAIT = 20.0
"""Seconds to wait for another process that writes."""
MEMORY_MB = 128
MOST_SEGMENTS = 8
"""With more segments than this the small ones are merged, which takes several times as long as a commit."""
MERGED_AT_ONCE = 2000
"""Records that are merged while nobody may publish; where there would be more, the segments stay."""
FAR_TOO_MANY = 4 * MOST_SEGMENTS
"""With more than this a commit does that itself, since nobody has come to it; below it only appends."""
UNREADABLE = (
    library.index.IndexError,
    OSError,
    EOFError,
    ValueError,
    LookupError,
    TypeError,
    AssertionError,
    OverflowError,
    MemoryError,
    RecursionError,
    AttributeError,
    ImportError,
    pickle.UnpicklingError,
    struct.error,
    zlib.error,
    library.FileFormatError,
    library.fields.FieldConfigurationError,
)
"""What Whoosh raises on damaged files; it has no error of its own for it."""

Generation = tuple[int, float]
NO_GENERATION: Generation = (-1, 0.0)
_log = structlog.get_logger(__name__)


class IndexFiles:
    """The files of one index.

    Whoosh reads its table of contents with pickle: the directory is as trusted as the code and
    must never be reachable by uploads.
    """

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`; what cannot be read is thrown away, since all of it is derived."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._storage = library.FileStorage(str(directory))
        self._schema = schema()
        self._index = self._open()

    def generation(self) -> Generation:
        """Names the newest commit; a cheap look at the directory."""
        try:
            return int(self._index.latest_generation()), float(self._index.last_modified())
        except OSError:
            return NO_GENERATION

    def reader(self) -> Reader:
        """A reader of the newest commit. The caller closes it."""
        return self._index.reader()

    def begin_anew(self) -> None:
        """Put an empty index in the place of one that cannot be read; raises `SearchUnavailable` like `writing`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._alone(0.0):
            self._index = self._storage.create_index(self._schema)

    @contextmanager
    def writing(self, *, fresh: bool = False) -> Iterator[Writer]:
        """Hold the writer; commits when the block ends, cancels when it raises.

        `fresh` drops everything that was there before in the same commit.
        Raises `SearchUnavailable` when the lock is not to be had.
        """
        with self._alone(WAIT):
            if fresh:
                # What the files say is of no use any more, and damaged ones may not even let a writer be opened.
                self._index = self._open()
            writer = self._writer()
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            if fresh:
                writer.commit(mergetype=library.writing.CLEAR)
            else:
                writer.commit(merge=len(writer.segments) > FAR_TOO_MANY)

    def tidy(self) -> None:
        """Merge the smallest segments where there are more than MOST_SEGMENTS and these are small.

        Raises OSError, and `SearchUnavailable` like `writing`.
        """
        with self._alone(WAIT):
            writer = self._writer()
            by_size = sorted(writer.segments, key=lambda segment: segment.doc_count_all())
            # What is left is one fewer than there may be, for the merged one.
            small, large = by_size[: 1 - MOST_SEGMENTS], by_size[1 - MOST_SEGMENTS :]
            if len(by_size) <= MOST_SEGMENTS or sum(segment.doc_count_all() for segment in small) > MERGED_AT_ONCE:
                writer.cancel()
                return

            def merge(into: Writer, _segments: Sequence[Any]) -> Sequence[Any]:
                library.merged(into, small)
                return large

            try:
                writer.commit(mergetype=merge)
            except BaseException:
                writer.cancel()
                raise

    def _writer(self) -> Writer:
        return self._index.writer(_lk=False, limitmb=MEMORY_MB, codec=library.codec())

    @contextmanager
    def _alone(self, seconds: float) -> Iterator[None]:
        """Hold the lock of the index, which a writer of the library would keep when the disk is full as it ends."""
        lock = self._index.lock("WRITELOCK")
        if not library.try_for(lock.acquire, timeout=seconds):
            raise SearchUnavailable(str(self.directory))
        try:
            yield
        finally:
            lock.release()

    def _open(self) -> Any:
        try:
            if library.index.exists(self._storage):
                return self._storage.open_index(schema=self._schema)
        except UNREADABLE:
            _log.warning("search.index_unreadable", directory=str(self.directory))
        return self._storage.create_index(self._schema)
