"""What both engines share of the port: all of reading."""

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
from app.search.answering.matching import NAMING, NEAREST, facet_counts, match, missing
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
"""How an engine holds a state of its index."""


class AnsweringIndex(SearchIndex, ABC, Generic[Held]):
    """The port as far as it is the same for all engines, in a directory of which each state is held whole."""

    def __init__(
        self,
        directory: Path,
        analyser: GermanAnalyser,
        planner: QueryPlanner,
        contents: str = "",
        duplicate_policy: DuplicatePolicy = own_before_others,
    ) -> None:
        """`contents` names what the documents are made of; an index of others is to be built anew."""
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
        """Make ready what the engine needs of the directory."""

    @abstractmethod
    def _generation(self) -> Hashable:
        """Name the newest commit; asked with every search, so it has to be cheap."""

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
        return self._kept.get(self._generation, self._read)
