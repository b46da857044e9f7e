"""The interface between search and an index engine.

An engine receives whole `IndexDocument` values and answers `SearchQuery` values. Language analysis, synonyms and
document building stay on this side, so that engines can differ only in speed, never in what they find.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple, Protocol

from app.search.query import SearchHit, SearchQuery, SearchResult
from app.shared.errors import Unavailable
from app.shared.wording import N_

if TYPE_CHECKING:
    from app.search.meaning.vectors import QuestionNearness


class Cursor(NamedTuple):
    """Position of an index in the catalogue: the last change number, and the number of the catalogue's rebuild."""

    seq: int = 0
    generation: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class LessonText:
    """The searchable words of one lesson (statement, reason and recommendation)."""

    id: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class IndexDocument:
    """What an engine receives of one record version.

    `titles` are in other languages. `topics` are identifiers of fields of action; a query finds them by their labels.
    `facets` maps a facet key to the values of this record. `questions` are those that it answers. `wording` identifies
    its text: records with equal ones are copies. Times are aware and in UTC.
    """

    uid: str
    id: str
    origin: str
    kind: str
    slug: str
    digest: str
    wording: str = ""
    title: str
    titles: tuple[str, ...] = ()
    summary: str
    lessons: tuple[LessonText, ...] = ()
    topics: tuple[str, ...] = ()
    keywords: tuple[str, ...] = ()
    questions: tuple[str, ...] = ()
    places: tuple[str, ...] = ()
    problem: str = ""
    body: str = ""
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    published_at: datetime
    confirmed_at: datetime | None = None
    lang: str = "de"


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarTo:
    """The features of a record whose neighbours are sought; shared values of `facets` add to the score."""

    id: str
    text: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class IndexDamaged(Unavailable):
    """The index files are damaged and cannot be read. The index must be rebuilt."""

    directory: str

    headline = N_("The search does not work at the moment")
    message = N_(
        "The search is damaged, so nothing can be searched. No text is lost, and all records can be read."
        " The operator builds it anew (erfahrungsnetz reindex); please try again afterwards."
    )


class SearchUnavailable(Unavailable):
    """The index cannot be used now: another process writes for too long."""

    directory: str

    message = "the search index cannot be used now (%(directory)s): another process writes it. Try again"


class SearchIndex(Protocol):
    """The interface. One instance serves one process; several processes may share the files."""

    def search(self, query: SearchQuery, nearness: QuestionNearness | None = None) -> SearchResult:
        """Answer a query from the newest committed state, by words and, if `nearness` is given, by meaning."""

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        """Return the records nearest to `like`, without itself, best first."""

    def twins(self, uid: str) -> tuple[str, ...]:
        """Return the uids of records of other nodes with the same text, under any identifier."""

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Return topics, places, questions and titles that complete `prefix`, best first."""

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store documents, drop the uids in `removals` and write `cursor`, in one commit.

        Repeating a call is harmless. Returns the number of documents stored.
        Raises `SearchUnavailable` when another process holds the writer for too long.
        """

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Replace everything in one commit; return the number of documents. Raises `SearchUnavailable`."""

    def tidy(self) -> None:
        """Do maintenance that keeps searches fast, while nobody waits for it; raises `SearchUnavailable`."""

    def cursor(self) -> Cursor:
        """Return how far the index is complete. `Cursor()` if new, unreadable or outdated: call `replace`."""

    def state(self) -> Hashable:
        """Return an identifier of the current state: while it is equal, results are equal. Cheap."""

    def is_blank(self) -> bool:
        """Return whether nothing was ever completed in it: it is new, or replaces one that could not be opened."""

    def digests(self) -> Iterator[tuple[str, str]]:
        """Yield uid and digest of every stored document, to compare with the catalogue; may contain duplicates."""
