"""The index directory of Whoosh: fields, opening, the single writer, the commit.

Whoosh 2.7.4 has been unmaintained since 2016, so only its reliable parts are used: segments, postings, columns, stored
fields and one writer under a lock. Only this module imports it: it causes warnings when compiled and has no types.
"""

import json
import pickle
import struct
import warnings
import zlib
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import structlog

from app.search.answering.heads import pack_head, pack_places
from app.search.port import Cursor, IndexDocument, SearchUnavailable
from app.search.terms import DocumentTerms

with warnings.catch_warnings():
    # Whoosh 2.7.4 was written for Python 3.3: string escapes and comparisons that newer compilers
    # warn about. With warnings as errors it could not be imported at all.
    warnings.simplefilter("ignore")
    from whoosh import fields, formats, index, writing
    from whoosh.codec.whoosh3 import W3Codec, W3LeafMatcher
    from whoosh.columns import VarBytesColumn
    from whoosh.filedb.filestore import FileStorage
    from whoosh.filedb.filetables import FileFormatError
    from whoosh.matching import FilterMatcher
    from whoosh.reading import SegmentReader
    from whoosh.util.filelock import try_for

Reader = Any
"""A reader over all segments of the index."""
Writer = Any
"""A `SegmentWriter`."""
WAIT = 20.0
"""Seconds to wait for another process that is writing."""
MEMORY_MB = 128
MAX_SEGMENTS = 8
"""If there are more segments, the small ones are merged, which takes several times as long as a commit."""
MAX_MERGED = 2000
"""Records merged at once while nobody can publish; segments that would exceed this are not merged."""
FAR_TOO_MANY = 4 * MAX_SEGMENTS
"""If there are more segments, a commit merges them itself because `tidy` has not run; otherwise it only appends."""
UNREADABLE = (
    index.IndexError,
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
    FileFormatError,
    fields.FieldConfigurationError,
)
"""Errors that Whoosh raises on damaged files; it has none of its own for them."""

Generation = tuple[int, float]
NO_GENERATION: Generation = (-1, 0.0)
_log = structlog.get_logger(__name__)
UID = "uid"
TERMS = "terms"
WORDS = "words"
HEAD_WORDS = "headwords"
HEAD = "head"
ZONES = "zones"
STATE_UID = "\x00state"
"""Uid of a separate document that stores the cursor, so that it is written in the same commit."""


class ReadyTerms(formats.Format):  # type: ignore[misc] # Whoosh has no types
    """Posting format for terms that are already analysed: a mapping of term to weight.

    Whoosh pickles its schema into the index. `__reduce__` makes it store a class of Whoosh in place of this one, so
    that moving this class never breaks an index.
    """

    posting_size = 0

    def word_values(
        self, value: Mapping[str, float], analyzer: object, **options: object
    ) -> Iterator[tuple[str, int, float, bytes]]:
        """One posting per term."""
        del analyzer, options
        for term, weight in value.items():
            yield term, 1, weight, b""

    def __reduce__(self) -> tuple[type, tuple[()]]:
        return formats.Existence, ()


class ReadyField(fields.FieldType):  # type: ignore[misc] # Whoosh has no types
    """A field whose value is a mapping of analysed terms to weights."""

    def __init__(self) -> None:
        super().__init__(ReadyTerms(), None)

    def index(self, value: Mapping[str, float], **options: object) -> list[tuple[bytes, int, float, bytes]]:
        """Encode the terms; no analysis."""
        postings = self.format.word_values(value, None, **options)
        return [(term.encode(), frequency, weight, payload) for term, frequency, weight, payload in postings]

    def __reduce__(self) -> tuple[type, tuple[object, None]]:
        return fields.FieldType, (self.format, None)


def schema() -> Any:
    """Return the schema; it is passed when an index is opened, the stored copy is not used."""
    return fields.Schema(
        **{
            UID: fields.ID(),
            TERMS: ReadyField(),
            WORDS: ReadyField(),
            HEAD_WORDS: ReadyField(),
            HEAD: fields.COLUMN(VarBytesColumn()),
            ZONES: fields.STORED(),
        }
    )


def add(writer: Writer, document: IndexDocument, terms: DocumentTerms) -> None:
    """Add a document to a writer."""
    fields = {
        UID: document.uid,
        TERMS: terms.weights,
        WORDS: dict.fromkeys(terms.words, 1.0),
        HEAD_WORDS: dict.fromkeys(terms.head_words, 1.0),
        HEAD: pack_head(document, terms.length),
        ZONES: pack_places(terms),
    }
    writer.add_document(**fields)


