# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The situation in one line, as codes in the order in which to read them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from app.kickoff.situation.situation import Situation


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
