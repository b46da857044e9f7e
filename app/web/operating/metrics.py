"""`/metrics`: figures of the node for monitoring with a token (text format of Prometheus 0.0.4)."""

import mmap
import os
import threading
import time
import weakref
from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import suppress
from datetime import datetime
from hmac import compare_digest
from importlib.metadata import version
from itertools import accumulate
from pathlib import Path

from flask import Blueprint, Flask, Response, abort, current_app, g, request
from prometheus_client import Metric
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.registry import Collector

from app.database import schema_version
from app.database.jobs import DATABASE, MAIL, SIGN_IN, LastResult
from app.review.workflow import OPEN_STATES
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem, read_secret_file
from app.web.shell.access import services
from app.wiring import Services
from app.wiring.condition import content_of, disk_of, files_of, looked_at, upkeep_of

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


class Figures(Collector):
    """The metrics of one response, without those that have no samples."""

    def __init__(self, metrics: Iterable[Metric]) -> None:
        self._metrics = [metric for metric in metrics if metric.samples]

    def collect(self) -> Iterable[Metric]:
        """Return the metrics, as prometheus_client expects of a collector."""
        return self._metrics


_OVERVIEWS = ("map", "ended", "programmes", "terms", "survey")
_FAMILIES: Mapping[str, tuple[str, ...]] = {
    "account": ("sign_in", "account"),
    "administration": ("people", "changes", "invitations", "protocol", "moderation", "operating"),
    "answers": ("responses", "questions", "confirming", "corrections"),
    "api": ("api", "software", "mcp", "dcat"),
    "federation": ("federation",),
    "feeds": ("feeds", "sitemap", "subscribing", "following_memo", "subscriptions"),
    "git": ("git",),
    "kickoff": ("kickoff", "chosen", "goal_check"),
    "memo": ("memo",),
    "monitoring": ("health", "monitor"),
    "pages": ("start", "pages", "topics", "places", "products", "compare", "network", "membership", *_OVERVIEWS),
    "records": ("records", "permanent", "foreign", "embedding", "collections"),
    "review": ("proposals", "curated", "notices", "gaps"),
    "search": ("search", "opensearch"),
    "writing": ("contribute",),
}
"""The blueprints of each route class."""
UNKNOWN = "none"
"""Class of addresses that do not exist."""
CLASSES = (*_FAMILIES, UNKNOWN)
CLASS_OF: Mapping[str, int] = {name: CLASSES.index(one) for one, names in _FAMILIES.items() for name in names}
_STATUSES = ("1xx", "2xx", "3xx", "4xx", "5xx")
BOUNDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Upper bounds in seconds; slower requests count in "+Inf"."""
_BUCKETS = len(BOUNDS) + 1
_WIDTH = len(_STATUSES) + _BUCKETS + 1
"""Numbers stored per class: responses by status, responses by duration, and the sum of durations."""
AREA_SIZE = _WIDTH * len(CLASSES)
MAX_PROCESSES = 64


class RequestCounts:
    """Counts in memory shared by all forked processes, so that any of them can report the totals.

    Each process writes to its own slot, assigned before the fork. Its counts stay when it ends; if all slots are used,
    a later process continues in that of an ended one.
    """

    def __init__(self) -> None:
        self._shared = memoryview(mmap.mmap(-1, 8 * AREA_SIZE * MAX_PROCESSES)).cast("d")
        self._owners = memoryview(mmap.mmap(-1, 8 * MAX_PROCESSES)).cast("q")
        self._place = 0
        self._lock = threading.Lock()
        self._settle()
        reference = weakref.ref(self)

        def move_on() -> None:
            if (alive := reference()) is not None:
                alive._place = alive._next_place()  # noqa: SLF001 - a method of this object

        def settle() -> None:
            if (alive := reference()) is not None:
                alive._settle()  # noqa: SLF001 - a method of this object

        os.register_at_fork(before=move_on, after_in_child=settle)

    def _settle(self) -> None:
        self._owners[self._place] = os.getpid()

    def _next_place(self) -> int:
        """Return a slot that no living process uses; if there is none, two processes share one and lose some counts."""
        places = [(self._place + step) % MAX_PROCESSES for step in range(1, MAX_PROCESSES + 1)]
        return next((place for place in places if not _is_running(self._owners[place])), places[0])

    def add(self, blueprint: str | None, status: int, seconds: float) -> None:
        """Count one response."""
        route = CLASS_OF.get(blueprint or "", len(CLASSES) - 1)
        start = self._place * AREA_SIZE + route * _WIDTH
        with self._lock:
            self._shared[start + min(max(status // 100, 1), 5) - 1] += 1
            self._shared[start + len(_STATUSES) + bisect_left(BOUNDS, seconds)] += 1
            self._shared[start + _WIDTH - 1] += seconds

    def metrics(self) -> tuple[Metric, ...]:
        """Return the totals of all processes."""
        sums = [sum(self._shared[number::AREA_SIZE]) for number in range(AREA_SIZE)]
        answers = CounterMetricFamily(
            "erfahrungsnetz_http_requests",
            "Requests answered, by part of the site and class of status.",
            labels=["route", "status"],
        )
        times = HistogramMetricFamily(
            "erfahrungsnetz_http_request_seconds",
            "Time from the arrival of a request in the program to its answer.",
            labels=["route"],
        )
        for place, route in enumerate(CLASSES):
            counts = sums[place * _WIDTH : (place + 1) * _WIDTH]
            for status, number in zip(_STATUSES, counts, strict=False):
                if number:
                    answers.add_metric([route, status], number)
            reached = accumulate(counts[len(_STATUSES) : -1])
            if any(counts):
                times.add_metric([route], list(zip((*map(str, BOUNDS), "+Inf"), reached, strict=True)), counts[-1])
        return answers, times


def _is_running(process: int) -> bool:
    # The process has ended, or its number now belongs to another user's process.
    with suppress(OSError):
        os.kill(process, 0)
        return process != 0
    return False


blueprint = Blueprint("monitor", __name__)
_KEY = "enet.metrics"
_SHORTEST = 16


def register(app: Flask, settings: Settings) -> None:
    """Count the responses of `app` if the operator has set a token; raises SettingsInvalid if the token is too weak.

    Call this before registering anything else that handles requests.
    """
    if settings.metrics_token_file is None:
        return
    token = read_secret_file(settings.metrics_token_file, "NODE_METRICS_TOKEN_FILE")
    if len(token) < _SHORTEST or not token.isascii() or not token.isprintable():
        reason = f"{settings.metrics_token_file} must hold one token of at least {_SHORTEST} characters, in one line"
        raise SettingsInvalid((SettingProblem(variable="NODE_METRICS_TOKEN_FILE", reason=reason),))
    counts = RequestCounts()
    app.extensions[_KEY] = (token, counts)

    def begin() -> None:
        g.begun_at = time.perf_counter()

    def end(response: Response) -> Response:
        counts.add(request.blueprint, response.status_code, time.perf_counter() - g.begun_at)
        return response

    app.before_request(begin)
    app.after_request(end)


def counter(app: Flask) -> Callable[[str | None, int, float], None] | None:
    """Return the function that counts a response by blueprint, status and seconds; None if counting is off."""
    return app.extensions[_KEY][1].add if _KEY in app.extensions else None


@blueprint.get("/metrics")
def metrics() -> Response:
    """Return the figures of this node to a monitor with the token."""
    if _KEY not in current_app.extensions:
        abort(404)
    token, counts = current_app.extensions[_KEY]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), token.encode()):
        return _answer("", 401, {"WWW-Authenticate": 'Bearer realm="metrics"'})
    found, unreadable = looked_at(services(), _PARTS)
    readable = ((name, float(name not in unreadable)) for name in _PARTS)
    looked = _by("part_readable", "1 where this part of the node could be looked at.", "part", readable)
    return _answer(generate_latest(Figures([*found, looked, *counts.metrics()])), 200, {})


def _answer(text: str | bytes, status: int, headers: Mapping[str, str]) -> Response:
    return Response(text, status, {**headers, "Cache-Control": "no-store"}, content_type=CONTENT_TYPE)


def _of_content(node: Services) -> Iterator[Metric]:
    content = content_of(node)
    yield _one("change_number", "The last change of the catalogue.", content.change)
    yield _one("search_behind", "Changes that the search index lacks.", content.search_behind)
    yield _one("search_damaged", "1 where the search index is missing or damaged.", content.search_damaged)
    yield _one("records_broken", "Records whose newest version cannot be read.", content.broken)
    yield _one("meaning_available", "1 where questions are compared by meaning.", content.meaning == "ok")
    if content.meaning_missing is not None:
        yield _one("meaning_missing", "Passages without a vector, changes not looked at.", content.meaning_missing)


def _of_upkeep(node: Services) -> Iterator[Metric]:
    upkeep = upkeep_of(node)
    yield _one("outbox_messages", "Messages that wait.", upkeep.waiting)
    yield _one("outbox_oldest_seconds", "Age of the oldest message that waits.", upkeep.outbox.total_seconds())
    jobs = upkeep.jobs
    yield _by("duty_late", "1 where a duty is overdue.", "duty", ((one.name, one.late) for one in jobs))
    following = ((one.name, one.next_at.timestamp()) for one in jobs)
    yield _by("duty_next_timestamp_seconds", "When a duty is due next.", "duty", following)
    yield from _results("duty", "duty", {one.name: one.last for one in jobs})


def _of_queues(node: Services) -> Iterator[Metric]:
    proposals = node.review.queue.waiting()
    states = {state.value: proposals.get(state) for state in sorted(OPEN_STATES)}
    numbers = ((state, one.number if one else 0) for state, one in states.items())
    yield _by("proposals", "Open proposals.", "state", numbers)
    since = ((state, one.since.timestamp()) for state, one in states.items() if one)
    yield _by("proposals_oldest_timestamp_seconds", "Since when the oldest proposal waits.", "state", since)
    missing = sum(count.missing for count in node.harvest.files.counts().values())
    yield _one("files_missing", "Files of other nodes to be fetched.", missing)
    yield _one("reading_places_taken", "Reports and files being read at this moment.", node.confinement.taken())
    yield _one("neighbours_missing", "Records whose similar records are not worked out yet.", node.neighbours.lacking())


def _of_storage(node: Services) -> Iterator[Metric]:
    disk, url = disk_of(node.settings.data), node.sessions.engine.url
    yield _one("disk_free_bytes", "Free on the disk with the data folder.", disk.free)
    yield _one("disk_writable", "1 where it can be written to.", disk.writable)
    if files := files_of(node):
        text = "1 where pictures and files of all machines can be reached."
        yield _one("files_reachable", text, files["files"] == "ok")
    if url.get_backend_name() == "sqlite" and url.database:
        yield _one("database_bytes", "Size of the database's file.", Path(url.database).stat().st_size)


def _of_partners(node: Services) -> Iterator[Metric]:
    peers = {one.origin: one for one in node.harvest.nodes.all()}
    failures = ((name, peer.failures) for name, peer in peers.items())
    yield _by("peer_failures", "Attempts to fetch that failed in a row.", "peer", failures)
    reached = ((name, peer.succeeded_at) for name, peer in peers.items())
    yield _times("peer_last_success_timestamp_seconds", "When a peer last answered.", "peer", reached)
    counts = node.harvest.aside_counts()
    aside = ((name, counts.get(name, 0)) for name in peers)
    yield _by("peer_quarantined", "Records of a peer that were set aside.", "peer", aside)


def _of_results(node: Services) -> Iterator[Metric]:
    known = node.results.all()
    yield from _results("database_check", "", {"": known.get(DATABASE)})
    yield from _results("mail", "", {"": known.get(MAIL)})
    providers = {one.key: known.get(f"{SIGN_IN}{one.key}") for one in node.identity.providers}
    yield from _results("sign_in", "provider", providers)


def _of_versions(node: Services) -> Iterator[Metric]:
    schema = schema_version.current(node.sessions.engine) or ""
    info = GaugeMetricFamily("erfahrungsnetz_info", "What runs here.", labels=["program", "schema", "search"])
    info.add_metric([version("erfahrungsnetz"), schema, node.settings.search], 1)
    yield info


_PARTS: Mapping[str, Callable[[Services], Iterator[Metric]]] = {
    "content": _of_content,
    "rounds": _of_upkeep,
    "queues": _of_queues,
    "storage": _of_storage,
    "partners": _of_partners,
    "results": _of_results,
    "versions": _of_versions,
}


def _results(name: str, label: str, results: Mapping[str, LastResult | None]) -> Iterator[Metric]:
    known = {key: last for key, last in results.items() if last}
    well = ((key, not last.reason) for key, last in known.items())
    yield _by(f"{name}_ok", "1 where the last attempt went well.", label, well)
    times = ((key, last.done_at) for key, last in known.items())
    yield _times(f"{name}_last_success_timestamp_seconds", "When it last went well.", label, times)


def _one(name: str, text: str, value: float) -> Metric:
    return GaugeMetricFamily(f"erfahrungsnetz_{name}", text, value)


def _by(name: str, text: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    metric = GaugeMetricFamily(f"erfahrungsnetz_{name}", text, labels=[label] if label else [])
    for key, value in values:
        metric.add_metric([key] if label else [], value)
    return metric


def _times(name: str, text: str, label: str, times: Iterable[tuple[str, datetime | None]]) -> Metric:
    return _by(name, text, label, ((key, at.timestamp()) for key, at in times if at))
