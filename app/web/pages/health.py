"""Health checks for monitors and proxies; the answers reveal nothing confidential."""

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
_log = structlog.get_logger(__name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """Return 200 while the node can read and write (`catching-up` while the search is behind), else 503.

    `meaning` is `off` if the search uses words only, `unavailable` while the service that computes the vectors of
    questions does not answer; `meaning_missing` counts passages without a vector and changes not examined yet.
    `search_damaged`: the index is missing or cannot be opened (503). `publishing` is `stopped` until a node restored
    from a backup has asked its partners which versions they hold. `disk` is ok, low, full or read_only,
    `outbox_minutes` the age of the oldest waiting message, `late` the overdue duties. `files` (only with NODE_FILES) is
    ok or unreachable, as checked some seconds ago so that no request waits for it; absent before the first check.
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
    except Exception as error:  # noqa: BLE001 - a monitor gets an answer whatever fails
        return _unavailable(error)
    if found["search_damaged"]:
        return _answer(503, {**found, "status": "unavailable", "part": "search", "trouble": "damaged"})
    if disk in {"full", "read_only"}:
        return _answer(503, {**found, "status": "unavailable", "part": "disk", "trouble": disk})
    return _answer(200, found)


@blueprint.get("/readyz")
def readyz() -> Response:
    """Return 200 while this process can answer readers, even if nothing can be written; else 503.

    Unreachable `files` only cost readers the pictures. `writes` tells a proxy which of several machines accepts forms.
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
