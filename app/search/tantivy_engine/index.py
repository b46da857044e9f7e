"""The port, filled by Tantivy."""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count

import structlog
import tantivy

from app.search.answering.index import AnsweringIndex
from app.search.errors import IndexDamaged
from app.search.port import Cursor, IndexDocument
from app.search.tantivy_engine.files import Generation, IndexFiles
from app.search.tantivy_engine.layout import (
    NUMBER,
    SCHEMA,
    STATE_UID,
    UID,
    State,
    bundle_document,
    state_document,
    to_document,
)
from app.search.tantivy_engine.states import TantivySnapshot, read_about
from app.shared.errors import Unavailable

_log = structlog.get_logger(__name__)


class TantivyIndex(AnsweringIndex[TantivySnapshot]):
    """Documents and postings on the disk, columns of them in memory."""

    def _begin(self) -> None:
        self._files = IndexFiles(self._directory)

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store, remove and move the cursor in one commit."""
        documents = list({document.uid: document for document in upserts}.values())
        uids = [document.uid for document in documents]
        with self._files.writing() as writer:
            with self._reading():
                # The writer holds the lock, so this is the state that it goes on from.
                held = self._snapshot()
            # Outside, because a full disk is no damage.
            bundled = self._bundle(writer, held) if held.wants_bundles else held.about.bundled
            epoch, stamp = held.about.epoch or secrets.token_hex(8), held.about.stamp + 1
            for uid in (*removals, *uids, STATE_UID):
                writer.delete_documents_by_term(UID, uid)
            analysed = self._analysed(documents)
            for number, (document, terms) in zip(held.places_for(uids), analysed, strict=True):
                writer.add_document(to_document(number, stamp, document, terms, bundled))
            writer.add_document(state_document(State(cursor, self._chain, epoch, stamp, bundled)))
        return len(documents)

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all others, in one commit; what only makes reading faster follows."""
        number = 0
        with self._files.writing(fresh=True) as writer:
            for number, (document, terms) in zip(count(1), self._analysed(documents)):
                writer.add_document(to_document(number, 1, document, terms))
            writer.add_document(state_document(State(cursor, self._chain, secrets.token_hex(8), 1)))
        try:
            self._complete()
        except (Unavailable, OSError) as error:
            # The index is whole without it, and the next change does it.
            _log.warning("search.not_bundled", reason=type(error).__name__)
        return number

    def _complete(self) -> None:
        with self._files.writing() as writer:
            with self._reading():
                held = self._snapshot()
            if held.wants_bundles:
                about = held.about._replace(bundled=self._bundle(writer, held))
                writer.delete_documents_by_term(UID, STATE_UID)
                writer.add_document(state_document(about))

    def _bundle(self, writer: tantivy.IndexWriter, held: TantivySnapshot) -> int:
        """Put the documents of each common term into one piece, in place of earlier ones; return as of which commit."""
        if held.about.bundled:
            # Whatever is of no record, the state among it, which is written anew. By a number as a term none would go.
            writer.delete_documents_by_query(tantivy.Query.term_query(SCHEMA, NUMBER, 0))
        for term, bundle in held.bundles():
            writer.add_document(bundle_document(term, held.about.stamp, bundle))
        return held.about.stamp

    def _generation(self) -> Generation:
        return self._files.generation()

    def _state(self) -> tuple[Cursor, str]:
        opened = self._opened
        if opened is not None and opened[0] == self._generation():
            return opened[1].state
        about = read_about(self._files.opened().searcher())
        return about.cursor, about.chain

    def _read(self) -> TantivySnapshot:
        before = self._opened[1] if self._opened else None
        return TantivySnapshot(self._files.opened, before, self._standing_back)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        with super()._reading():
            try:
                yield
            except BaseException as error:
                # The library is written in Rust: where it gives up on damaged files, it raises what is no Exception
                # and has no name that could be imported.
                if type(error).__name__ == "PanicException":
                    raise IndexDamaged(str(self._directory)) from error
                raise
