"""Solutions by how many criteria of a product they meet, a page at a time: the index knows, nobody reads them all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.records.five_lines.lines import SOLUTION
from app.reuse.facets import NO_MERITS, merits_in
from app.search.document import MERITS
from app.search.query import SearchHit, SearchQuery, SearchResult, Sort
from app.search.service import SearchService


@dataclass(frozen=True, slots=True, kw_only=True)
class ProductPage:
    """Some solutions, those first that meet most criteria; as many as `matching` of all `total` meet what is wanted."""

    hits: tuple[SearchHit, ...]
    matching: int
    counted: SearchResult

    @property
    def total(self) -> int:
        """How many solutions there are."""
        return sum(_numbers(self.counted).values())


class Products:
    """What runs out by time alone is told with the next change of the solution."""

    def __init__(self, search: SearchService) -> None:
        self._search = search

    def page(self, wanted: Collection[str], page: int, size: int) -> ProductPage:
        """Return a page of the solutions that meet all criteria `wanted`; raises Unavailable."""
        # A value that is asked for lets the others be counted as well.
        counted = self._asked((NO_MERITS,), 1, 1)
        groups: defaultdict[int, dict[str, int]] = defaultdict(dict)
        for value, number in _numbers(counted).items():
            met = merits_in(value)
            if met.issuperset(wanted):
                groups[len(met)][value] = number
        hits = tuple(self._hits([groups[number] for number in sorted(groups, reverse=True)], page, size))
        return ProductPage(hits=hits, matching=sum(sum(group.values()) for group in groups.values()), counted=counted)

    def _hits(self, groups: Sequence[Mapping[str, int]], page: int, size: int) -> Iterator[SearchHit]:
        skipped, left = (page - 1) * size, size
        for group in groups:
            number = sum(group.values())
            if skipped < number and left:
                taken = min(left, number - skipped)
                yield from self._part(tuple(group), skipped, taken, size)
                left -= taken
            skipped = max(0, skipped - number)

    def _part(self, values: tuple[str, ...], skipped: int, number: int, size: int) -> tuple[SearchHit, ...]:
        first, last = skipped // size, (skipped + number - 1) // size
        found = [hit for page in range(first, last + 1) for hit in self._asked(values, page + 1, size).hits]
        return tuple(found[skipped - first * size :][:number])

    def _asked(self, values: tuple[str, ...], page: int, size: int) -> SearchResult:
        filters = {"art": (SOLUTION,), MERITS: values}
        return self._search.search(SearchQuery(filters=filters, sort=Sort.TITLE, page=page, size=size))


def _numbers(result: SearchResult) -> dict[str, int]:
    facets = (facet.values for facet in result.facets if facet.key == MERITS)
    return {one.value: one.count for values in facets for one in values if one.count}
