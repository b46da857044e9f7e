"""The search for somebody who starts a project."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from app.catalogue import CatalogueService
from app.kickoff.goals import GoalLessons
from app.kickoff.offers import CASE_STUDY, SOLUTION, Offer, Offers, Openness, openness_together, read_ahead
from app.kickoff.ranking import compared, fit_of, rank
from app.kickoff.situation import Situation
from app.reuse.facets import WAY, WITHOUT_TENDER
from app.reuse.service import ReuseService
from app.search.query import Facet, ReasonCode, SearchHit, SearchQuery, SearchResult, Sort
from app.search.service import SearchService

WINDOW = 100
"""Hits of one query: the first ones are re-ranked, and all are checked against limits."""
FIRST_WINDOWS, MAX_WINDOWS = 2, 10
"""Windows checked against limits for the first page, and at most for later pages."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOpen:
    """How many of `among` hits are known to be open source or use what is; `fitting` of them have every word asked."""

    number: int
    among: int
    fitting: int = 0


def known_open(hits: Sequence[SearchHit], openness: Sequence[Openness | None]) -> KnownOpen:
    """Count the hits known to be open source; `openness` is that of each hit."""
    found = [hit for hit, one in zip(hits, openness, strict=True) if one is Openness.OPEN]
    return KnownOpen(number=len(found), among=len(hits), fitting=sum(not lacks_words(hit) for hit in found))


def known_open_of(result: SearchResult) -> KnownOpen | None:
    """Return the counts of open source in a result; None if it was no limit."""
    return result.known_open if isinstance(result.known_open, KnownOpen) else None


def lacks_words(hit: SearchHit) -> bool:
    """Return whether a hit lacks a word of the query in every form."""
    return any(reason.code == ReasonCode.WORD_MISSING for reason in hit.reasons)


def recounted(facets: Iterable[Facet], hits: Sequence[SearchHit]) -> tuple[Facet, ...]:
    """Return the facets that split these hits, counted over them; one with a selected value is left unchanged."""
    found = []
    for facet in facets:
        if any(value.selected for value in facet.values):
            found.append(facet)
            continue
        counts = Counter(value for hit in hits for value in hit.facets.get(facet.key, ()))
        values = [replace(one, count=counts[one.value]) for one in facet.values if counts[one.value]]
        if any(one.count < len(hits) for one in values):
            found.append(replace(facet, values=tuple(sorted(values, key=lambda one: (-one.count, one.value)))))
    return tuple(found)


