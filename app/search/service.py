"""The use cases of search: answer, suggest, follow the catalogue, compare index and catalogue."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

from app.catalogue.agreement import Difference, Disagreement, compare
from app.catalogue.entry import CatalogueEntry
from app.catalogue.ledger import Progress
from app.catalogue.service import CatalogueService
from app.records.record import Record
from app.records.schema import SchemaSet
from app.records.vocabulary import Vocabulary
from app.search.copies import DuplicatePolicy, own_before_others
from app.search.derived import DerivedFacets, narrowed, widened
from app.search.document import ORIGIN, contents, facet_keys, to_document, uid_of
from app.search.engine import Engine, IndexPlace, open_engine
from app.search.highlight import Highlighter
from app.search.port import Cursor, IndexDamaged, IndexDocument, SearchIndex, SimilarTo
from app.search.query import MatchedBy, Reason, ReasonCode, SearchHit, SearchQuery, SearchResult
from app.shared.kept import Kept

if TYPE_CHECKING:
    from app.search.meaning.service import MeaningService
    from app.search.meaning.vectors import QuestionNearness

BATCH = 500
"""Changes read and committed together."""
SUGGESTIONS = 8


class SearchService:
    """Search over the visible records of the catalogue. Safe for all threads of a process."""

    def __init__(
        self,
        place: IndexPlace,
        catalogue: CatalogueService,
        schemas: SchemaSet,
        vocabularies: Mapping[str, Vocabulary],
        derived: DerivedFacets | None = None,
        meaning: Callable[[], MeaningService | None] = lambda: None,
        changed: Callable[[set[str]], object] = lambda _uids: None,
        duplicate_policy: DuplicatePolicy = own_before_others,
    ) -> None:
        """Search with the index at `place`; files and dictionaries are opened at first use.

        `derived` adds facets to those of the schemas. `meaning` returns the search by meaning; without it search uses
        words only. `changed` is called with the uids of newly indexed records.
        """
        self._place = place
        self._vocabularies = vocabularies
        self._duplicate_policy = duplicate_policy
        self._meaning = meaning
        self._changed = changed
        self._catalogue = catalogue
        self._schemas = schemas
        self._derived = derived or DerivedFacets()
        self._facet_keys = (*facet_keys(schemas), *self._derived.keys, ORIGIN)
        self._searched = schemas.listed
        self._kept = Kept[Engine]()

    def search(self, query: SearchQuery) -> SearchResult:
        """Return the result of a query."""
        return self.compared(query, self.nearness(query.text))

    def nearness(self, text: str) -> QuestionNearness | None:
        """Return how near the records are to a question by meaning; None if that is unavailable now."""
        meaning = self._meaning() if text else None
        if meaning is None:
            return None
        found = meaning.nearness(self._engine().planner.in_one_word(text))
        if found is None and meaning.state() is not None:
            # If other questions have vectors but this one has none, it may get one at any time.
            self._catalogue.moment.lack()
        return found

    def state(self) -> Hashable:
        """Return an identifier of the state of the index files."""
        meaning = self._meaning()
        return self._engine().index.state(), meaning.state() if meaning else None

    def compared(self, query: SearchQuery, nearness: QuestionNearness | None) -> SearchResult:
        """Return the result of a query with a `nearness` computed before; None searches by words only."""
        found = self.readable().search(widened(query, self._derived), nearness)
        meaning = self._meaning() if nearness else None
        if meaning and nearness:
            found = replace(found, hits=_with_parts(found.hits, meaning, nearness))
        return narrowed(found, query.filters, self._derived)

    def suggest(self, prefix: str, limit: int = SUGGESTIONS) -> tuple[str, ...]:
        """Return queries that complete the typed text, best first."""
        return self.readable().suggest(prefix, limit)

    def similar(self, record: Record, limit: int) -> tuple[SearchHit, ...]:
        """Return the records most similar to this one, without itself."""
        text = " ".join([record.title, record.summary, *record.keywords])
        return self.readable().similar(SimilarTo(id=record.id, text=text, facets={"thema": record.topics}), limit)

    def twins(self, record: Record) -> tuple[str, ...]:
        """Return the uids of records of other nodes with the same text, under any identifier."""
        return self.readable().twins(uid_of(record))

    @property
    def highlighter(self) -> Highlighter:
        """Return a highlighter that marks the `terms` of a hit in any text of its record."""
        return self._engine().highlighter

    def is_word(self, word: str) -> bool:
        """Return whether the dictionary has a word in its base form."""
        return self._engine().planner.is_spelled(word)

    def names_what_is_asked(self, question: str, text: str, *, whole: bool = False) -> bool:
        """Return whether a text names all concepts that a question is about; see `QueryPlanner.same_terms`."""
        return self._engine().planner.same_terms(question, text, whole=whole)

    def facet_keys(self) -> tuple[str, ...]:
        """Return all facets in display order; a key is the name of the URL parameter."""
        return self._facet_keys

    def cursor(self) -> int:
        """Return the change number up to which the index is complete; 0 if it must be rebuilt."""
        return self._complete_to().seq

    def catch_up(self, progress: Progress | None = None) -> int:
        """Index the changes; return the last one. Repeatable; raises `SearchUnavailable` if another writes."""
        last, cursor = self._catalogue.last_seq(), self._complete_to()
        if cursor.seq == 0 and last > 0:
            self.rebuild(progress)
            return last
        first = cursor.seq
        while cursor.seq < last and (changes := self._catalogue.changes(cursor.seq, BATCH)):
            cursor = Cursor(changes[-1].seq, self._catalogue.generation())
            upserts, removals = self._current([*changes, *self._affected(changes)])
            self._engine().index.apply(upserts, removals, cursor)
            self._changed({uid_of(change) for change in changes if change.id})
            if progress:
                progress(cursor.seq - first, last - first)
        return cursor.seq

    def rebuild(self, progress: Progress | None = None) -> int:
        """Rebuild the index, unseen until complete; return the number of records. Raises `SearchUnavailable`."""
        # Read the cursor first: records published during the build then have later numbers and are caught up.
        cursor = Cursor(self._catalogue.last_seq(), self._catalogue.generation())
        return self._engine().index.replace(self.documents(progress), cursor)

    def tidy(self) -> None:
        """Maintain the index now, so that nobody who publishes waits for it; raises `SearchUnavailable`."""
        self._engine().index.tidy()

    def documents(self, progress: Progress | None = None) -> Iterator[IndexDocument]:
        """Yield the index documents of all records."""
        heads = self.searched()
        for done, entry in enumerate(self._catalogue.in_turn(heads), 1):
            document = self._document(entry)
            if document is not None:
                yield document
            if progress:
                progress(done, len(heads))

    def agree(self) -> tuple[Difference, ...]:
        """Return the differences between index and catalogue; empty if they agree."""
        last, cursor = self._catalogue.last_seq(), self.cursor()
        behind = Difference(code=Disagreement.BEHIND, expected=str(last), found=str(cursor))
        differences = tuple(
            compare(((uid_of(one), one.digest) for one in self.searched()), self._engine().index.digests())
        )
        return differences if last == cursor else (behind, *differences)

    def _complete_to(self) -> Cursor:
        cursor = self._engine().index.cursor()
        # A rebuilt catalogue numbers changes from the beginning, so the old number is invalid.
        return cursor if cursor.generation == self._catalogue.generation() else Cursor()

    def _affected(self, changes: Iterable[CatalogueEntry]) -> Iterable[CatalogueEntry]:
        """Return the visible records that did not change but whose derived facets may have."""
        affected = self._derived.affected_by({(change.kind, change.origin) for change in changes})
        return [
            entry
            for kind, origin in affected
            for entry in self._catalogue.heads(kind)
            if origin is None or entry.origin == origin
        ]

    def _current(self, changes: Iterable[CatalogueEntry]) -> tuple[list[IndexDocument], list[str]]:
        """Return the index documents of changed records that are visible, and the uids of those that are not."""
        visible, changed = self._catalogue.visible(), {uid_of(one): one for one in changes if one.id}
        heads = (head for one in changed.values() if (head := visible.get(one.id, one.origin)))
        shown = self._catalogue.in_turn(head for head in heads if head.kind in self._searched)
        upserts = [document for head in shown if (document := self._document(head))]
        return upserts, list(changed.keys() - {document.uid for document in upserts})

    def searched(self) -> list[CatalogueEntry]:
        """Return the visible version of every searched record."""
        return [entry for entry in self._catalogue.heads() if entry.kind in self._searched]

    def _document(self, entry: CatalogueEntry) -> IndexDocument | None:
        record = self._catalogue.readable(entry)
        if record is None:
            # An unreadable record must not stop the indexing of others; `agree` reports it.
            return None
        # Derived facets depend on other records, so an error there is no fault of this record and stops the run.
        edited_at = self._catalogue.last_edit(entry).at
        return to_document(record, entry, self._schemas, self._derived.values(record), edited_at=edited_at)

    def readable(self) -> SearchIndex:
        """Return the index for queries. Raises IndexDamaged if it is empty although there are records."""
        index = self._engine().index
        if index.is_blank() and self._catalogue.last_seq() > 0:
            raise IndexDamaged(str(self._place.folder / self._place.engine))
        return index

    def _engine(self) -> Engine:
        return self._kept.get(lambda: None, self._open)

    def _open(self) -> Engine:
        held = contents(self._schemas, self._derived.keys)
        return open_engine(self._place, self._vocabularies, held, self._duplicate_policy)


def _with_parts(
    hits: tuple[SearchHit, ...], meaning: MeaningService, nearness: QuestionNearness
) -> tuple[SearchHit, ...]:
    """Add to hits by meaning the part of the record that matches."""
    parts = meaning.parts({hit.uid for hit in hits if hit.matched_by is not MatchedBy.WORDS}, nearness)
    reasons = {uid: Reason(code=ReasonCode.MEANING, params={"part": part}) for uid, part in parts.items()}
    return tuple(replace(hit, reasons=(*hit.reasons, reasons[hit.uid])) if hit.uid in reasons else hit for hit in hits)
