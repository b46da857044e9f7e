"""What both engines share of the port: all of reading."""

from __future__ import annotations

import threading
from abc import ABC, abstractmethod
from collections.abc import Hashable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Generic, TypeVar

import structlog
from sqlalchemy.exc import SQLAlchemyError

from app.search.analysis.analyser import GermanAnalyser, fingerprint
from app.search.answering.matching import NAMING, NEAREST, facet_counts, match, missing
from app.search.answering.page import expanded, hits_of, named, range_of
from app.search.answering.ranking import Found
from app.search.answering.snapshot import Snapshot
from app.search.copies import StandingBack, own_before_others
from app.search.plan import QueryPlanner
from app.search.port import Cursor, IndexDamaged, SearchIndex, SimilarTo
from app.search.query import SearchHit, SearchQuery, SearchResult
from app.search.terms import DocumentAnalyser
from app.shared.errors import DomainError

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness
import heapq
import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace

from app.search.analysis.words import clean
from app.search.answering.matching import rarity_of
from app.search.answering.sets import documents_of
from app.search.plan import NAMED_PART_BOOST, TYPO_BOOST, Alternative, Group, MatchVia, QueryPlan
from app.search.query import Reason, ReasonCode

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
        standing_back: StandingBack = own_before_others,
    ) -> None:
        """`contents` names what the documents are made of; an index of others is to be built anew."""
        self._directory = directory
        self._analyser = analyser
        self._documents = DocumentAnalyser(analyser)
        self._planner = planner
        self._chain = fingerprint(contents)
        """What this index is made by and of."""
        self._standing_back = standing_back
        self._opened: tuple[Hashable, Held] | None = None
        self._opening = threading.Lock()
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
        opened = self._opened
        if opened is not None and opened[0] == self._generation():
            return opened[1]
        with self._opening:
            # Asked before it is read: a commit in between makes it an old state, which must not pass as newest.
            generation = self._generation()
            if self._opened is None or self._opened[0] != generation:
                self._opened = generation, self._read()
            return self._opened[1]


RAREST_TERMS = 25
"""Rare terms used to compare two records."""
FACET_SHARE = 0.25
"""A shared topic is worth a quarter of the best agreement in words."""


