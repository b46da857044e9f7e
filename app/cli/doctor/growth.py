"""When a node has outgrown its search engine."""

from __future__ import annotations

import time
from collections.abc import Iterator

from app.cli.doctor.finding import Finding, Grade
from app.search.query import SearchQuery
from app.shared.errors import Unavailable
from app.wiring import Services

FEWEST = 5_000
"""With fewer records no engine is too slow, so nothing is tried."""
MANY = 20_000
SLOW = 80.0
"""Milliseconds of one search in twenty, words alone."""
_ASKED = 40


def examine_growth(services: Services) -> Iterator[Finding]:
    """Find a collection that its engine is not made for, by its size and by how long some searches take."""
    if services.settings.search != "whoosh":
        return
    slugs = [entry.slug for entry in services.search.in_turn()]
    if len(slugs) < FEWEST:
        return
    asked = [slug.replace("-", " ") for slug in slugs[:: max(1, len(slugs) // _ASKED)]]
    try:
        # The first one opens index and dictionaries.
        _milliseconds(services, "")
        slowest = sorted(_milliseconds(services, text) for text in asked)
    except Unavailable:
        # That the index cannot be read is told by whoever examines it.
        return
    at_most = slowest[len(slowest) * 95 // 100]
    if len(slugs) < MANY and at_most <= SLOW:
        return
    yield Finding(
        area="index",
        code="outgrown",
        subject=f"{len(slugs)} records",
        message=f"one search in twenty takes more than {at_most:.0f} ms; another engine is made for so many",
        remedy=".venv/bin/pip install -e '.[tantivy]'; set NODE_SEARCH=tantivy; erfahrungsnetz reindex; "
        "start anew (docs/growing.md)",
        grade=Grade.WARNING,
    )


def _milliseconds(services: Services, text: str) -> float:
    started = time.perf_counter()
    services.search.compared(SearchQuery(text=text), None)
    return (time.perf_counter() - started) * 1000
