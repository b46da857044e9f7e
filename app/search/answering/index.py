"""The part of the index interface that both engines share: reading."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.search.analysis.analyser import GermanAnalyser, fingerprint
from app.search.answering.guesses import correct, suggest
from app.search.answering.likeness import similar
from app.search.answering.matching import NAMING, NEAREST, facet_counts, is_answered, match, missing
from app.search.answering.page import expanded, hits_of, named, range_of
from app.search.answering.ranking import Found
from app.search.answering.snapshot import Snapshot
from app.search.copies import DuplicatePolicy, own_before_others
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDamaged, SearchIndex, SimilarTo
from app.search.query import SearchHit, SearchQuery, SearchResult
from app.search.terms import DocumentAnalyser
from app.shared.errors import DomainError
from app.shared.kept import Kept

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness

_log = structlog.get_logger(__name__)

Held = TypeVar("Held", bound=Snapshot)
"""The engine's class for one state of its index."""


class AnsweringIndex(SearchIndex, ABC, Generic[Held]):
    """The shared implementation of the index interface; each state of the directory is loaded whole."""

    def __init__(
        self,
        directory: Path,
        analyser: GermanAnalyser,
        planner: QueryPlanner,
        contents: str = "",
        duplicate_policy: DuplicatePolicy = own_before_others,
    ) -> None:
        """`contents` is a fingerprint of what is indexed of a record; an index with another one must be rebuilt."""
        self._directory = directory
        self._analyser = analyser
        self._documents = DocumentAnalyser(analyser)
        self._planner = planner
        self._chain = fingerprint(contents)
        """What this index is made by and of."""
        self._duplicate_policy = duplicate_policy
        self._kept = Kept[Held]()
        self._begin()

    @abstractmethod
    def _begin(self) -> None:
        """Prepare the directory for the engine."""

    @abstractmethod
    def _generation(self) -> Hashable:
        """Return an identifier of the newest commit; must be cheap, as every search calls it."""

    @abstractmethod
    def _read(self) -> Held:
        """Read the newest commit."""

    def search(self, query: SearchQuery, nearness: QuestionNearness | None = None) -> SearchResult:
        with self._reading():
            return self._search(query, nearness)

    def _search(self, query: SearchQuery, nearness: QuestionNearness | None) -> SearchResult:
        snapshot = self._snapshot()
        plan, suggestion = correct(snapshot, self._planner, query.text)
        matches = match(snapshot, plan)
        shown, near = range_of(query), nearness if matches.groups else None
        found = Found.of(snapshot, matches, query, near, shown.stop)
        is_name = len(matches.needed) < 2 and len(query.text.split()) <= NAMING
        lacking = () if found.named else missing(snapshot, matches, is_near=bool(near))
        if lacking and near and is_answered(snapshot, matches, lacking, near, is_name=is_name):
            lacking = ()
        if lacking:
            found = found.nearest(snapshot, NEAREST)
        return SearchResult(
            total=found.bits.bit_count(),
            hits=hits_of(snapshot, query, found, shown),
            facets=facet_counts(snapshot, found.open_bits, query.filters, query.counted),
            suggestion=suggestion,
            relaxed=matches.relaxed and not lacking,
            missing=lacking,
            expanded=expanded(snapshot, plan, query.lang),
            uids=named(snapshot, query, found),
            near=(found.bits & found.close).bit_count(),
        )

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        with self._reading():
            return similar(self._snapshot(), self._analyser, like, limit)

    def twins(self, uid: str) -> tuple[str, ...]:
        with self._reading():
            return self._snapshot().twins.get(uid, ())

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        with self._reading():
            return suggest(self._snapshot(), self._planner.labels(), prefix, limit)

    def cursor(self) -> Cursor:
        try:
            with self._reading():
                cursor, chain = self._state()
        except IndexDamaged:
            return Cursor()
        return cursor if chain == self._chain else Cursor()

    def state(self) -> Hashable:
        return self._generation()

    def is_blank(self) -> bool:
        with self._reading():
            return self._state() == (Cursor(), "")

    def digests(self) -> Iterator[tuple[str, str]]:
        with self._reading():
            yield from ((head.uid, head.digest) for head in self._snapshot().held())

    @contextmanager
    def _reading(self) -> Iterator[None]:
        """Raise IndexDamaged in place of the library's errors on damaged files."""
        try:
            yield
        except (DomainError, SQLAlchemyError):
            # The duplicate policy reads the database; errors there do not mean that these files are damaged.
            raise
        except Exception as error:
            # The library has no error class for damaged files and even raises plain Exception.
            _log.exception("search.index_damaged")
            raise IndexDamaged(str(self._directory)) from error

    def _state(self) -> tuple[Cursor, str]:
        """Return cursor and fingerprint of the newest commit without reading its documents."""
        return self._snapshot().state

    def _snapshot(self) -> Held:
        # Readers keep their snapshot while a newer one is opened; the garbage collector closes the old one after the
        # last request that uses it.
        return self._kept.get(self._generation, self._read)