def add_state(writer: Writer, cursor: Cursor, fingerprint: str) -> None:
    """Add the document that stores the cursor to a writer."""
    writer.add_document(**{UID: STATE_UID, ZONES: json.dumps({"cursor": cursor, "fingerprint": fingerprint})})


class IndexFiles:
    """The files of one index. Whoosh unpickles its table of contents: never make them reachable by uploads."""

    def __init__(self, directory: Path) -> None:
        """Open the index in `directory`; an unreadable one is discarded, since all of it is derived."""
        self.directory = directory
        directory.mkdir(parents=True, exist_ok=True)
        self._storage = FileStorage(str(directory))
        self._schema = schema()
        self._index = self._open()

    def generation(self) -> Generation:
        """Return the number of the newest commit; reads only the directory."""
        try:
            return int(self._index.latest_generation()), float(self._index.last_modified())
        except OSError:
            return NO_GENERATION

    def reader(self) -> Reader:
        """Return a reader of the newest commit. The caller closes it."""
        return self._index.reader()

    def begin_anew(self) -> None:
        """Replace an unreadable index by an empty one; raises `SearchUnavailable` like `writing`."""
        self.directory.mkdir(parents=True, exist_ok=True)
        with self._alone(0.0):
            self._index = self._storage.create_index(self._schema)

    @contextmanager
    def writing(self, *, fresh: bool = False) -> Iterator[Writer]:
        """Hold the writer, committing at the end (`fresh`: after emptying). Raises `SearchUnavailable`."""
        with self._alone(WAIT):
            if fresh:
                # The old files are no longer needed, and damaged ones may prevent a writer from opening.
                self._index = self._open()
            writer = self._writer()
            try:
                yield writer
            except BaseException:
                writer.cancel()
                raise
            if fresh:
                writer.commit(mergetype=writing.CLEAR)
            else:
                writer.commit(merge=len(writer.segments) > FAR_TOO_MANY)

    def tidy(self) -> None:
        """Merge the smallest of many segments. Raises OSError, and `SearchUnavailable` like `writing`."""
        with self._alone(WAIT):
            writer = self._writer()
            by_size = sorted(writer.segments, key=lambda segment: segment.doc_count_all())
            # Keep one segment fewer than allowed, to leave room for the merged one.
            small, large = by_size[: 1 - MAX_SEGMENTS], by_size[1 - MAX_SEGMENTS :]
            if len(by_size) <= MAX_SEGMENTS or sum(segment.doc_count_all() for segment in small) > MAX_MERGED:
                writer.cancel()
                return

            def merge(into: Writer, _segments: Sequence[Any]) -> Sequence[Any]:
                for segment in small:
                    reader = SegmentReader(into.storage, into.schema, segment)
                    into.add_reader(reader)
                    reader.close()
                return large

            try:
                writer.commit(mergetype=merge)
            except BaseException:
                writer.cancel()
                raise

    def _writer(self) -> Writer:
        codec = W3Codec()
        # Whoosh would read a length from disk with every posting; this program keeps its own.
        codec.length_stats = False
        return self._index.writer(_lk=False, limitmb=MEMORY_MB, codec=codec)

    @contextmanager
    def _alone(self, seconds: float) -> Iterator[None]:
        """Hold the lock of the index; Whoosh's own writer would never release it if the disk is full when it ends."""
        lock = self._index.lock("WRITELOCK")
        if not try_for(lock.acquire, timeout=seconds):
            raise SearchUnavailable(str(self.directory))
        try:
            yield
        finally:
            lock.release()

    def _open(self) -> Any:
        try:
            if index.exists(self._storage):
                return self._storage.open_index(schema=self._schema)
        except UNREADABLE:
            _log.warning("search.index_unreadable", directory=str(self.directory))
        return self._storage.create_index(self._schema)


def posting_blocks(reader: Reader, field: str, term: bytes) -> Iterator[tuple[Sequence[int], Sequence[float]]]:
    """Yield documents of a term with weights, deleted ones included; Whoosh's public methods are far slower."""
    matcher = reader.postings(field, term)
    if isinstance(matcher, FilterMatcher):
        matcher = matcher.child
    if not isinstance(matcher, W3LeafMatcher):
        while matcher.is_active():
            yield (matcher.id(),), (matcher.weight(),)
            matcher.next()
        return
    while matcher.is_active():
        matcher._read_ids()  # noqa: SLF001 - see above; the release is pinned and will not change
        matcher._read_weights()  # noqa: SLF001
        yield matcher._ids, matcher._weights  # noqa: SLF001
        matcher._next_block()  # noqa: SLF001
