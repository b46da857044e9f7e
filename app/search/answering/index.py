"""The port, as far as it is the same for all engines: documents come analysed, and all of reading."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.search.analysis.analyser import GermanAnalyser, fingerprint
from app.search.answering import likeness
from app.search.answering.guesses import correct, suggest
from app.search.answering.matching import NAMING, NEAREST, facet_counts, match, missing
from app.search.answering.page import expanded, hits_of, named, range_of
from app.search.answering.ranking import Found
from app.search.answering.snapshot import Snapshot
from app.search.copies import StandingBack, own_before_others
from app.search.errors import IndexDamaged
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDocument, Nearness, SimilarTo
from app.search.query import SearchHit, SearchQuery, SearchResult
from app.search.terms import Analysed, DocumentAnalyser, analysed
from app.shared.errors import DomainError

_log = structlog.get_logger(__name__)

Held = TypeVar("Held", bound=Snapshot)
"""How an engine holds a state of its index."""


class AnsweringIndex(ABC, Generic[Held]):
    """A `SearchIndex` in a directory, of which each state is held whole. Several processes may read it, one writes."""

    def __init__(
        self,
        directory: Path,
        analyser: GermanAnalyser,
        planner: QueryPlanner,
        contents: str = "",
        standing_back: StandingBack = own_before_others,
        lexicon: Path | None = None,
    ) -> None:
        """`contents` names what the documents are made of; an index of others is to be built anew.

        `lexicon` is where the dictionary of the analyser lies, for other processes to help with many documents.
        """
        self._directory = directory
        self._analyser = analyser
        self._documents = DocumentAnalyser(analyser)
        self._planner = planner
        self._contents = contents
        self._standing_back = standing_back
        self._lexicon = lexicon
        self._opened: tuple[Hashable, Held] | None = None
        self._opening = threading.Lock()
        self._begin()

    @abstractmethod
    def _begin(self) -> None:
        """Make ready what the engine needs of the directory."""

    @abstractmethod
    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store, remove and move the cursor in one commit."""

    @abstractmethod
    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all others, in one commit."""

    def tidy(self) -> None:
        """Do what keeps searches fast and need not be done while somebody waits; most engines do it by themselves."""

    @abstractmethod
    def _generation(self) -> Hashable:
        """Name the newest commit; asked with every search, so it has to be cheap."""

    @abstractmethod
    def _read(self) -> Held:
        """Read the newest commit."""

    def search(self, query: SearchQuery, nearness: Nearness | None = None) -> SearchResult:
        """Answer a query from the newest committed state, by its words and, where it is given, by its meaning."""
        with self._reading():
            return self._search(query, nearness)

    def _search(self, query: SearchQuery, nearness: Nearness | None) -> SearchResult:
        snapshot = self._snapshot()
        correction = correct(snapshot, self._planner, query.text)
        matches = match(snapshot, correction.plan)
        shown, near = range_of(query), nearness if matches.groups else None
        found = Found.of(snapshot, matches, query.filters, near, query.text, shown.stop)
        # What a single word means is too little to go by: E-Rechnung is near to E-Akte.
        says_more = len(matches.needed) > 1 or len(query.text.split()) > NAMING
        is_answered = found.named or (near and near.answers and says_more)
        lacking = () if is_answered else missing(snapshot, matches, is_near=bool(near))
        if lacking:
            found = found.nearest(snapshot, NEAREST)
        return SearchResult(
            total=found.bits.bit_count(),
            hits=hits_of(snapshot, query, found, shown),
            facets=facet_counts(snapshot, found.open_bits, query.filters, query.counted),
            suggestion=correction.text,
            relaxed=matches.relaxed and not lacking,
            missing=lacking,
            expanded=expanded(snapshot, correction.plan, query.lang),
            uids=named(snapshot, query, found),
            near=(found.bits & found.close).bit_count(),
        )

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        """The records nearest to `like`, itself left out, best first."""
        with self._reading():
            return likeness.similar(self._snapshot(), self._analyser, like, limit)

    def twins(self, uid: str) -> tuple[str, ...]:
        """The uids of what other nodes carry with the text of a record, whatever its identifier there."""
        with self._reading():
            return self._snapshot().twins.get(uid, ())

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Topics, places, questions and titles that go on from `prefix`."""
        with self._reading():
            return suggest(self._snapshot(), self._planner.labels(), prefix, limit)

    def cursor(self) -> Cursor:
        """The place this index is complete to; `Cursor()` when it must be built anew."""
        try:
            with self._reading():
                cursor, chain = self._state()
        except IndexDamaged:
            return Cursor()
        return cursor if chain == self._chain else Cursor()

    def state(self) -> Hashable:
        """The newest commit."""
        return self._generation()

    def is_blank(self) -> bool:
        """Tell whether nothing was ever completed in it: it is new, or stands in for one that could not be opened."""
        with self._reading():
            return self._state() == (Cursor(), "")

    def digests(self) -> Iterator[tuple[str, str]]:
        """Uid and digest of every document held."""
        with self._reading():
            yield from ((head.uid, head.digest) for head in self._snapshot().held())

    @property
    def _chain(self) -> str:
        """What this index is made by and of."""
        return fingerprint(self._contents)

    def _analysed(self, documents: Iterable[IndexDocument]) -> Iterator[Analysed]:
        """Analyse documents while they are stored."""
        return analysed(self._documents, documents, self._lexicon)

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Say that the index is damaged instead of what its library stumbles over then."""
        try:
            yield
        except (DomainError, SQLAlchemyError):
            # Which copy leads is asked of the database; what that says tells nothing about these files.
            raise
        except Exception as error:
            # The library has no error of its own for damaged files, and raises even Exception itself.
            _log.exception("search.index_damaged")
            raise IndexDamaged(str(self._directory)) from error

    def _state(self) -> tuple[Cursor, str]:
        """Cursor and fingerprint of the newest commit; what is in it need not be read for that."""
        return self._snapshot().state

    def _snapshot(self) -> Held:
        # Readers keep their snapshot while a newer one is opened beside it; the old one is closed
        # by the garbage collector once the last request that uses it is done.
        opened = self._opened
        if opened is not None and opened[0] == self._generation():
            return opened[1]
        with self._opening:
            # Asked before it is read: a commit in between makes it an old state, which must not pass as newest.
            generation = self._generation()
            if self._opened is None or self._opened[0] != generation:
                self._opened = generation, self._read()
            return self._opened[1]
