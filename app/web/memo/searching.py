# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Searches on behalf of a memo and notes what was shown."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime

from app.catalogue import RecordNotFound, RecordWithdrawn
from app.content.problem import InvalidRecord
from app.kickoff.memo import Filter, NodeAsked, SearchDone, SeenHit
from app.kickoff.memo.search import NodeState
from app.kickoff.result import KickoffHit
from app.kickoff.situation import Situation
from app.reuse.facets import ANSWERS, BUILDS_ON, PRODUCT
from app.search.document import ORIGIN
from app.search.port import SearchQuery
from app.web.access import services
from app.web.language import current_language
from app.web.listing import facet_words
from app.web.network.contact import Contact, contacts
from app.web.nodes import node_name

MOST_FILTERS = 60
"""As many as the schema of memos allows."""
KEPT_IN_WORDS = frozenset({PRODUCT, BUILDS_ON, ANSWERS, ORIGIN})
"""Filters whose values only this site can word, and only as long as it holds what they name."""
LONGEST_LABEL = 400
"""As many characters as the schema of memos allows."""
MOST_NODES = 200
"""As many as the schema of memos allows."""
NO_FILTERS: Mapping[str, tuple[str, ...]] = {}


def search_done(query: SearchQuery, situation: Situation, at: datetime) -> SearchDone:
    """Search like the search page does and return what a memo keeps of it."""
    result = services().kickoff.search(query, situation)
    filters = [(name, value) for name, values in query.filters.items() for value in values]
    return SearchDone(
        at=at,
        text=query.text,
        filters=tuple(_filter(name, value) for name, value in filters[:MOST_FILTERS]),
        found=result.total,
        hits=tuple(_seen(result.hits)),
    )


def _filter(name: str, value: str) -> Filter:
    label = facet_words().value(name, value) if name in KEPT_IN_WORDS else ""
    return Filter(name=name, value=value, label=label[:LONGEST_LABEL])


def first_page(text: str, filters: Mapping[str, tuple[str, ...]] = NO_FILTERS) -> SearchQuery:
    """Return the query for the first hits, as many as the search page shows."""
    return SearchQuery(text=text, filters=filters, page=1, size=10, lang=current_language())


def nodes_asked(at: datetime) -> tuple[NodeAsked, ...]:
    """Return whose records were searched; those of this site are as fresh as the moment of the search.

    Of other nodes the copies kept here were searched, which are as fresh as the last time one heard of the node.
    """
    settings = services().settings
    own = NodeAsked(name=settings.name, address=settings.issuer, as_of=at)
    others = tuple(_other(origin, contact) for origin, contact in sorted(contacts().items()) if _searched(contact))
    return (own, *others[: MOST_NODES - 1])


def _searched(contact: Contact) -> bool:
    return contact.issuer is not None and not contact.issuer.blocked and contact.issuer.records > 0


def _other(origin: str, contact: Contact) -> NodeAsked:
    state = NodeState.CACHED if contact.unreachable_since else NodeState.ANSWERED
    heard = contact.heard_at
    return NodeAsked(
        name=node_name(origin),
        address=services().federation.held.home(origin),
        state=state,
        as_of=heard.replace(microsecond=0) if heard else None,
    )


def _seen(hits: tuple[KickoffHit, ...]) -> Iterator[SeenHit]:
    node = services()
    for one in hits:
        try:
            entry = node.catalogue.head(one.hit.id, one.hit.origin)
            record = node.catalogue.record(entry)
        except (RecordNotFound, RecordWithdrawn, InvalidRecord):
            # It was withdrawn between the search and now, so nobody gets to see it.
            continue
        home = node.memos.home(entry.origin)
        yield SeenHit(home=home, id=entry.id, ver=entry.ver, title=record.title, lang=record.lang)
