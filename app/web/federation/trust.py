# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""How this node vouches for others, for those who made it their hub (OpenID Federation 1.0, section 8)."""

from __future__ import annotations

import json

from flask import Response, request

from app.federation.harvest.introduction import RESOLVED
from app.web.access import services
from app.web.api.problems import problem
from app.web.federation.answers import JSON, send
from app.web.federation.blueprint import blueprint


@blueprint.get("/fed/list")
def listed() -> Response:
    """List the nodes that this one vouches for."""
    known = [one.issuer.address for one in services().harvest.issuers() if one.configuration and not one.blocked]
    return send(json.dumps(known).encode("ascii"), JSON)


@blueprint.get("/fed/resolve")
def resolved() -> Response:
    """Vouch for the node `sub`: its own configuration, and the keys that this node knows it by."""
    anchors = request.args.getlist("trust_anchor")
    if anchors and services().federation.issuer.address not in anchors:
        return problem(404, "This node vouches for others in its own name only.")
    answer = services().harvest.introduction(request.args.get("sub", ""))
    return send(answer.encode("ascii"), f"application/{RESOLVED}", tagged=False)
