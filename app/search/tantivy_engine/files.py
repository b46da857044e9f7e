"""The index directory: opening, checking what was written, the one writer, the commit."""

from __future__ import annotations

import json
import shutil
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import structlog
import tantivy
from filelock import FileLock, Timeout

from app.search.errors import IndexDamaged, SearchUnavailable
from app.search.tantivy_engine.layout import SCHEMA

WAIT = 20.0
"""Seconds to wait for another process that writes."""
MEMORY = 64_000_000
_META = "meta.json"
_TAIL = 8
"""Each file ends in the length of its footer and a magic number, of four bytes each."""
_log = structlog.get_logger(__name__)

Generation = tuple[int, ...]


class TornFileError(Exception):
    """A file of the index is not as it was written."""


class IndexFiles:
    """The files of one index. Tantivy never changes one: a commit adds some and names them in a new table."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._sound: set[str] = set()

    def generation(self) -> Generation:
        """Name the newest commit; a cheap look at the directory."""
        try:
            found = (self._directory / _META).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def opened(self) -> tantivy.Index:
        """Return the newest commit; an empty index in memory where there is none. Raises what Tantivy does, and more.

        A damaged file may let Tantivy answer as if nothing were wrong, so each is compared with its checksum once, and
        before the library sees it: a thread of its own reads whatever it opens, and what ends that ends the process.
        """
        if not self.generation():
            return tantivy.Index(SCHEMA)
        self._check()
        index = self._open()
        # Of a commit that came meanwhile.
        self._check()
        return index

    @contextmanager
    def writing(self, *, fresh: bool = False) -> Iterator[tantivy.IndexWriter]:
        """Hold the writer; commits when the block ends, and leaves all as it was when that raises.

        `fresh` drops everything that was there before in the same commit. Raises `SearchUnavailable` when another
        process writes for too long, and without `fresh` `IndexDamaged`.
        """
        self._directory.mkdir(parents=True, exist_ok=True)
        lock = FileLock(self._directory.with_name(f"{self._directory.name}.lock"), timeout=WAIT)
        try:
            lock.acquire()
        except Timeout as error:
            raise SearchUnavailable(str(self._directory)) from error
        try:
            writer = self._to_write(fresh=fresh).writer(MEMORY, 1)
            try:
                if fresh:
                    writer.delete_all_documents()
                yield writer
                writer.commit()
            except BaseException:
                writer.rollback()
                raise
            finally:
                # Ends its threads too, and gives back the lock of the library.
                writer.wait_merging_threads()
        finally:
            lock.release()

    def _to_write(self, *, fresh: bool) -> tantivy.Index:
        try:
            self.opened()
        except Exception as error:
            if not fresh:
                raise IndexDamaged(str(self._directory)) from error
            _log.warning("search.index_unreadable", directory=str(self._directory), error=str(error))
            # All of it is derived, and damaged files may not even let a writer be opened.
            shutil.rmtree(self._directory)
            self._directory.mkdir()
        return self._open()

    def _open(self) -> tantivy.Index:
        index = tantivy.Index(SCHEMA, str(self._directory))
        # Otherwise a thread of each opened state would look for newer ones.
        index.config_reader("manual")
        return index

    def _check(self) -> None:
        named = json.loads((self._directory / _META).read_bytes())
        segments = {str(one["segment_id"]).replace("-", "") for one in named["segments"]}
        files = {one.name: one for one in self._directory.iterdir() if one.name.partition(".")[0] in segments}
        for name in sorted(files.keys() - self._sound):
            try:
                written = files[name].read_bytes()
            except FileNotFoundError:
                # A merge took its place since the table was read; whoever opened the index holds it nevertheless.
                continue
            if not _is_sound(written):
                raise TornFileError(name)
        self._sound = set(files)


def _is_sound(written: bytes) -> bool:
    """Tell whether a file has the checksum that its footer names."""
    length = int.from_bytes(written[-_TAIL : -_TAIL // 2], "little")
    body = memoryview(written)[: -_TAIL - length]
    try:
        footer = json.loads(written[len(body) : -_TAIL])
    except ValueError:
        return False
    return bool(body) and footer.get("crc") == zlib.crc32(body)
