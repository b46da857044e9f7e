# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""What a search at the start of a project comes back with."""

from __future__ import annotations

from dataclasses import dataclass

from app.kickoff.offers import Offer, Openness
from app.search.port import Facet, Hit, Reason, SearchResult


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
