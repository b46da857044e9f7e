# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The search of somebody who starts a project, and what it comes back with."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from app.catalogue import CatalogueService
from app.kickoff.lessons import PhaseLessons, by_area
from app.kickoff.offers import CASE_STUDY, SOLUTION, HitRecords, Obtaining, Offer, Offers, Openness, openness_together
from app.kickoff.ranking import RankedHit, compared, rank
from app.kickoff.situation import Situation
from app.search.port import Facet, Hit, Reason, SearchQuery, SearchResult, Sort
from app.search.service import SearchService


@dataclass(frozen=True, slots=True, kw_only=True)
class KickoffHit:
    """A hit, and why it stands where it stands beyond its words.

    `reasons` are codes of LikenessCode, `position` is the place in the order of the search alone, from 1.
    `offers` are the solutions to reuse. `openness` is None for a hit without any reference to software,
    such as a concept.
    """

    hit: Hit
    reasons: tuple[Reason, ...] = ()
    position: int
    offers: tuple[Offer, ...] = ()
    openness: Openness | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class KickoffResult:
    """One page of hits. `search` is what the search itself said (facets, suggestion, added words).

    `total` counts the hits that can be leafed through. With a limit ("open source only") the first `examined`
    hits are checked: `left_out` of them are known not to fit, and `unexamined` more were found but not checked.
    """

    hits: tuple[KickoffHit, ...]
    total: int
    search: SearchResult
    left_out: int = 0
    examined: int = 0
    unexamined: int = 0

    @property
    def facets(self) -> tuple[Facet, ...]:
        """Facets with their counts before any limit."""
        return self.search.facets


WINDOW = 100
"""So many first hits are put into a new order and checked against limits: ten pages, all in one query."""


class KickoffService:
    """Searches with the asker's situation. Safe for all threads of a process."""

    def __init__(
        self,
        search: SearchService,
        catalogue: CatalogueService,
        obtaining: Obtaining,
        phases: Sequence[str],
        *,
        window: int = WINDOW,
    ) -> None:
        """Re-rank the first `window` hits of `search`; `phases` are those of the record schema in their order."""
        self._search = search
        self._records = HitRecords(catalogue)
        self._offers = Offers(self._records, obtaining)
        self._phases = tuple(phases)
        self._window = window

    def search(self, query: SearchQuery, situation: Situation) -> KickoffResult:
        """Answer one page of a query.

        The order is that of the search where nothing is said about the asker, where the slider is at 0, where another
        order than relevance is wanted, and beyond the window.
        """
        asked = replace(query, filters=_joined(query.filters, situation.filters))
        if situation.open_source_only or situation.obtainable_only:
            return self._limited(asked, situation)
        if not self._reorders(asked, situation):
            return self._plain(asked, situation)
        found = self._search.search(replace(asked, page=1, size=self._whole_pages(asked.size)))
        ranked = _page(rank(found.hits, situation), asked)
        return KickoffResult(hits=self._shown(ranked, situation), total=found.total, search=found)

    def lessons(self, hits: Sequence[Hit], situation: Situation) -> PhaseLessons:
        """Return what the records of these hits learned, that for the coming phase first."""
        records = (self._records.record(self._records.entry(hit)) for hit in hits)
        return by_area((record for record in records if record), situation.phase, self._phases)

    def _plain(self, query: SearchQuery, situation: Situation) -> KickoffResult:
        found = self._search.search(query)
        ranked = compared(found.hits, situation, first=(max(1, query.page) - 1) * query.size + 1)
        return KickoffResult(hits=self._shown(ranked, situation), total=found.total, search=found)

    def _limited(self, query: SearchQuery, situation: Situation) -> KickoffResult:
        found = self._search.search(replace(query, page=1, size=self._window))
        ranked = self._ordered(found, query, situation)
        kept = [one for one in ranked if not self._offers.excluded(one.hit, situation)]
        return KickoffResult(
            hits=self._shown(_page(kept, query), situation),
            total=len(kept),
            search=found,
            left_out=len(ranked) - len(kept),
            examined=len(ranked),
            unexamined=found.total - len(ranked),
        )

    def _reorders(self, query: SearchQuery, situation: Situation) -> bool:
        last = max(1, query.page) * query.size
        concerned = situation.slider > 0 and not situation.is_empty
        return concerned and query.sort == Sort.RELEVANCE and last <= self._whole_pages(query.size)

    def _whole_pages(self, size: int) -> int:
        """The window cut to whole pages, so that the first page beyond it goes on exactly where it ends."""
        return self._window // size * size

    def _ordered(self, found: SearchResult, query: SearchQuery, situation: Situation) -> tuple[RankedHit, ...]:
        by_relevance = query.sort == Sort.RELEVANCE
        return rank(found.hits, situation) if by_relevance else compared(found.hits, situation)

    def _shown(self, ranked: Sequence[RankedHit], situation: Situation) -> tuple[KickoffHit, ...]:
        return tuple(self._described(ranked, situation))

    def _described(self, ranked: Sequence[RankedHit], situation: Situation) -> Iterator[KickoffHit]:
        if not situation.is_empty:
            self._records.read_ahead(one.hit for one in ranked)
        for one in ranked:
            offers = () if situation.is_empty else self._offers.of(one.hit, situation)
            yield KickoffHit(
                hit=one.hit,
                reasons=one.likeness.reasons,
                position=one.position,
                offers=offers,
                openness=_openness(one.hit, offers) if situation.open_source_only else None,
            )


def _page(ranked: Sequence[RankedHit], query: SearchQuery) -> Sequence[RankedHit]:
    start = (max(1, query.page) - 1) * query.size
    return ranked[start : start + query.size]


def _joined(one: Mapping[str, tuple[str, ...]], other: Mapping[str, tuple[str, ...]]) -> dict[str, tuple[str, ...]]:
    keys = dict.fromkeys([*one, *other])
    return {key: tuple(dict.fromkeys([*one.get(key, ()), *other.get(key, ())])) for key in keys}


def _openness(hit: Hit, offers: tuple[Offer, ...]) -> Openness | None:
    has_software = bool(offers) or hit.kind in (SOLUTION, CASE_STUDY)
    return openness_together(offers) if has_software else None
