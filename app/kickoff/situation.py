# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situation of somebody who starts a project, and the same in one line. Every part of it is optional."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from app.content.record import size_class
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
    `months` is the time left, `budget` is in euros, `staff` in full-time posts. `slider` (0 to SLIDER_MAX) says how
    much likeness to the place counts beside the words; 0 leaves the order of the search alone.
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


class SummaryCode(StrEnum):
    """What a part says. The parameter of each has the name of its code."""

    NAME = "name"
    KIND = "kind"
    STATE = "state"
    POPULATION = "population"
    SIZE_CLASS = "size_class"
    COOPERATION = "cooperation"
    TOPIC = "topic"
    PHASE = "phase"
    MONTHS = "months"
    BUDGET = "budget"
    STAFF = "staff"
    OPEN_SOURCE_ONLY = "open_source_only"
    OBTAINABLE_ONLY = "obtainable_only"


@dataclass(frozen=True, slots=True, kw_only=True)
class SummaryPart:
    """One part of the line, such as `state` with `{"state": "HE"}`; the two limits have no parameter."""

    code: SummaryCode
    params: Mapping[str, str] = field(default_factory=dict)


def summary(situation: Situation) -> tuple[SummaryPart, ...]:
    """Return what was said, and nothing that was not; numbers in plain digits with a decimal point."""
    stated = tuple(SummaryPart(code=code, params={code.value: text}) for code, text in _values(situation) if text)
    limits = (
        (SummaryCode.OPEN_SOURCE_ONLY, situation.open_source_only),
        (SummaryCode.OBTAINABLE_ONLY, situation.obtainable_only),
    )
    return (*stated, *(SummaryPart(code=code) for code, is_set in limits if is_set))


def _values(situation: Situation) -> Iterator[tuple[SummaryCode, str]]:
    place = situation.place
    if place is not None:
        yield SummaryCode.NAME, place.name or ""
        yield SummaryCode.KIND, place.kind
        yield SummaryCode.STATE, place.state
        yield SummaryCode.POPULATION, _number(place.population)
    if place is None or place.population is None:
        yield SummaryCode.SIZE_CLASS, situation.size_class
    yield SummaryCode.COOPERATION, situation.cooperation
    yield SummaryCode.TOPIC, situation.topic
    yield SummaryCode.PHASE, situation.phase
    yield SummaryCode.MONTHS, _number(situation.months)
    yield SummaryCode.BUDGET, _number(situation.budget)
    yield SummaryCode.STAFF, _number(situation.staff)


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}".rstrip("0").rstrip(".")
