"""The optional engine for many records (extra `tantivy`): it stores postings; ranking and counting are shared."""

from __future__ import annotations

import json
import secrets
import shutil
import zlib
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count, repeat
from pathlib import Path
from typing import NamedTuple

import structlog
import tantivy
from filelock import FileLock, Timeout

from app.search.answering.heads import Head, Places, pack_head, pack_places, unpack_head, unpack_places
from app.search.answering.index import AnsweringIndex
from app.search.answering.sets import bits_of
from app.search.answering.snapshot import Facets, Snapshot, facet_sets
from app.search.copies import DuplicatePolicy
from app.search.port import Cursor, IndexDamaged, IndexDocument, SearchUnavailable
from app.search.terms import DocumentTerms

WAIT = 20.0
"""Seconds to wait for another process that is writing."""
MEMORY = 64_000_000
_META = "meta.json"
_TAIL = 8
"""Bytes at the end of each file: the length of its footer and a magic number, four each."""
_log = structlog.get_logger(__name__)

UID = "uid"
NUMBER = "number"
"""Our own document numbers, because Tantivy renumbers on merging; a number is reused after its document is deleted."""
STAMP = "stamp"
"""The commit that wrote a document, so that the next state reads only new documents."""
TERMS = "terms"
WORDS = "words"
HEAD_WORDS = "headwords"
HEAD = "head"
ZONES = "zones"
STATE_UID = "state"
"""Uid of a separate document with number 0 that stores the cursor, so that it is written in the same commit. Uids of
records contain a bar, so none is equal to it."""
_WEIGHT = "\x1f"
"""Separates a term and its weight in a document; no word contains it."""


class State(NamedTuple):
    """The state stored in an index. `epoch` identifies the build, `stamp` its newest commit."""

    cursor: Cursor = Cursor()
    chain: str = ""
    epoch: str = ""
    stamp: int = 0


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    for name in (UID, TERMS, WORDS, HEAD_WORDS):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for name in (NUMBER, STAMP):
        builder.add_unsigned_field(name, indexed=True, fast=True)
    for name in (HEAD, ZONES):
        builder.add_bytes_field(name, stored=True)
    return builder.build()


SCHEMA = _schema()
"""Terms are already analysed, so no field is tokenised."""


def prefix(term: str) -> str:
    """Return the prefix of all entries of a term; there is one entry for each weight that it has in some document."""
    return f"{term}{_WEIGHT}"


def weight_of(entry: str) -> float:
    """Return the weight contained in an entry."""
    return float(entry.split(_WEIGHT)[1])


def to_document(number: int, stamp: int, document: IndexDocument, terms: DocumentTerms) -> tantivy.Document:
    """Return a document as stored."""
    fields = {
        UID: document.uid,
        NUMBER: number,
        STAMP: stamp,
        TERMS: [f"{prefix(term)}{weight!r}" for term, weight in terms.weights.items()],
        WORDS: sorted(terms.words),
        HEAD_WORDS: sorted(terms.head_words),
        HEAD: pack_head(document, terms.length),
        # Compressed, as it would be most of the index and is read only for shown hits.
        ZONES: zlib.compress(pack_places(terms).encode()),
    }
    return tantivy.Document.from_dict(fields, SCHEMA)


def state_document(state: State) -> tantivy.Document:
    """Return the document that stores the cursor."""
    fields = {UID: STATE_UID, NUMBER: 0, STAMP: state.stamp, HEAD: json.dumps(state).encode()}
    return tantivy.Document.from_dict(fields, SCHEMA)


def read_state(searcher: tantivy.Searcher) -> State:
    """Return the state stored in an index, without reading its documents."""
    if not searcher.num_docs:
        return State()
    stored = only(searcher, tantivy.Query.term_query(SCHEMA, UID, STATE_UID, "basic"))
    # An earlier release stored more fields, and its index answers until it is rebuilt.
    cursor, chain, epoch, stamp, *_ = json.loads(stored[HEAD][0])
    return State(Cursor(*cursor), chain, epoch, stamp)


