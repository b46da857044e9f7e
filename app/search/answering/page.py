"""The page of hits that a reader sees, each with its reasons, its best lessons and what led to it."""

from __future__ import annotations

from app.search.answering.found import Found
from app.search.answering.reasons import best_lessons, reasons
from app.search.answering.sets import documents_of
from app.search.answering.snapshot import Snapshot
from app.search.plan import QueryPlan
from app.search.query import SearchHit, SearchQuery, Sort

MOST_PER_PAGE = 100
MOST_HITS = 10_000
"""Nobody leafs further; a robot that does gets empty pages."""


def page_of(snapshot: Snapshot, query: SearchQuery, found: Found) -> tuple[SearchHit, ...]:
    """The hits of the page that the query asks for."""
    size = min(max(1, query.size), MOST_PER_PAGE)
    start = (max(1, query.page) - 1) * size
    if start >= MOST_HITS:
        return ()
    shown, scores = found.ordered(snapshot, Sort(query.sort), start + size)
    hits = shown[start:]
    return tuple(_hit(snapshot, document, found, scores.get(document, 0.0), query.lang) for document in hits)


def named(snapshot: Snapshot, query: SearchQuery, found: Found) -> tuple[str, ...]:
    """As many of all that was found as the query wants to be named."""
    documents = documents_of(found.bits)[: query.named] if query.named else ()
    return tuple(snapshot.columns.uids[document] for document in documents)


def _hit(snapshot: Snapshot, document: int, found: Found, points: float, lang: str) -> SearchHit:
    head, places = snapshot.head(document), snapshot.where(document)
    groups = found.matches.groups
    having = [one for one in groups if one.has(document)]
    return head.hit(
        points,
        # What no word led to lacks all of them; saying so for each would say nothing.
        reasons=reasons(document, groups, places, lang) if having else (),
        lessons=best_lessons(document, having, places.lessons),
        terms=frozenset(
            term for match in having for one in match.group.alternatives for term in one.terms if one.boost > 0
        ),
        facets={key: tuple(values) for key, values in head.facets.items()},
        matched_by=found.matched_by(snapshot, document),
        far=not found.close >> document & 1,
    )


def expanded(snapshot: Snapshot, plan: QueryPlan, lang: str) -> tuple[str, ...]:
    """The labels in the reader's language that really brought something in."""
    added = (
        one.label
        for group in plan.groups
        for one in group.alternatives
        if one.label and one.lang == lang and all(snapshot.postings(term).size for term in one.terms)
    )
    return tuple(dict.fromkeys(added))
