# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""The page of a proposal and the files that belong to it."""

from __future__ import annotations

from flask import Response, abort

from app.content.git.errors import ObjectMissing
from app.identity import Action
from app.web.access import services
from app.web.curating.blueprint import blueprint
from app.web.curating.screen import page
from app.web.files import sent
from app.web.identity.current import requires, signed_in


@blueprint.get("/<proposal_id>")
@requires(Action.DISCUSS)
def proposal(proposal_id: str) -> Response:
    """Show a proposal to its writers and to the editors."""
    return page(proposal_id)


@blueprint.get("/<proposal_id>/dateien/<file_name:name>")
@requires(Action.DISCUSS)
def file(proposal_id: str, name: str) -> Response:
    """Show a picture of the proposal; everything else is saved."""
    try:
        data = services().review.proposals.file(proposal_id, signed_in(), name)
    except ObjectMissing:
        abort(404)
    return sent(name, data)
