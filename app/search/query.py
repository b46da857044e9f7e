"""Search queries and results: values exchanged between pages and engines."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Sort(StrEnum):
    """The orders that a reader can choose; the value is the URL parameter."""

    RELEVANCE = "relevance"
    NEWEST = "newest"
    CONFIRMED = "confirmed"
    TITLE = "title"


class ReasonCode(StrEnum):
    """Why a hit was found at its rank; templates turn the code and its parameters into text."""

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
    RELATED = "related"
    TYPO = "typo"
    WORD_MISSING = "word_missing"
    SIMILAR_TOPIC = "similar_topic"
    MEANING = "meaning"


class MatchedBy(StrEnum):
    """What led to a hit: words of the query, its meaning, or both."""

    WORDS = "words"
    MEANING = "meaning"
    BOTH = "both"


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchQuery:
    """One query of a reader.

    `filters` maps a facet key to the accepted values: values of one facet are alternatives, facets narrow each other.
    `page` starts at 1. `lang` is the language of the interface. `named` is the number of hits over all pages whose uids
    the result lists. `counted` names the only facets to count, even if they do not split the hits.
    """

    text: str = ""
    filters: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    sort: Sort | str = Sort.RELEVANCE
    page: int = 1
    size: int = 10
    lang: str = "de"
    named: int = 0
    counted: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """A machine-readable reason, e.g. `word_in_title` with `{"word": "Starkregen"}`.

    `word` is the typed word; `zone` where it was found (title, lesson, topics, keywords, questions, summary, places);
    `lesson` the id of a lesson; `label` what matched instead: the synonym, the correction, the part of a compound, the
    field of action; `lang` its language if that is not the reader's; `topic` the identifier of a shared field of
    action; `part` the part of the record whose meaning matches: "lesson:<id>", "section:<id>" or a field.
    """

    code: ReasonCode | str
    params: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchHit:
    """One found record. `uid` is unique across nodes, `lessons` are the ids of its best two.

    `terms` are the analysed terms by which the query matched; a `Highlighter` marks them in any text of the record.
    `facets` are the record's values by facet key. Titles and texts are read from the catalogue, never from the index.
    `fit` is computed by `app.kickoff` for an asker (see `fit_of` there) and is opaque to search. A `far` hit scores
    much lower than the best one.
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
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    fit: object = None
    matched_by: MatchedBy = MatchedBy.WORDS
    far: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class FacetValue:
    """A value of a facet with the number of hits it has among all matches."""

    value: str
    count: int
    selected: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """A facet and its values, most frequent first; selected values are always included."""

    key: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The result of a query. `relaxed`: hardly any record has all words, so any word may match.

    `missing` are words that no record is about; `hits` are then the nearest records, not an answer. `expanded` are the
    words added from the vocabulary; the text `suggestion` would find more. Of the first `examined` hits, the limit,
    `left_out` do not fit, and `unexamined` more were found; `known_open` is computed by `app.kickoff` from the rest.
    The first `near` hits are not far from the best. `uids` are hits of all pages, unordered, as many as the query
    wanted `named`.
    """

    total: int
    hits: tuple[SearchHit, ...]
    facets: tuple[Facet, ...]
    suggestion: str | None = None
    relaxed: bool = False
    missing: tuple[str, ...] = ()
    expanded: tuple[str, ...] = ()
    left_out: int = 0
    examined: int = 0
    unexamined: int = 0
    known_open: object = None
    uids: tuple[str, ...] = ()
    near: int = 0
