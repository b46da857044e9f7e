# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where programs fetch linked data."""

from __future__ import annotations

from flask import Blueprint, Response

from app.content.graph import Graph, GraphForm
from app.web.linked.dcat import Catalogue, Keeper
from app.web.shell.access import services
from app.web.shell.answers import open_data
from app.web.shell.choices import TOPICS
from app.web.shell.routing import own_addresses

blueprint = Blueprint("linked", __name__)
ENDINGS = ", ".join(GraphForm)


@blueprint.get(f"/catalog.<any({ENDINGS}):ending>")
def catalogue(ending: str) -> Response:
    """Describe all own records to portals of open data (DCAT-AP.de 3.0)."""
    node, addresses = services(), own_addresses()
    settings = node.settings
    keeper = Keeper(
        site=settings.name,
        name=settings.operator_name or settings.name,
        email=settings.operator_email,
        page=f"{settings.issuer}/impressum",
    )
    described = Catalogue(addresses, keeper, node.vocabularies.get(TOPICS))
    for entry in node.catalogue.heads():
        if not entry.origin and node.schemas.kind(entry.kind).listed:
            described.add(entry, node.catalogue.record(entry))
    return sent(described.graph, GraphForm(ending))


def sent(graph: Graph, form: GraphForm) -> Response:
    """Return the answer with a graph."""
    return open_data(Response(graph.written(form), content_type=form.media_type))