class KickoffService:
    """Searches with the asker's situation. Safe for all threads of a process."""

    def __init__(
        self,
        search: SearchService,
        catalogue: CatalogueService,
        reuse: ReuseService,
        phases: Sequence[str],
        *,
        goal_lessons: GoalLessons,
        window: int = WINDOW,
    ) -> None:
        """Re-rank the first `window` hits of `search`; `phases` are the record schema's phases in order."""
        self.goal_lessons = goal_lessons
        self._search = search
        self._catalogue = catalogue
        self.offers = Offers(catalogue, reuse, search)
        self._phases = tuple(phases)
        self._window = window

    def search(self, query: SearchQuery, situation: Situation, *, proven: bool = False) -> SearchResult:
        """Return one page of a query; each hit is compared with the situation, see `fit_of`.

        The order is that of the search if nothing is known about the asker, the slider is at 0, another order than
        relevance is wanted, and beyond the window. With limits, hits of a window that lack a word come last, but before
        far ones; `total` includes hits not yet examined, up to the last page. With `proven` and the limit to open
        source, only hits known to be open are returned.
        """
        asked = replace(query, filters=_joined(query.filters, situation.filters))
        if situation.open_source_only or situation.obtainable_only:
            return self._limited(asked, situation, proven=proven and situation.open_source_only)
        if not self._reorders(asked, situation):
            found = self._search.search(asked)
            hits = compared(found.hits, situation)
        else:
            found = self._search.search(replace(asked, page=1, size=self._whole_pages(asked.size)))
            hits = _page(rank(found.hits, situation), asked)
        return replace(found, hits=self._with_offers(hits, situation, query))

    def _limited(self, query: SearchQuery, situation: Situation, *, proven: bool) -> SearchResult:
        found = self._search.search(replace(query, page=1, size=self._window))
        reached = min(found.total, MAX_WINDOWS * self._window)
        # The number of known open ones requires examining all hits.
        wanted = reached if proven else max(max(1, query.page) * query.size, query.named)
        kept, examined = self._within(query, situation, found.hits, first=True), len(found.hits)
        while examined < reached and (examined < FIRST_WINDOWS * self._window or len(kept) < wanted):
            page = examined // self._window + 1
            hits = self._search.search(replace(query, page=page, size=self._window)).hits
            if not hits:
                break
            kept += self._within(query, situation, hits)
            examined += len(hits)
        if _asks_without_purchase(query) and query.sort == Sort.RELEVANCE:
            kept.sort(key=lambda hit: -self.offers.hope_without_purchase(hit, situation))
        openness = self._openness(kept) if situation.open_source_only else []
        shown = [hit for hit, one in zip(kept, openness, strict=True) if one is Openness.OPEN] if proven else kept
        return replace(
            found,
            hits=self._with_offers(_page(shown, query), situation, query),
            facets=recounted(found.facets, shown) if len(shown) < examined == found.total else found.facets,
            total=len(shown) if proven else len(kept) + reached - examined,
            left_out=examined - len(kept),
            examined=examined,
            unexamined=found.total - examined,
            known_open=known_open(kept, openness) if situation.open_source_only else None,
            uids=tuple(hit.uid for hit in shown[: query.named]),
            near=sum(not hit.far for hit in shown),
        )

    def _within(
        self, query: SearchQuery, situation: Situation, hits: Sequence[SearchHit], *, first: bool = False
    ) -> list[SearchHit]:
        """Return the hits of a window that no limit excludes; only those of the first are ranked anew."""
        ordered = (rank if first and query.sort == Sort.RELEVANCE else compared)(hits, situation)
        kept = [hit for hit in ordered if not self.offers.excluded(hit, situation)]
        if query.sort == Sort.RELEVANCE:
            kept.sort(key=lambda hit: (hit.far, lacks_words(hit)))
        return kept

    def _openness(self, hits: Sequence[SearchHit]) -> list[Openness | None]:
        read_ahead(self._catalogue, hits)
        return [_openness(hit, self.offers.of(hit)) for hit in hits]

    def _reorders(self, query: SearchQuery, situation: Situation) -> bool:
        last = max(1, query.page) * query.size
        concerned = situation.slider > 0 and not situation.is_empty
        return concerned and query.sort == Sort.RELEVANCE and last <= self._whole_pages(query.size)

    def _whole_pages(self, size: int) -> int:
        """Return the window rounded down to whole pages, so that the next page continues exactly where it ends."""
        return self._window // size * size

    def _with_offers(
        self, hits: Sequence[SearchHit], situation: Situation, query: SearchQuery
    ) -> tuple[SearchHit, ...]:
        if situation.is_empty:
            return tuple(hits)
        read_ahead(self._catalogue, hits)
        had: dict[str, tuple[Offer, ...]] = {}
        visible, found = self._catalogue.visible(), []
        for hit in hits:
            offers = self.offers.ways(visible.get(hit.id, hit.origin), situation, query.text, had)
            if _asks_without_purchase(query):
                offers = tuple(replace(one, answer=one.answer and one.answer.without_purchases) for one in offers)
            openness = _openness(hit, self.offers.of(hit)) if situation.open_source_only else None
            found.append(replace(hit, fit=replace(fit_of(hit), offers=offers, openness=openness)))
        return tuple(found)


def _asks_without_purchase(query: SearchQuery) -> bool:
    return WITHOUT_TENDER in query.filters.get(WAY, ())


def _page(hits: Sequence[SearchHit], query: SearchQuery) -> tuple[SearchHit, ...]:
    start = (max(1, query.page) - 1) * query.size
    return tuple(hits[start : start + query.size])


def _joined(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(dict.fromkeys([*one.get(key, ()), *other.get(key, ())])) for key in {**one, **other}}


def _openness(hit: SearchHit, offers: tuple[Offer, ...]) -> Openness | None:
    has_software = bool(offers) or hit.kind in (SOLUTION, CASE_STUDY)
    return openness_together(offers) if has_software else None
