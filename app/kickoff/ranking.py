"""Puts what the search found into an order that also heeds how like the asker's place the places of a record are."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from app.kickoff.offers import Offer, Openness
from app.kickoff.situation import Situation
from app.records.record import SIZE_CLASSES
from app.search.document import PLACE_KIND, SIZE_CLASS, STATE
from app.search.query import Reason, SearchHit

COOPERATION = "zusammenarbeit"


class LikenessCode(StrEnum):
    """In what a record is like the asker's place. Each has the shared value as its parameter.

    `same_size_class` and `near_size_class` name `size_class` (near: `own` too), the others `state`, `kind`
    and `cooperation`.
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
    """`points` out of the `possible` ones that the asker's answers allow; `reasons` say where they come from."""

    points: int = 0
    possible: int = 0
    reasons: tuple[Reason, ...] = ()

    @property
    def share(self) -> float:
        """0 (in nothing alike, or nothing to compare) to 1."""
        return self.points / self.possible if self.possible else 0.0


def likeness(situation: Situation, hit: SearchHit) -> Likeness:
    """Compare what the asker said with the facets of a hit; how a record turned out plays no part."""
    reasons = tuple(_reasons(situation, hit))
    points = sum(POINTS[LikenessCode(reason.code)] for reason in reasons)
    return Likeness(points=points, possible=_possible(situation), reasons=reasons)


def _reasons(situation: Situation, hit: SearchHit) -> Iterator[Reason]:
    yield from _size(situation.own_size_class, hit.facets.get(SIZE_CLASS, ()))
    place = situation.place
    if place and place.state and place.state in hit.facets.get(STATE, ()):
        yield Reason(code=LikenessCode.SAME_STATE, params={"state": place.state})
    if place and place.kind and place.kind in hit.facets.get(PLACE_KIND, ()):
        yield Reason(code=LikenessCode.SAME_KIND, params={"kind": place.kind})
    cooperation = situation.own_cooperation
    if cooperation and cooperation in hit.facets.get(COOPERATION, ()):
        yield Reason(code=LikenessCode.COOPERATION, params={"cooperation": cooperation})


def _size(own: str, found: tuple[str, ...]) -> Iterator[Reason]:
    if own and own in found:
        yield Reason(code=LikenessCode.SAME_SIZE_CLASS, params={"size_class": own})
        return
    near = next((size for size in found if size in _neighbours(own)), None)
    if near:
        yield Reason(code=LikenessCode.NEAR_SIZE_CLASS, params={"size_class": near, "own": own})


def _neighbours(own: str) -> tuple[str, ...]:
    if own not in SIZE_CLASSES:
        return ()
    place = SIZE_CLASSES.index(own)
    return tuple(SIZE_CLASSES[near] for near in (place - 1, place + 1) if 0 <= near < len(SIZE_CLASSES))


def _possible(situation: Situation) -> int:
    place = situation.place
    stated = (
        (LikenessCode.SAME_SIZE_CLASS, situation.own_size_class),
        (LikenessCode.SAME_STATE, place.state if place else ""),
        (LikenessCode.SAME_KIND, place.kind if place else ""),
        (LikenessCode.COOPERATION, situation.own_cooperation),
    )
    return sum(POINTS[code] for code, value in stated if value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fit:
    """What a hit is to an asker. `position` is its place in the order of the search alone, from 1.

    `offers` are the solutions to reuse. `openness` is None for a hit without any reference to software, such as a
    concept, and where the asker sets no store by it.
    """

    position: int
    likeness: Likeness
    offers: tuple[Offer, ...] = ()
    openness: Openness | None = None


def fit_of(hit: SearchHit) -> Fit:
    """Return what a hit of `KickoffService` is to the asker."""
    if not isinstance(hit.fit, Fit):
        raise TypeError(f"{hit.uid} was not compared with a situation")
    return hit.fit


def compared(hits: Sequence[SearchHit], situation: Situation, first: int = 1) -> tuple[SearchHit, ...]:
    """Return the hits in their order, each compared with the situation; `first` is the position of the first."""
    return tuple(
        replace(hit, fit=Fit(position=position, likeness=likeness(situation, hit)))
        for position, hit in enumerate(hits, first)
    )


def rank(hits: Sequence[SearchHit], situation: Situation) -> tuple[SearchHit, ...]:
    """Return the first hits of a search, those that fit equally well in the order of their likeness to the place.

    Likeness never lifts a hit above one that fits better, and where no words were asked for all fit equally.
    """
    found = compared(hits, situation)
    if not situation.slider:
        return found
    return tuple(sorted(found, key=lambda hit: (hit.score, fit_of(hit).likeness.share), reverse=True))
