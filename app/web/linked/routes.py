# SPDX-FileCopyrightText: 2026 Erfahrungsnetz contributors
# SPDX-License-Identifier: EUPL-1.2
"""Where programs fetch linked data."""

from __future__ import annotations

import zlib
from hashlib import sha256
from threading import Lock

from flask import Blueprint, Response, current_app, request

from app.confinement import Threads
from app.content.graph import Graph, GraphForm
from app.content.recent import Recent
from app.content.vocabulary import TOPICS
from app.web.linked.dcat import Catalogue, Keeper
from app.web.shell.access import services
from app.web.shell.answers import open_data
from app.web.shell.caching import RELEASE
from app.web.shell.kept import not_modified
from app.web.shell.routing import own_addresses

blueprint = Blueprint("linked", __name__)
ENDINGS = ", ".join(GraphForm)
KEPT = 8 * 1024 * 1024
"""Bytes of packed catalogues kept per process; one record takes some hundred of them."""
_KEY = "enet.catalogues"
_Key = tuple[tuple[int, str], GraphForm]
_RETRY_AFTER = 5
_making, _holding = Lock(), Threads(2)
"""One puts a catalogue together and another waits for it; more would take the threads of readers."""


@blueprint.get(f"/catalog.<any({ENDINGS}):ending>")
def catalogue(ending: str) -> Response:
    """Describe all own records that can be read to portals of open data (DCAT-AP.de 3.0).

    Put together once after each publication. Raises Busy where two wait already.
    """
    node, form = services(), GraphForm(ending)
    # A commit that only changes words has no number.
    state = node.catalogue.own.last_seq(), node.vocabularies.state
    kept: Recent[_Key, bytes] = current_app.extensions.setdefault(_KEY, Recent(KEPT, weigh=len))
    kept.hold_for(state)
    tag = sha256(f"{current_app.config[RELEASE]} {state} {ending}".encode()).hexdigest()[:20]
    if request.if_none_match.contains_weak(tag):
        return not_modified(tag)
    packed = kept.find((state, form))
    if packed is None:
        with _holding.held("", _RETRY_AFTER), _making:
            packed = kept.get((state, form), lambda: zlib.compress(_described().written(form), level=1))
    answer = sent(zlib.decompress(packed), form)
    answer.set_etag(tag, weak=True)
    return answer


def _described() -> Graph:
    node, addresses = services(), own_addresses()
    settings = node.settings
    keeper = Keeper(
        site=settings.name,
        name=settings.operator_name or settings.name,
        email=settings.operator_email,
        page=f"{settings.issuer}/impressum",
    )
    described = Catalogue(addresses, keeper, node.vocabularies.get(TOPICS))
    own = node.catalogue.own.by_id(node.schemas.listed)
    for entry in node.catalogue.in_turn(own):
        if record := node.catalogue.readable(entry):
            described.add(entry, record)
    return described.graph


def sent(written: bytes, form: GraphForm) -> Response:
    """Return the answer with a graph as it is written."""
    return open_data(Response(written, content_type=form.media_type))