def similar(snapshot: Snapshot, analyser: GermanAnalyser, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
    """Neighbours that share at least two rare terms, or a term and a value of the given facets."""
    points: defaultdict[int, float] = defaultdict(float)
    shared: Counter[int] = Counter()
    for term, rarity in _rarest(snapshot, analyser, like.text).items():
        documents = documents_of(snapshot.postings(term).bits)
        shared.update(documents)
        for document, impact in zip(documents, snapshot.impacts(term, documents), strict=True):
            points[document] += impact * rarity
    unit = FACET_SHARE * max(points.values(), default=1.0)
    common: defaultdict[int, tuple[str, ...]] = defaultdict(tuple)
    for key, values in like.facets.items():
        for value in values:
            for document in documents_of(snapshot.facets.get(key, {}).get(value, 0)):
                common[document] += (value,)
    total = {
        document: score + unit * len(common.get(document, ()))
        for document, score in points.items()
        if (shared[document] > 1 or document in common) and snapshot.head(document).id != like.id
    }
    best = heapq.nsmallest(limit, total, key=lambda one: (-total[one], snapshot.uids[one]))
    return tuple(_hit(snapshot, document, total[document], common.get(document, ())) for document in best)


def _rarest(snapshot: Snapshot, analyser: GermanAnalyser, text: str) -> dict[str, float]:
    """The rarest terms of a text, each with how rare it is."""
    terms = {term for word, _ in analyser.occurrences(clean(text)) for term in (word.term, *word.parts)}
    counts = {term: snapshot.postings(term).bits.bit_count() for term in terms}
    # A term that only the record itself has says nothing about others.
    rarities = {term: math.log(1 + snapshot.size / count) if count > 1 else 0.0 for term, count in counts.items()}
    return {term: rarities[term] for term in heapq.nlargest(RAREST_TERMS, terms, key=lambda one: (rarities[one], one))}


def _hit(snapshot: Snapshot, document: int, score: float, common: tuple[str, ...]) -> SearchHit:
    reasons = tuple(Reason(code=ReasonCode.SIMILAR_TOPIC, params={"topic": value}) for value in common)
    return snapshot.head(document).hit(score, reasons=reasons)


MAX_HALVES = 4
"""Of a word that stands nowhere no more ways are tried to mend one half."""
COMMON = 0.25
"""A part that more of all records have says nothing by itself: Verwaltung of Friedhofsverwaltung."""


def correct(snapshot: Snapshot, planner: QueryPlanner, text: str) -> tuple[QueryPlan, str | None]:
    """Plan a query, with a correction for each word that no record has; and the query as it may have been meant."""
    plan = planner.plan(text)
    groups = []
    words = []
    for group in plan.groups:
        right = _is_known(snapshot, group) or planner.is_spelled(group.text)
        meant = None if right else _nearest(snapshot, planner, group.text)
        words.append(meant.text if meant else group.text)
        groups.append(_with_correction(group, meant) if meant else _with_parts(snapshot, group))
    changed = any(word != group.text for word, group in zip(words, plan.groups, strict=True))
    return QueryPlan(tuple(groups)), " ".join(words) if changed else None


def _is_known(snapshot: Snapshot, group: Group) -> bool:
    return any(snapshot.count((one,)) for one in group.alternatives)


def _nearest(snapshot: Snapshot, planner: QueryPlanner, word: str) -> Group | None:
    """A word of the records, or a label of the vocabulary that some record answers."""
    for meant in _meant(snapshot, planner, word):
        groups = planner.plan(meant).groups if meant else ()
        if len(groups) == 1 and _is_known(snapshot, groups[0]):
            return groups[0]
    return None


def _meant(snapshot: Snapshot, planner: QueryPlanner, word: str) -> Iterator[str]:
    """Yield words near to one, then the same with one half of it: Hochwasser for Hochwaserwarnsystem."""
    yield from _corrections(snapshot, planner, word)
    for before, after, is_second_right in planner.halves(word)[:MAX_HALVES]:
        for right in _corrections(snapshot, planner, before if is_second_right else after):
            found = right + after if is_second_right else before + right.lower()
            yield found.capitalize() if word[0].isupper() else found


def _corrections(snapshot: Snapshot, planner: QueryPlanner, word: str) -> Iterator[str]:
    yield from filter(None, (snapshot.speller.correct(word), planner.correct(word)))


def _with_correction(group: Group, meant: Group) -> Group:
    lower = (replace(one, boost=one.boost * TYPO_BOOST) for one in meant.alternatives)
    # What else a word is called stays that, whoever misspelt it.
    also = (replace(one, via=MatchVia.TYPO, label=meant.text) if one.via is MatchVia.WORD else one for one in lower)
    return replace(group, alternatives=(*group.alternatives, *also), parts=group.parts or meant.parts)


def _with_parts(snapshot: Snapshot, group: Group) -> Group:
    """Let single parts stand for a compound that no record has: Landarzt or Mangel for Landarztmangel."""
    if _is_known(snapshot, group):
        return group
    counts = {part: snapshot.postings(part).bits.bit_count() for part in group.parts}
    telling = {part: having for part, having in counts.items() if 0 < having <= COMMON * snapshot.size}
    unique = rarity_of(snapshot, 0)
    boosts = {part: NAMED_PART_BOOST * rarity_of(snapshot, having) / unique for part, having in telling.items()}
    also = (
        Alternative((part,), boost, MatchVia.PARTS, group.parts[part], loose=True) for part, boost in boosts.items()
    )
    return replace(group, alternatives=(*group.alternatives, *also))


SHORTEST_PREFIX = 2
MAX_LABELS = 3
MAX_PLACES = 2
MAX_QUESTIONS = 3


def suggest(snapshot: Snapshot, labels: Iterable[str], prefix: str, limit: int) -> tuple[str, ...]:
    """Topics and places that begin with what was typed, then real questions and titles in which a word does."""
    typed = " ".join(prefix.split()).lower()
    if len(typed) < SHORTEST_PREFIX or limit < 1:
        return ()
    found: dict[str, str] = {}
    offers = snapshot.offers
    questions = _having(offers.questions, typed)[:MAX_QUESTIONS]
    for text in (*_labels(labels, typed), *_places(offers.places, typed), *questions, *_having(offers.titles, typed)):
        if text.lower() != typed:
            found.setdefault(text.lower(), text)
    return tuple(found.values())[:limit]


def _labels(labels: Iterable[str], typed: str) -> list[str]:
    fitting = (label for label in labels if label.lower().startswith(typed))
    return sorted(fitting, key=lambda one: (len(one), one))[:MAX_LABELS]


def _places(places: Mapping[str, int], typed: str) -> list[str]:
    fitting = (place for place in places if place.lower().startswith(typed))
    return sorted(fitting, key=lambda one: (-places[one], one))[:MAX_PLACES]


def _having(texts: Mapping[str, str], typed: str) -> list[str]:
    return [text for folded, text in texts.items() if folded.startswith(typed) or f" {typed}" in folded]
