"""Orders equally good hits by the similarity of their places to that of the asker."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.kickoff.offers import Offer, Openness
from app.kickoff.situation import Situation
from app.records.record import SIZE_CLASSES
from app.search.document import PLACE_KIND, SIZE_CLASS, STATE
from app.search.query import Reason, SearchHit

COOPERATION = "zusammenarbeit"


class LikenessCode(StrEnum):
    """In what a record resembles the asker's place. Each has the shared value as its parameter.

    `same_size_class` and `near_size_class` name `size_class` (near: `own` too), the others `state`, `kind` and
    `cooperation`.
    """

    SAME_SIZE_CLASS = "same_size_class"
    NEAR_SIZE_CLASS = "near_size_class"
    SAME_STATE = "same_state"
    SAME_KIND = "same_kind"
    COOPERATION = "cooperation"


POINTS = {
    LikenessCode.SAME_SIZE_CLASS: 4,
    LikenessCode.SAME_STATE: 3,
    LikenessCode.NEAR_SIZE_CLASS: 2,
    LikenessCode.SAME_KIND: 2,
    LikenessCode.COOPERATION: 1,
}
"""Size says most about means and staff, the state about law, funding and providers."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Likeness:
    """`points` of the `possible` ones given the asker's answers; `reasons` explain them."""

    points: int = 0
    possible: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def share(self) -> float:
        """Return 0 (nothing in common, or nothing to compare) to 1."""
        return self.points / self.possible if self.possible else 0.0


def likeness(situation: Situation, hit: SearchHit) -> Likeness:
    """Compare the asker's situation with the facets of a hit; the outcome of the record is ignored."""
    place, size = situation.place, situation.own_size_class
    stated = (
        (LikenessCode.SAME_SIZE_CLASS, "size_class", SIZE_CLASS, size),
        (LikenessCode.SAME_STATE, "state", STATE, place.state if place else ""),
        (LikenessCode.SAME_KIND, "kind", PLACE_KIND, place.kind if place else ""),
        (LikenessCode.COOPERATION, "cooperation", COOPERATION, situation.own_cooperation),
    )
    reasons = [
        Reason(code=code, params={name: value})
        for code, name, facet, value in stated
        if value and value in hit.facets.get(facet, ())
    ]
    sizes = hit.facets.get(SIZE_CLASS, ())
    near = next((one for one in sizes if size in SIZE_CLASSES and size not in sizes and _are_neighbours(one, size)), "")
    if near:
        reasons.insert(0, Reason(code=LikenessCode.NEAR_SIZE_CLASS, params={"size_class": near, "own": size}))
    return Likeness(
        points=sum(POINTS[LikenessCode(reason.code)] for reason in reasons),
        possible=sum(POINTS[code] for code, _name, _facet, value in stated if value),
        reasons=tuple(reasons),
    )


def _are_neighbours(one: str, other: str) -> bool:
    return one in SIZE_CLASSES and abs(SIZE_CLASSES.index(one) - SIZE_CLASSES.index(other)) == 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """How a hit fits an asker. `offers` are solutions to reuse; `openness` is None without software or if not asked."""

    likeness: Likeness
    offers: tuple[Offer, ...] = ()
    openness: Openness | None = None


def fit_of(hit: SearchHit) -> Fit:
    """Return the fit of a hit returned by `KickoffService`."""
    if not isinstance(hit.fit, Fit):
        raise TypeError(f"{hit.uid} was not compared with a situation")
    return hit.fit


def compared(hits: Sequence[SearchHit], situation: Situation) -> tuple[SearchHit, ...]:
    """Return the hits in their order, each compared with the situation."""
    return tuple(replace(hit, fit=Fit(likeness=likeness(situation, hit))) for hit in hits)


def rank(hits: Sequence[SearchHit], situation: Situation) -> tuple[SearchHit, ...]:
    """Return the first hits, those of equal worth by similarity of the place; without words, all are equal."""
    found = compared(hits, situation)
    if not situation.slider:
        return found
    return tuple(sorted(found, key=lambda hit: (hit.score, fit_of(hit).likeness.share), reverse=True))
