"""The situation of somebody who starts a project, and the same in one line. Every part of it is optional."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from app.records.record import size_class
from app.reuse.place import Place

SLIDER_MAX = 10
DEFAULT_SLIDER = 5
_ACTS_AS = MappingProxyType({"district": "district", "state": "state", "municipal_association": "inter_municipal"})
"""How places of a kind necessarily work together with others."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Situation:
    """What the asker says about place, project and limits.

    `size_class` counts only where the place has no population. `topic` is an id of the vocabulary of topics, `phase`
    the phase that the project is in now, `cooperation` and the codes in `place` are values of the record schema.
    `months` is the time left, `budget` is in euros, `staff` in full-time posts. With a `slider`
    above 0 (to SLIDER_MAX) likeness to the place decides between equal hits; 0 leaves the order of the search alone.
    """

    place: Place | None = None
    size_class: str = ""
    cooperation: str = ""
    topic: str = ""
    phase: str = ""
    months: int | None = None
    budget: int | None = None
    staff: float | None = None
    open_source_only: bool = False
    obtainable_only: bool = False
    slider: int = DEFAULT_SLIDER

    @property
    def settled_place(self) -> Place | None:
        """The asker's place; None where several may be meant."""
        return self.place if self.place and self.place.settled else None

    @property
    def is_empty(self) -> bool:
        """Whether nothing is said; the position of the slider alone says nothing."""
        return self == Situation(slider=self.slider)

    @property
    def own_size_class(self) -> str:
        """The class of the place by its population, else the class the asker chose, else empty."""
        return size_class(self.place.population if self.place else None) or self.size_class

    @property
    def own_cooperation(self) -> str:
        """The form of cooperation that the asker chose, else the one that the kind of place brings with it."""
        return self.cooperation or _ACTS_AS.get(self.place.kind if self.place else "", "")

    @property
    def filters(self) -> Mapping[str, tuple[str, ...]]:
        """The filters of the search that follow from the situation.

        The phase is none: whoever has an idea wants to see what became of it elsewhere, not other ideas.
        """
        return {"thema": (self.topic,)} if self.topic else {}


SMALL_PLACES = Situation(size_class="lt5k")
"""The entrance for places with fewer than 5,000 inhabitants."""
