# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The filters of a search to which the situation adds the asker's field of action."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from app.kickoff.situation import Situation
from app.search.port import Facet
from app.web.kickoff.reading import Kickoff
from app.web.listing import TOPIC, Asked, facet_words
from app.web.presentation.facets import Filters, ShownFacet, including, without
from app.web.presentation.shown import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Filtering:
    """All filters in force; removing the asker's field of action removes it from the situation."""

    filters: Filters
    question: Asked
    kickoff: Kickoff

    def facets(self, facets: Sequence[Facet]) -> tuple[ShownFacet, ...]:
        """Return the facets with the address of each value."""
        return facet_words().facets(facets, self.filters, self._address)

    def chosen(self) -> tuple[Link, ...]:
        """Return the filters in force, each with the address without it."""
        return facet_words().chosen(self.filters, self._address)

    def _address(self, filters: Filters) -> str:
        topic = self.kickoff.situation.topic
        if not topic:
            return self.question.address_with(filters)
        if topic in filters.get(TOPIC, ()):
            return self.question.address_with(without(filters, TOPIC, topic))
        kickoff = replace(self.kickoff, situation=replace(self.kickoff.situation, topic=""))
        return replace(self.question, carried=tuple(kickoff.parameters())).address_with(filters)


def filtering(question: Asked, kickoff: Kickoff) -> Filtering:
    """Return the filters of the question together with those of the situation."""
    return Filtering(filters=_together(question.filters, kickoff.situation), question=question, kickoff=kickoff)


def _together(filters: Filters, situation: Situation) -> Filters:
    for key, values in situation.filters.items():
        for value in values:
            filters = filters if value in filters.get(key, ()) else including(filters, key, value)
    return filters
