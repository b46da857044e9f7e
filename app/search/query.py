"""What a reader asks, and what is answered: values that go from the pages to an engine and back."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


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
    RELATED = "related"
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
    found so many are named beside the page as `named` says. `counted` names the facets to count in any case and alone.
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

    `word` is what was typed; `zone` where it stands (title, lesson, topics, keywords, questions, summary, places);
    `lesson` the id of a lesson; `label` what was found instead: the synonym, the correction, the part of a compound,
    the field of action; `lang` its language where that is not the reader's;
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
    an asker (see `fit_of` there); the search carries it without looking into it. What is `far` fits much less
    well than the best hit.
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
    """A facet and its values, most frequent first, selected values always included."""

    key: str
    values: tuple[FacetValue, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class SearchResult:
    """The answer to a query. `relaxed`: not all words were found together, so any may match.

    `missing` are words that no record is about; `hits` are then the nearest, and no answer. The vocabulary added the
    words `expanded`; the text `suggestion` would find more. Of a limit's first `examined` hits `left_out` do not fit,
    `unexamined` more were found; `known_open` is what `app.kickoff` finds out of the rest.
    So many as `near` says, which come first, are not far from the best. `uids` name what was found on all pages, in no
    order and as far as the query wanted them `named`.
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
