# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What the rest of the program knows about search: values, and the port an engine fills.

An engine receives whole `IndexDocument` values and answers `SearchQuery` values. Language
analysis, synonyms and document building stand on this side of the port, so that two engines
can only differ in speed, never in what they find.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple, Protocol

Progress = Callable[[int, int], None]
"""Called with (documents done, documents in all) during long work."""


def _nothing() -> Mapping[str, tuple[str, ...]]:
    return MappingProxyType({})


class Sort(StrEnum):
    """Orders a reader can choose; the value is the URL parameter."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    CONFIRMED = "confirmed"
    TITLE = "title"


class ReasonCode(StrEnum):
    """Why a hit stands where it stands; templates word the code and its parameters."""

    WORD_IN_TITLE = "word_in_title"
    WORD_IN_LESSON = "word_in_lesson"
    WORD_IN_SUMMARY = "word_in_summary"
    WORD_IN_TOPIC = "word_in_topic"
    WORD_IN_KEYWORD = "word_in_keyword"
    WORD_IN_QUESTION = "word_in_question"
    WORD_IN_PLACE = "word_in_place"
    WORD_IN_TEXT = "word_in_text"
    COMPOUND_PART = "compound_part"
    SYNONYM = "synonym"
    TYPO = "typo"
    WORD_MISSING = "word_missing"
    SIMILAR_TOPIC = "similar_topic"
    MEANING = "meaning"


class MatchedBy(StrEnum):
    """What found a hit: words of the query, what the query means, or both."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One question of a reader.

    `filters` maps a facet key to the accepted values: values of one facet are alternatives,
    facets narrow each other. `page` starts at 1. `lang` is the language of the interface. Of all that is
    found so many are named beside the page as `named` says.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    sort: Sort | str = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    lang: str = "de"
    named: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A machine-readable reason, e.g. `word_in_title` with `{"word": "Starkregen"}`.

    `word` is what was typed; `zone` where it stands (title, lesson, topics, keywords, questions, summary, places);
    `lesson` the id of a lesson; `label` the synonym or the correction that was found instead, `lang` its language where
    that is not the reader's;
    `topic` the identifier of a shared field of action; `part` what of the record means the same as the query:
    "lesson:<id>", "section:<id>" or a field.
    """

    code: ReasonCode | str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One found record, from the engine to the page. `uid` is unique over nodes, `lessons` its two best by their ids.

    `terms` are the analysed terms the query matched by; a `Highlighter` marks them in any
    text of the record. `facets` are the record's values by facet key. Titles and texts are
    read from the catalogue, never from the index. `fit` is what `app.kickoff` finds out for
    an asker (see `fit_of` there); the search carries it without looking into it.
    """

    uid: str
    id: str
    origin: str
    kind: str
    slug: str
    score: float
    reasons: tuple[Reason, ...] = ()
    lessons: tuple[str, ...] = ()
    terms: frozenset[str] = frozenset()
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    fit: object = None
    matched_by: MatchedBy = MatchedBy.WORDS


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet with the number of hits it has among all matches."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet and its values, most frequent first, selected values always included."""

    key: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a query. `relaxed`: not all words were found together, so any may match.

    `missing` are words that no record is about; `hits` are then the nearest, and no answer. The vocabulary added the
    words `expanded`; the text `suggestion` would find more; the engine took `took_ms`. Of a limit's first `examined`
    hits `left_out` do not fit, `unexamined` more were found; `known_open` is what `app.kickoff` finds out of the rest.
    `uids` name what was found on all pages, in no order and as far as the query wanted them `named`. So many parts of
    the index as `silent` says did not answer: what they hold is neither shown nor counted.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: tuple[Facet, ...]
    suggestion: str | None = None
    relaxed: bool = False
    missing: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()
    took_ms: float = 0.0
    left_out: int = 0
    examined: int = 0
    unexamined: int = 0
    known_open: object = None
    uids: tuple[str, ...] = ()
    silent: int = 0


class Nearness(Protocol):
    """How near all records are to one question by what it means. An engine names them by their place in `uids`.

    `uids` has to be the same object from call to call as long as its contents are, because work rests on it.
    """

    def standing_out(self, uids: Sequence[str], places: Sequence[int], most: int) -> list[int]:
        """Return the nearest of these places that are near enough to be hits by themselves, nearest first."""
        ...

    def ordered(
        self, uids: Sequence[str], places: Sequence[int], by_words: Mapping[int, float], first: int
    ) -> list[int]:
        """Return the `first` of these places, best first; `by_words` says how much of the question their words are.

        That is 0 for none of it, about 1 where the text has every word once, nearly 2 where the title has, and below 3
        however often the words stand there.
        """
        ...

    @property
    def answers(self) -> bool:
        """Tell whether some record is so near that it is an answer, whatever words are missing."""
        ...

    def stands_out(self, uid: str) -> bool:
        """Tell whether a record is near enough to be a hit by itself."""
        ...

    def leading(self, most: int) -> Sequence[str]:
        """Return the nearest of all records that are near enough to be hits by themselves, nearest first."""
        ...


class Cursor(NamedTuple):
    """How far an index has read the catalogue: its last change number, and how often it was built anew."""

    seq: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonText:
    """The searchable words of one lesson (statement, reason and recommendation)."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """What an engine is given of one record version.

    `topics` are identifiers of fields of action; a query finds them by their labels. `facets` maps a
    facet key to the values of this record. `questions` are those that it answers. `wording` names what it says: records
    with the same one are copies. Times are aware and in UTC.
    """

    uid: str
    id: str
    origin: str
    kind: str
    slug: str
    digest: str
    wording: str = ""
    title: str
    summary: str
    lessons: tuple[LessonText, ...] = ()
    topics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    problem: str = ""
    body: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)
    published_at: datetime
    confirmed_at: datetime | None = None
    lang: str = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarTo:
    """The features of a record for which neighbours are sought; a shared value of `facets` counts extra."""

    id: str
    text: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=_nothing)


class SearchIndex(Protocol):
    """The port. One instance serves one process; several processes may share the files."""

    def search(self, query: SearchQuery, nearness: Nearness | None = None) -> SearchResult:
        """Answer a query from the newest committed state, by its words and, where it is given, by its meaning."""

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        """The records nearest to `like`, itself left out, best first."""

    def twins(self, uid: str) -> tuple[str, ...]:
        """The uids of what other nodes carry with the text of a record, whatever its identifier there."""

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Topics, places, questions and titles that go on from `prefix`, best first."""

    def apply(
        self,
        upserts: Iterable[IndexDocument],
        removals: Sequence[str],
        cursor: Cursor,
        progress: Progress | None = None,
    ) -> int:
        """Store documents, drop the uids in `removals` and write `cursor`, in one commit.

        Repeating a call is harmless. Returns the number of documents stored.
        Raises `SearchUnavailable` when another process holds the writer for too long.
        """

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor, progress: Progress | None = None) -> int:
        """Put these documents in the place of all that is held, in one commit.

        Readers see the old state until it is done. Returns the number of documents stored.
        Raises `SearchUnavailable` like `apply`.
        """

    def cursor(self) -> Cursor:
        """The place in the catalogue up to which this index is complete.

        `Cursor()` when it is new, unreadable, or built by another analysis chain: then call `replace`.
        """

    def is_blank(self) -> bool:
        """Tell whether nothing was ever completed in it: it is new, or stands in for one that could not be opened."""

    def digests(self) -> Mapping[str, str]:
        """Digest by uid of every document held, for the comparison with the catalogue."""

    def clear(self) -> None:
        """Forget everything, cursor included."""
