"""Tells a monitor whether this node can answer, without telling anybody else anything."""

import json
from collections.abc import Mapping
from dataclasses import asdict

import structlog
from flask import Blueprint, Response

from app.database.trouble import trouble_of
from app.shared.errors import DomainError
from app.web.shell.access import services
from app.wiring.condition import LATE, content_of, disk_of, files_of, upkeep_of

blueprint = Blueprint("health", __name__)
_ILL = frozenset({"full", "read_only"})
_log = structlog.get_logger(__name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while all is well enough to read and write (`ok`, or `catching-up` when search is behind), else 503.

    `meaning` is `off` where the search goes by words alone, and `unavailable` while whoever makes vectors of questions
    does not answer; `meaning_missing` counts the passages without a vector and the changes not looked at yet.
    `search_damaged` is true, and the answer 503, while the index is missing or cannot be opened.
    `publishing` is `stopped` until a node that came from a backup has asked its partners what they hold. `disk` is ok,
    low, full or read_only; `outbox_minutes` the age of the oldest message that waits; `late` names overdue duties.
    `files`, where NODE_FILES is set, is ok or unreachable, as this process found it some seconds ago; nobody who asks
    here waits for that place, and before the first look it is left out.
    """
    try:
        node = services()
        content, upkeep, disk = content_of(node), upkeep_of(node), disk_of(node.settings.data).state
        found: dict[str, object] = {
            "status": "ok" if content.search_behind == 0 else "catching-up",
            **asdict(content),
            "publishing": "stopped" if node.restored.exists() else "open",
            "rounds": "late" if upkeep.late or upkeep.outbox > LATE else "ok",
            "late": upkeep.late,
            "outbox_minutes": int(upkeep.outbox.total_seconds() // 60),
            "disk": disk,
            **files_of(node),
        }
    except Exception as error:  # noqa: BLE001 - a monitor is told what is ill, whatever it is
        return _unavailable(error)
    if found["search_damaged"]:
        return _answer(503, {**found, "status": "unavailable", "part": "search", "trouble": "damaged"})
    if disk in _ILL:
        return _answer(503, {**found, "status": "unavailable", "part": "disk", "trouble": disk})
    return _answer(200, found)


@blueprint.get("/readyz")
def readyz() -> Response:
    """200 while this process can answer readers, also while nothing can be written; else 503.

    `files` as above: without them readers lack pictures on every machine, and still have all texts.
    `writes` tells a proxy whether this machine takes what is sent, one of several.
    """
    node = services()
    try:
        node.projections.head()
        writes = node.lease.is_held()
        state = "ok" if node.catalogue.last_seq() == node.search.cursor() else "catching-up"
    except Exception as error:  # noqa: BLE001 - see above
        return _unavailable(error)
    return _answer(200, {"status": state, "writes": writes, **files_of(node)})


def _unavailable(error: Exception) -> Response:
    trouble = trouble_of(error)
    if trouble is None and not isinstance(error, DomainError):
        _log.error("health.failed", exc_info=error)
    said = {"status": "unavailable", "part": type(error).__name__}
    return _answer(503, {**said, "trouble": trouble.value} if trouble else said)


def _answer(status: int, body: Mapping[str, object]) -> Response:
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
