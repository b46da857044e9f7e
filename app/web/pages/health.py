# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Tells a monitor whether this node can answer, without telling anybody else anything."""

from __future__ import annotations

import json

from flask import Blueprint, Response

from app.errors import DomainError
from app.federation.recovery.service import states
from app.web.shell.access import services

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
def healthz() -> Response:
    """200 while text, catalogue and search answer (`ok`, or `catching-up` when search is behind), else 503.

    `meaning` is `off` where the search goes by words alone, and `unavailable` while whoever makes vectors of questions
    does not answer; `meaning_missing` counts the passages without a vector and the changes not looked at yet.
    `publishing` is `stopped` while other nodes hold later versions of `lost_records` of this node's own.
    """
    node = services()
    try:
        node.repository.head()
        last = node.catalogue.last_seq()
        behind = last - node.search.cursor()
        meaning = node.meaning()
        lacking = meaning.lacking() if meaning else None
        recovery = states(node.recovery.waiting())
    except DomainError as error:
        return _answer(503, {"status": "unavailable", "part": type(error).__name__})
    state = "ok" if behind == 0 else "catching-up"
    broken = len(node.catalogue.problems())
    compares = "off" if meaning is None else "unavailable" if meaning.questions.trouble else "ok"
    found = {"status": state, "change": last, "search_behind": behind, "broken": broken}
    return _answer(200, {**found, "meaning": compares, "meaning_missing": lacking, **recovery})


def _answer(status: int, body: dict[str, object]) -> Response:
    response = Response(json.dumps(body), status=status, mimetype="application/json")
    response.headers["Cache-Control"] = "no-store"
    return response