def only(searcher: tantivy.Searcher, wanted: tantivy.Query) -> tantivy.Document:
    """Return the only document that matches a query."""
    ((_, address),) = searcher.search(wanted, 1, count=False).hits
    return searcher.doc(address)


Generation = tuple[int, ...]


class TornFileError(Exception):
    """A file of the index differs from what was written."""


class IndexFiles:
    """The files of one index. Tantivy never changes one: a commit adds files and lists them in a new table."""

    def __init__(self, directory: Path) -> None:
        self._directory = directory
        self._sound: set[str] = set()

    def generation(self) -> Generation:
        """Return the number of the newest commit; reads only the directory."""
        try:
            found = (self._directory / _META).stat()
        except OSError:
            return ()
        return found.st_mtime_ns, found.st_ino, found.st_size

    def opened(self) -> tantivy.Index:
        """Return the newest commit; an empty index in memory if there is none. Raises Tantivy's errors and others.

        Tantivy may answer from a damaged file as if nothing were wrong, so each file's checksum is verified once,
        before the library opens it: a thread of the library reads each opened file, and a fault there ends the process.
        """
        if not self.generation():
            return tantivy.Index(SCHEMA)
        self._check()
        index = self._open()
        # Check the files of a commit made in the meantime.
        self._check()
        return index

    @contextmanager
    def writing(self, *, fresh: bool = False) -> Iterator[tantivy.IndexWriter]:
        """Hold the writer; commits when the block ends, and rolls back when it raises.

        `fresh` deletes all previous contents in the same commit. Raises `SearchUnavailable` if another process writes
        for too long, and without `fresh` `IndexDamaged`.
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
                # Also ends the writer's threads, and releases the library's lock.
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
            # All of it is derived, and damaged files may prevent a writer from opening.
            shutil.rmtree(self._directory)
            self._directory.mkdir()
        return self._open()

    def _open(self) -> tantivy.Index:
        index = tantivy.Index(SCHEMA, str(self._directory))
        # Otherwise a thread of each opened state would check for newer ones.
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
                # A merge replaced the file after the table was read; processes that opened the index still hold it.
                continue
            if not _is_sound(written):
                raise TornFileError(name)
        self._sound = set(files)


def _is_sound(written: bytes) -> bool:
    """Return whether a file has the checksum in its footer."""
    length = int.from_bytes(written[-_TAIL : -_TAIL // 2], "little")
    body = memoryview(written)[: -_TAIL - length]
    try:
        footer = json.loads(written[len(body) : -_TAIL])
    except ValueError:
        return False
    return bool(body) and footer.get("crc") == zlib.crc32(body)


class TantivySnapshot(Snapshot):
    """A state of the index; data already read by an earlier state is not read again."""

    def __init__(self, index: tantivy.Index, before: TantivySnapshot | None, duplicate_policy: DuplicatePolicy) -> None:
        """`before` is the state that this process read last."""
        self._searcher = index.searcher()
        self.about = read_state(self._searcher)
        if before is not None and before.about.epoch != self.about.epoch:
            before = None
        numbers = [number for number, _ in self._numbered(tantivy.Query.all_query()) if number]
        size = max(numbers, default=0) + 1
        written = dict(self._written_since(before.about.stamp if before else 0))
        heads: list[Head | None] = [None] * size
        for number in numbers:
            heads[number] = written.get(number) or (before.head(number) if before else None)
        super().__init__(heads, duplicate_policy)
        self._facets = facet_sets(written.items(), size)
        if before:
            stay = bits_of(self.numbers, size) & ~bits_of(written, size)
            for key, values in before.facets.items():
                sets = self._facets.setdefault(key, {})
                sets |= {value: left | sets.get(value, 0) for value, bits in values.items() if (left := bits & stay)}

    @property
    def state(self) -> tuple[Cursor, str]:
        return self.about.cursor, self.about.chain

    @property
    def facets(self) -> Facets:
        return self._facets

    def where(self, document: int) -> Places:
        stored = only(self._searcher, tantivy.Query.term_query(SCHEMA, NUMBER, document))
        return unpack_places(zlib.decompress(stored[ZONES][0]).decode())

    def places_for(self, uids: Iterable[str]) -> Iterator[int]:
        """Yield numbers for documents to be written: their previous ones, then free ones, then new ones."""
        held = {uid: number for number, uid in enumerate(self.uids) if uid}
        free = (number for number, uid in enumerate(self.uids) if number and not uid)
        upwards = count(max(1, self.end))
        for uid in uids:
            yield held[uid] if uid in held else next(free, None) or next(upwards)

    def _written_words(self) -> tuple[Counter[str], Counter[str]]:
        head_words, words = (self._searcher.terms_with_prefix(field, "") for field in (HEAD_WORDS, WORDS))
        return Counter(dict(head_words)), Counter(dict(words))

    def _weights(self, term: str) -> Iterator[tuple[Iterable[int], Iterable[float]]]:
        for entry, documents in self._searcher.terms_with_prefix(TERMS, prefix(term)):
            wanted = tantivy.Query.term_query(SCHEMA, TERMS, entry, "basic")
            yield (number for number, _ in self._numbered(wanted, documents)), repeat(weight_of(entry))

    def _numbered(self, wanted: tantivy.Query, most: int = 0) -> list[tuple[int, tantivy.DocAddress]]:
        """Return the numbers of documents with their addresses."""
        limit = most or max(1, self._searcher.num_docs)
        return self._searcher.search(wanted, limit, count=False, order_by_field=NUMBER).hits

    def _written_since(self, stamp: int) -> Iterator[tuple[int, Head]]:
        """Yield documents written after a commit, with their numbers."""
        wanted = tantivy.Query.range_query(SCHEMA, STAMP, tantivy.FieldType.Unsigned, lower_bound=stamp + 1)
        # Read in storage order, so that each block is unpacked once.
        hits = self._searcher.search(wanted, max(1, self._searcher.num_docs), count=False).hits
        addresses = [address for _, address in hits]
        for address, number in zip(addresses, self._searcher.fast_field_values(NUMBER, addresses), strict=True):
            if number:
                yield int(number), unpack_head(self._searcher.doc(address)[HEAD][0])


class TantivyIndex(AnsweringIndex[TantivySnapshot]):
    """The search index implemented with Tantivy: documents and postings on disk, their heads in memory."""

    def _begin(self) -> None:
        self._files = IndexFiles(self._directory)

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        documents = list({document.uid: document for document in upserts}.values())
        uids = [document.uid for document in documents]
        with self._files.writing() as writer:
            with self._reading():
                # The writer holds the lock, so this is the newest state.
                held = self._snapshot()
            epoch, stamp = held.about.epoch or secrets.token_hex(8), held.about.stamp + 1
            for uid in (*removals, *uids, STATE_UID):
                writer.delete_documents_by_term(UID, uid)
            for number, document in zip(held.places_for(uids), documents, strict=True):
                writer.add_document(to_document(number, stamp, document, self._documents.terms(document)))
            writer.add_document(state_document(State(cursor, self._chain, epoch, stamp)))
        return len(documents)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        number = 0
        with self._files.writing(fresh=True) as writer:
            for number, document in enumerate(documents, 1):
                writer.add_document(to_document(number, 1, document, self._documents.terms(document)))
            writer.add_document(state_document(State(cursor, self._chain, secrets.token_hex(8), 1)))
        return number

    def _generation(self) -> Generation:
        return self._files.generation()

    def _state(self) -> tuple[Cursor, str]:
        opened = self._kept.held
        if opened is not None and opened[0] == self._generation():
            return opened[1].state
        about = read_state(self._files.opened().searcher())
        return about.cursor, about.chain

    def _read(self) -> TantivySnapshot:
        before = self._kept.held[1] if self._kept.held else None
        return TantivySnapshot(self._files.opened(), before, self._duplicate_policy)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with super()._reading():
            try:
                yield
            except BaseException as error:
                # The library is written in Rust: on damaged files it raises a class that is no Exception and cannot be
                # imported.
                if type(error).__name__ == "PanicException":
                    raise IndexDamaged(str(self._directory)) from error
                raise
