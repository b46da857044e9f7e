"""`/metrics`: figures of the node, for a monitor that brings the token. Off as long as there is none."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import datetime
from hmac import compare_digest

from flask import Blueprint, Flask, Response, abort, current_app, request

from app.database.last_results import LastResult
from app.review.workflow import OPEN_STATES
from app.shared.config import Settings, SettingsInvalid
from app.shared.config.load import SettingProblem
from app.shared.config.secret_files import read_secret_file
from app.web.operating.exposition import CONTENT_TYPE, Metric, Sample, exposition
from app.web.operating.request_counts import RequestCounts, count_requests
from app.web.shell.access import services
from app.wiring.condition import Content, Upkeep
from app.wiring.overview import PARTS, Partners, Queues, Results, Storage, Versions, Watched, watched

blueprint = Blueprint("monitor", __name__)
_KEY = "enet.metrics"
_SHORTEST = 16


def register(app: Flask, settings: Settings) -> None:
    """Count requests if the operator has set a token; call first. Raises SettingsInvalid for one that is no secret."""
    if settings.metrics_token_file is None:
        return
    token = read_secret_file(settings.metrics_token_file, "NODE_METRICS_TOKEN_FILE")
    if len(token) < _SHORTEST or not token.isascii() or not token.isprintable():
        reason = f"{settings.metrics_token_file} must hold one token of at least {_SHORTEST} characters, in one line"
        raise SettingsInvalid((SettingProblem(variable="NODE_METRICS_TOKEN_FILE", reason=reason),))
    counts = RequestCounts()
    app.extensions[_KEY] = (token, counts)
    count_requests(app, counts)


def counter(app: Flask) -> Callable[[str | None, int, float], None] | None:
    """Return what counts an answer by blueprint, status and seconds; None where nothing is counted."""
    return app.extensions[_KEY][1].add if _KEY in app.extensions else None


@blueprint.get("/metrics")
def metrics() -> Response:
    """Tell the figures of this node to whoever shows the token."""
    if _KEY not in current_app.extensions:
        abort(404)
    token, counts = current_app.extensions[_KEY]
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not compare_digest(given.strip().encode(), token.encode()):
        return _answer("", 401, {"WWW-Authenticate": 'Bearer realm="metrics"'})
    return _answer(exposition([*_figures(), *counts.metrics()]), 200, {})


def _answer(text: str, status: int, headers: Mapping[str, str]) -> Response:
    return Response(text, status, {**headers, "Cache-Control": "no-store"}, content_type=CONTENT_TYPE)


def _figures() -> Iterator[Metric]:
    found = watched(services())
    yield from _of_work(found)
    yield from _of_rest(found)
    readable = ((name, float(name not in found.unreadable)) for name in PARTS)
    yield _by("part_readable", "1 where this part of the node could be looked at.", "part", readable)


def _of_work(found: Watched) -> Iterator[Metric]:
    if found.content:
        yield from _of_content(found.content)
    if found.upkeep:
        yield from _of_upkeep(found.upkeep)
    if found.queues:
        yield from _of_queues(found.queues)


def _of_rest(found: Watched) -> Iterator[Metric]:
    if found.storage:
        yield from _of_storage(found.storage)
    if found.partners:
        yield from _of_partners(found.partners)
    if found.results:
        yield from _of_results(found.results)
    if found.versions:
        yield _of_versions(found.versions)


def _of_content(content: Content) -> Iterator[Metric]:
    yield _one("change_number", "The last change of the catalogue.", content.change)
    yield _one("search_behind", "Changes that the search index lacks.", content.search_behind)
    yield _one("search_damaged", "1 where the search index is missing or damaged.", content.search_damaged)
    yield _one("records_broken", "Records whose newest version cannot be read.", content.broken)
    yield _one("meaning_available", "1 where questions are compared by meaning.", content.meaning == "ok")
    if content.meaning_missing is not None:
        yield _one("meaning_missing", "Passages without a vector, changes not looked at.", content.meaning_missing)


def _of_upkeep(upkeep: Upkeep) -> Iterator[Metric]:
    yield _one("outbox_messages", "Messages that wait.", upkeep.waiting)
    yield _one("outbox_oldest_seconds", "Age of the oldest message that waits.", upkeep.outbox.total_seconds())
    jobs = upkeep.jobs
    yield _by("duty_late", "1 where a duty is overdue.", "duty", ((one.name, one.late) for one in jobs))
    following = ((one.name, one.next_at.timestamp()) for one in jobs)
    yield _by("duty_next_timestamp_seconds", "When a duty is due next.", "duty", following)
    yield from _results("duty", "duty", {one.name: one.last for one in jobs})


def _of_queues(queues: Queues) -> Iterator[Metric]:
    states = {state.value: queues.proposals.get(state) for state in sorted(OPEN_STATES)}
    numbers = ((state, one.number if one else 0) for state, one in states.items())
    yield _by("proposals", "Open proposals.", "state", numbers)
    since = ((state, one.since.timestamp()) for state, one in states.items() if one)
    yield _by("proposals_oldest_timestamp_seconds", "Since when the oldest proposal waits.", "state", since)
    yield _one("files_missing", "Files of other nodes to be fetched.", queues.files)
    yield _one("reading_places_taken", "Reports and files being read at this moment.", queues.reading)
    yield _one("neighbours_missing", "Records whose similar records are not worked out yet.", queues.alike)


def _of_storage(storage: Storage) -> Iterator[Metric]:
    yield _one("disk_free_bytes", "Free on the disk with the data folder.", storage.disk.free)
    yield _one("disk_writable", "1 where it can be written to.", storage.disk.writable)
    if storage.files is not None:
        yield _one("files_reachable", "1 where pictures and files of all machines can be reached.", storage.files)
    yield _one("data_bytes", "Size of the data folder, up to ten minutes old.", storage.data)
    if storage.database is not None:
        yield _one("database_bytes", "Size of the database's file.", storage.database)


def _of_partners(partners: Partners) -> Iterator[Metric]:
    peers = {view.peer.issuer.origin: view.peer for view in partners.peers}
    failures = ((name, peer.failures) for name, peer in peers.items())
    yield _by("peer_failures", "Attempts to fetch that failed in a row.", "peer", failures)
    reached = ((name, peer.succeeded_at) for name, peer in peers.items())
    yield _times("peer_last_success_timestamp_seconds", "When a peer last answered.", "peer", reached)
    aside = ((name, partners.set_aside.get(peer.issuer.address, 0)) for name, peer in peers.items())
    yield _by("peer_quarantined", "Statements of a peer that were set aside.", "peer", aside)


def _of_results(results: Results) -> Iterator[Metric]:
    yield from _results("database_check", "", {"": results.database})
    yield from _results("mail", "", {"": results.mail})
    yield from _results("sign_in", "provider", results.sign_in)


def _of_versions(versions: Versions) -> Metric:
    labels = {"program": versions.program, "schema": versions.schema, "search": versions.search}
    return Metric("erfahrungsnetz_info", "What runs here.", (Sample(1, labels),))


def _results(name: str, label: str, results: Mapping[str, LastResult | None]) -> Iterator[Metric]:
    known = {key: last for key, last in results.items() if last}
    well = ((key, not last.reason) for key, last in known.items())
    yield _by(f"{name}_ok", "1 where the last attempt went well.", label, well)
    times = ((key, last.done_at) for key, last in known.items())
    yield _times(f"{name}_last_success_timestamp_seconds", "When it last went well.", label, times)


def _one(name: str, text: str, value: float) -> Metric:
    return Metric(f"erfahrungsnetz_{name}", text, (Sample(value, {}),))


def _by(name: str, text: str, label: str, values: Iterable[tuple[str, float]]) -> Metric:
    samples = tuple(Sample(value, {label: key} if label else {}) for key, value in values)
    return Metric(f"erfahrungsnetz_{name}", text, samples)


def _times(name: str, text: str, label: str, times: Iterable[tuple[str, datetime | None]]) -> Metric:
    return _by(name, text, label, ((key, at.timestamp()) for key, at in times if at))
