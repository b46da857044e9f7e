"""How many requests were answered and how fast, by part of the site: no addresses, no people, no words."""

from __future__ import annotations

import mmap
import os
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Iterator, Mapping
from itertools import accumulate

from flask import Flask, Response, g, request

from app.web.operating.exposition import Metric, Sample

_OVERVIEWS = ("map", "ended", "programmes", "terms", "survey")
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "account": ("sign_in", "provider", "account"),
    "administration": ("people", "changes", "invitations", "protocol", "moderation", "operating"),
    "answers": ("responses", "questions", "confirming"),
    "api": ("api", "software", "mcp", "linked"),
    "federation": ("federation",),
    "feeds": ("feeds", "sitemap", "subscribing", "following_memo", "subscriptions"),
    "git": ("git",),
    "kickoff": ("kickoff", "chosen", "goal_check"),
    "memo": ("memo",),
    "monitoring": ("health", "monitor"),
    "pages": ("start", "pages", "topics", "places", "products", "compare", "network", *_OVERVIEWS),
    "records": ("records", "permanent", "foreign", "embedding", "collections"),
    "review": ("proposals", "record_deeds", "notices", "overdue", "twins", "gaps"),
    "search": ("search", "opensearch"),
    "writing": ("contribute",),
}
"""The blueprints of each route class."""
UNKNOWN = "none"
"""Stands for addresses that do not exist."""
CLASSES = (*_FAMILIES, UNKNOWN)
CLASS_OF: Mapping[str, int] = {name: CLASSES.index(one) for one, names in _FAMILIES.items() for name in names}
_STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Seconds; what took longer stands behind the last."""
_BUCKETS = len(BOUNDS) + 1
_WIDTH = len(_STATUSES) + _BUCKETS + 1
"""Numbers kept of a class: answers by status, by time, and the sum of the times."""
_AREA = _WIDTH * len(CLASSES)
_PLACES = 64


class RequestCounts:
    """Counts in memory that a process shares with those forked from it, so that whoever is asked knows of all.

    Each process writes to a place of its own, which it gets before it is forked. What a process counted stays when it
    ends; when places run out, later ones go on in those of processes that have ended.
    """

    def __init__(self) -> None:
        self._shared = memoryview(mmap.mmap(-1, 8 * _AREA * _PLACES)).cast("d")
        self._owners = memoryview(mmap.mmap(-1, 8 * _PLACES)).cast("q")
        self._place = 0
        self._lock = threading.Lock()
        self._settle()
        reference = weakref.ref(self)

        def move_on() -> None:
            if (alive := reference()) is not None:
                alive._place = alive._next_place()  # noqa: SLF001 - its own

        def settle() -> None:
            if (alive := reference()) is not None:
                alive._settle()  # noqa: SLF001 - its own

        os.register_at_fork(before=move_on, after_in_child=settle)

    def _settle(self) -> None:
        self._owners[self._place] = os.getpid()

    def _next_place(self) -> int:
        """Return a place that no living process writes to; were all taken, two would share one and lose some counts."""
        places = [(self._place + step) % _PLACES for step in range(1, _PLACES + 1)]
        return next((place for place in places if not _is_running(self._owners[place])), places[0])

    def add(self, blueprint: str | None, status: int, seconds: float) -> None:
        """Count one answer."""
        route = CLASS_OF.get(blueprint or "", len(CLASSES) - 1)
        start = self._place * _AREA + route * _WIDTH
        with self._lock:
            self._shared[start + min(max(status // 100, 1), 5) - 1] += 1
            self._shared[start + len(_STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            self._shared[start + _WIDTH - 1] += seconds

    def metrics(self) -> Iterator[Metric]:
        """Return what all processes counted."""
        sums = [sum(self._shared[number::_AREA]) for number in range(_AREA)]
        known = {name: sums[place * _WIDTH : (place + 1) * _WIDTH] for place, name in enumerate(CLASSES)}
        yield Metric(
            "erfahrungsnetz_http_requests_total",
            "Requests answered, by part of the site and class of status.",
            tuple(
                Sample(number, {"route": route, "status": status})
                for route, counts in known.items()
                for status, number in zip(_STATUSES, counts, strict=False)
                if number
            ),
            "counter",
        )
        yield Metric(
            "erfahrungsnetz_http_request_seconds",
            "Time from the arrival of a request in the program to its answer.",
            tuple(sample for route, counts in known.items() for sample in _histogram(route, counts)),
            "histogram",
        )


def _is_running(process: int) -> bool:
    if not process:
        return False
    try:
        os.kill(process, 0)
    except OSError:
        # It has ended, or its number belongs to somebody else now.
        return False
    return True


def _histogram(route: str, counts: list[float]) -> Iterator[Sample]:
    reached = list(accumulate(counts[len(_STATUSES) : -1]))
    if not reached[-1]:
        return
    for bound, number in zip((*map(str, BOUNDS), "+Inf"), reached, strict=True):
        yield Sample(number, {"route": route, "le": bound}, "_bucket")
    yield Sample(counts[-1], {"route": route}, "_sum")
    yield Sample(reached[-1], {"route": route}, "_count")


def count_requests(app: Flask, counts: RequestCounts) -> None:
    """Count what `app` answers; call before anything else that looks at requests."""

    def begin() -> None:
        g.begun_at = time.perf_counter()

    def end(response: Response) -> Response:
        counts.add(request.blueprint, response.status_code, time.perf_counter() - g.begun_at)
        return response

    app.before_request(begin)
    app.after_request(end)
