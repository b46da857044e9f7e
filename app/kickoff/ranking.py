# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Puts what the search found into an order that also heeds likeness to the asker's place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from app.kickoff.likeness import Likeness, likeness
from app.kickoff.situation import SLIDER_MAX, Situation
from app.search.port import Hit


@dataclass(frozen=True, slots=True, kw_only=True)
class RankedHit:
    """A hit with its likeness. `position` is its place in the order of the search alone, from 1."""

    hit: Hit
    likeness: Likeness
    position: int


def compared(hits: Sequence[Hit], situation: Situation, first: int = 1) -> tuple[RankedHit, ...]:
    """Return the hits in their order, each compared with the situation; `first` is the position of the first."""
    return tuple(
        RankedHit(hit=hit, likeness=likeness(situation, hit), position=position)
        for position, hit in enumerate(hits, first)
    )


def rank(hits: Sequence[Hit], situation: Situation) -> tuple[RankedHit, ...]:
    """Return the first hits of a search, best first, in a new order.

    A hit counts as its score in relation to the best one, plus up to as much again for full likeness at full
    slider. So words still decide, equally like hits keep their order, and slider 0 changes nothing.
    """
    best = max((hit.score for hit in hits), default=0.0)
    strength = situation.slider / SLIDER_MAX

    def value(ranked: RankedHit) -> float:
        # Without words all scores are 0: then likeness alone decides among equally fitting hits.
        relevance = ranked.hit.score / best if best > 0 else 1.0
        return relevance * (1 + strength * ranked.likeness.share)

    return tuple(sorted(compared(hits, situation), key=value, reverse=True))
