"""The filters of a question together with what the asker said, and the addresses without one of them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial

from app.kickoff.situation import Situation
from app.search.query import Facet, SearchResult
from app.web.kickoff.situation import Kickoff
from app.web.search.facets import TOPIC, Filters, chosen_filters, facet_choices, including, without
from app.web.search.question import SearchQuestion
from app.web.shell.shown import Link


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """The facets that split the hits, and the filters in force, each with the address without it."""

    facets: list[tuple[Facet, tuple[Link, ...]]]
    filters: tuple[Link, ...]


def narrowing(result: SearchResult, question: SearchQuestion, asker: Kickoff) -> Narrowing:
    """Return how the hits of a question can be narrowed."""
    filters = _together(question.filters, asker.situation)
    address: Callable[[Filters], str] = (
        partial(_filtered, question, asker) if asker.situation.topic else question.address_with
    )
    return Narrowing(
        facets=list(facet_choices(result.facets, filters, address)), filters=chosen_filters(filters, address)
    )


def _together(filters: Filters, situation: Situation) -> Filters:
    """Return the filters of a question together with those of the situation."""
    for key, values in situation.filters.items():
        for value in values:
            filters = filters if value in filters.get(key, ()) else including(filters, key, value)
    return filters


def _filtered(question: SearchQuestion, kickoff: Kickoff, filters: Filters) -> str:
    """Return the address with other filters; removing the asker's field of action removes it from the situation."""
    topic = kickoff.situation.topic
    if topic in filters.get(TOPIC, ()):
        return question.address_with(without(filters, TOPIC, topic))
    other = replace(kickoff, situation=replace(kickoff.situation, topic=""))
    return replace(question, carried=tuple(other.parameters())).address_with(filters)
