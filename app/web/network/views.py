# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Who exchanges what with this node, for everybody."""

from __future__ import annotations

from flask import Blueprint, render_template

from app.federation.keys import Role
from app.web.access import services
from app.web.network.nodes import node_lines, own_records
from app.web.network.picture import draw
from app.web.wording import ngettext

blueprint = Blueprint("network", __name__)


@blueprint.get("/netz")
def overview() -> str:
    """Show the nodes, how fresh what is held of them is, and how to become a partner."""
    node, lines = services(), node_lines()
    own = ngettext("%(num)s record", "%(num)s records", own_records())
    key = node.federation.keys.ring(Role.FEDERATION).signer(node.clock()).kid
    return render_template(
        "pages/network.html",
        lines=lines,
        picture=draw(node.settings.name, own, lines),
        total=sum(line.records for line in lines),
        own=own,
        address=node.settings.issuer,
        contact=node.settings.operator_email,
        key=key,
    )
