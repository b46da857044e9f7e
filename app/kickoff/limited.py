"""What can be counted of the hits that keep to the asker's limits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from app.kickoff.offers import SOLUTION, Openness
from app.search.query import Facet, ReasonCode, SearchHit, SearchResult


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownOpen:
    """How many of `among` hits are known to be open source: as `solutions` themselves or because they used such ones.

    `fitting` are those in which every word of the question stands. `claimed` are further ones, of which a source only
    says so.
    """

    number: int
    among: int
    solutions: int = 0
    fitting: int = 0
    claimed: int = 0


def known_open(hits: Sequence[SearchHit], openness: Sequence[Openness | None]) -> KnownOpen:
    """Count the hits that are known to be open source; `openness` is that of each."""
    found = [hit for hit, one in zip(hits, openness, strict=True) if one is Openness.OPEN]
    return KnownOpen(
        number=len(found),
        among=len(hits),
        solutions=sum(hit.kind == SOLUTION for hit in found),
        fitting=sum(not lacks_words(hit) for hit in found),
        claimed=openness.count(Openness.CLAIMED),
    )


def known_open_of(result: SearchResult) -> KnownOpen | None:
    """Return what a result says of open source; None where that was no limit."""
    return result.known_open if isinstance(result.known_open, KnownOpen) else None


def lacks_words(hit: SearchHit) -> bool:
    """Tell whether a word of the question stands nowhere in a hit, in whatever form."""
    return any(reason.code == ReasonCode.WORD_MISSING for reason in hit.reasons)


def recounted(facets: Iterable[Facet], hits: Sequence[SearchHit]) -> tuple[Facet, ...]:
    """Return facets with the numbers of these hits alone, without those that do not split them.

    Where a value is chosen, the others are alternatives that these hits cannot count, so that facet stays as it is.
    """
    return tuple(_recounted(facets, hits))


def _recounted(facets: Iterable[Facet], hits: Sequence[SearchHit]) -> Iterator[Facet]:
    for facet in facets:
        if any(value.selected for value in facet.values):
            yield facet
            continue
        counts = Counter(value for hit in hits for value in hit.facets.get(facet.key, ()))
        values = [replace(one, count=counts[one.value]) for one in facet.values if counts[one.value]]
        if any(one.count < len(hits) for one in values):
            yield replace(facet, values=tuple(sorted(values, key=lambda one: (-one.count, one.value))))
