"""The port that an engine fills: what it is given, what it is asked, and how far it is.

An engine receives whole `IndexDocument` values and answers `SearchQuery` values. Language
analysis, synonyms and document building stand on this side of the port, so that two engines
can only differ in speed, never in what they find.
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

    `titles` are those in other languages. `topics` are identifiers of fields of action; a query finds them by their
    labels. `facets` maps a facet key to the values of this record. `questions` are those that it answers. `wording`
    names what it says: records with the same one are copies. Times are aware and in UTC.
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
    """The features of a record for which neighbours are sought; a shared value of `facets` counts extra."""

    id: str
    text: str
    facets: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class IndexDamaged(Unavailable):
    """The index cannot be read: its files are not as they were written. It has to be built anew."""

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
    """The port. One instance serves one process; several processes may share the files."""

    def search(self, query: SearchQuery, nearness: QuestionNearness | None = None) -> SearchResult:
        """Answer a query from the newest committed state, by its words and, where it is given, by its meaning."""

    def similar(self, like: SimilarTo, limit: int) -> tuple[SearchHit, ...]:
        """The records nearest to `like`, itself left out, best first."""

    def twins(self, uid: str) -> tuple[str, ...]:
        """The uids of what other nodes carry with the text of a record, whatever its identifier there."""

    def suggest(self, prefix: str, limit: int) -> tuple[str, ...]:
        """Topics, places, questions and titles that go on from `prefix`, best first."""

    def apply(self, upserts: Iterable[IndexDocument], removals: Sequence[str], cursor: Cursor) -> int:
        """Store documents, drop the uids in `removals` and write `cursor`, in one commit.

        Repeating a call is harmless. Returns the number of documents stored.
        Raises `SearchUnavailable` when another process holds the writer for too long.
        """

    def replace(self, documents: Iterable[IndexDocument], cursor: Cursor) -> int:
        """Put these documents in the place of all that is held, in one commit.

        Readers see the old state until it is done. Returns the number of documents stored.
        Raises `SearchUnavailable` like `apply`.
        """

    def tidy(self) -> None:
        """Do what keeps searches fast and need not be done while somebody waits; raises `SearchUnavailable`."""

    def cursor(self) -> Cursor:
        """The place in the catalogue up to which this index is complete.

        `Cursor()` when it is new, unreadable, or built by another analysis chain: then call `replace`.
        """

    def state(self) -> Hashable:
        """Name what answers come from now: with the same name, the same question has the same answer. It is cheap."""

    def is_blank(self) -> bool:
        """Tell whether nothing was ever completed in it: it is new, or stands in for one that could not be opened."""

    def digests(self) -> Iterator[tuple[str, str]]:
        """Uid and digest of every document held, to compare them with the catalogue; the same may be told twice."""
